using System.Text.Json;
using Mlops.Server.Tests.Fixtures;

namespace Mlops.Server.Tests.Hosting;

public sealed class RestartTests
{
    // Each block notes that it ran; the second one ends only when the file "go" is there.
    private const string First =
        """
        using System.IO;

        public static class First
        {
            [DataLoader]
            public static int Run(BlockContext context) { File.AppendAllText(context.ResolvePath("first.txt"), "x"); return 1; }
        }
        """;

    private const string Second =
        """
        using System.IO;

        public static class Second
        {
            [Transformer]
            public static async Task<int> Run(int one, BlockContext context, CancellationToken stop)
            {
                File.AppendAllText(context.ResolvePath("second.txt"), "x");
                while (!File.Exists(context.ResolvePath("go")))
                {
                    await Task.Delay(20, stop);
                }

                return one + 1;
            }
        }
        """;

    [Theory]
    [InlineData("KILL")]
    [InlineData("TERM")]
    public async Task A_server_that_was_stopped_in_the_midst_of_a_run_finishes_it_without_repeating_what_was_done(string signal)
    {
        using var projects = new TestProjects("demo")
            .File("demo", "data_loaders/first.cs", First)
            .File("demo", "transformers/second.cs", Second)
            .Pipeline("demo", "two", ("data_loader", "first", []), ("transformer", "second", ["first"]));
        var (before, client) = await ProgramUnderTest.ServeAsync(projects, "--Mlops:DrainSeconds=0");
        using (before)
        using (client)
        {
            await client.PostAsync(new Uri("/api/projects/demo/pipelines/two/runs", UriKind.Relative), null);
            await WaitForRunAsync(client, run => Status(run.GetProperty("block_runs")[1]) == "running");
            while (!File.Exists(Path.Combine(projects.ProjectsPath, "demo", "second.txt")))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }

            before.Signal(signal);
            var (code, _, _) = await before.WaitForExitAsync();
            Assert.Equal(signal == "TERM" ? 0 : 137, code);
        }

        projects.File("demo", "go", "");
        var (after, secondClient) = await ProgramUnderTest.ServeAsync(projects);
        using (after)
        using (secondClient)
        {
            await WaitForRunAsync(secondClient, run => Status(run) == "completed");
        }

        Assert.Equal(("x", "xx"), (Read("first.txt"), Read("second.txt")));

        string Read(string file) => File.ReadAllText(Path.Combine(projects.ProjectsPath, "demo", file));
    }

    private static async Task WaitForRunAsync(HttpClient client, Predicate<JsonElement> condition)
    {
        while (true)
        {
            var run = JsonSerializer.Deserialize<JsonElement>(await client.GetStringAsync(new Uri("/api/pipeline_runs/1", UriKind.Relative)));
            if (condition(run))
            {
                return;
            }

            Assert.True(Status(run) is "initial" or "running", run.GetRawText());
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    private static string? Status(JsonElement element) => element.GetProperty("status").GetString();
}
