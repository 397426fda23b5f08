using System.Text.Json;
using Mlops.Server.Tests.Fixtures;

namespace Mlops.Server.Tests.Runners;

/// <summary>A whole server as a process of its own, which keeps runners ready as it does by default.</summary>
public sealed class RunnerSparesTests
{
    [Fact]
    public async Task Runners_are_ready_before_a_run_and_the_server_itself_never_loads_the_compiler()
    {
        using var projects = PeopleServer.Write(new TestProjects("demo"));
        var (server, client) = await ProgramUnderTest.ServeAsync(projects);
        using var atEnd = server;
        using var clientAtEnd = client;

        // Compiled before anybody ran it: the three blocks of the pipeline, and the two of the warm-up.
        await RunnerDeathTests.Until(() => Compiled().Length >= 5 && Directory.GetDirectories(Path.Combine(projects.DataPath, "runners")).Length >= 2);
        var before = Compiled();
        using var response = await client.PostAsync(new Uri("/api/projects/demo/pipelines/people/runs?wait=60", UriKind.Relative), null);
        var run = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());

        Assert.Equal("completed", run.GetProperty("status").GetString());
        Assert.Equal(before, Compiled());
        Assert.DoesNotContain("Microsoft.CodeAnalysis", await File.ReadAllTextAsync($"/proc/{server.Id}/maps"), StringComparison.Ordinal);

        (string Name, DateTime Written)[] Compiled()
        {
            var folder = new DirectoryInfo(Path.Combine(projects.DataPath, "cache", "csharp"));
            return folder.Exists ? [.. folder.GetFiles("*.bin").Select(file => (file.Name, file.LastWriteTimeUtc)).Order()] : [];
        }
    }
}
