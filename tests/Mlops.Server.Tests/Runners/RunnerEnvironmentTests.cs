using System.Text.Json;
using Mlops.Core.Runs;
using Mlops.Server.Runners;

namespace Mlops.Server.Tests.Runners;

/// <summary>What users' code may see of the server's environment.</summary>
public sealed class RunnerEnvironmentTests
{
    private static readonly string[] Allowed =
    [
        "PATH", "HOME", "LANG", "LANGUAGE", "TZ", "USER", "LOGNAME", "TMPDIR", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY",
        "SSL_CERT_FILE", "SSL_CERT_DIR",
    ];

    [Fact]
    public async Task Only_the_basic_variables_are_there()
    {
        Environment.SetEnvironmentVariable("MLOPS_SECRET_OF_RUNNER_TESTS", "s3cret");
        Environment.SetEnvironmentVariable("SECRET_OF_RUNNER_TESTS", "s3cret");
        await using var runners = new RunnersUnderTest(warehouse: "Host=nowhere;Password=s3cret");
        await using var session = await runners.OpenAsync();

        await RunAsync(runners, session, "Names", "Environment.GetEnvironmentVariables().Keys.Cast<string>().ToArray()");
        await RunAsync(runners, session, "Raw", "File.ReadAllText(\"/proc/self/environ\") + File.ReadAllText(\"/proc/self/cmdline\")");
        await RunAsync(runners, session, "Folders", "new[] { Environment.CurrentDirectory, Path.GetTempPath().TrimEnd('/') }");

        var names = JsonSerializer.Deserialize<string[]>(runners.Output("Names"))!;
        Assert.Empty(names.Where(name => !name.StartsWith("DOTNET_", StringComparison.Ordinal) && !name.StartsWith("LC_", StringComparison.Ordinal)).Except(Allowed, StringComparer.OrdinalIgnoreCase));
        Assert.Contains("DOTNET_GCHeapHardLimit", names);
        Assert.DoesNotContain("s3cret", runners.Output("Raw"), StringComparison.Ordinal);
        var folder = Assert.Single(runners.RunnerFolders);
        Assert.Equal([Path.Combine(folder, "work"), Path.Combine(folder, "tmp")], JsonSerializer.Deserialize<string[]>(runners.Output("Folders"))!);
    }

    [Fact]
    public async Task Granted_variables_are_there_for_the_projects_they_are_granted_to()
    {
        Environment.SetEnvironmentVariable("GRANT_TEST_A", "1");
        Environment.SetEnvironmentVariable("GRANT_TEST_B", "2");
        Environment.SetEnvironmentVariable("GRANT_OTHER", "3");
        await using var runners = new RunnersUnderTest(change: options => options with { Grants = RunnerGrants.Parse("GRANT_TEST_*, sales:GRANT_OTHER", []) });
        const string names = "string.Join(\",\", Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(n => n.StartsWith(\"GRANT_\")).Order()) + \" \" + Environment.ProcessId";
        await using (var session = await runners.OpenAsync())
        {
            await RunAsync(runners, session, "Demo", names);
        }

        await using (var session = await runners.OpenAsync(run: 2, project: "sales"))
        {
            await RunAsync(runners, session, "Sales", names);
        }

        await using (var session = await runners.OpenAsync(run: 3, project: "sales"))
        {
            await RunAsync(runners, session, "SalesAgain", names);
        }

        Assert.StartsWith("\"GRANT_TEST_A,GRANT_TEST_B ", runners.Output("Demo"), StringComparison.Ordinal);
        Assert.StartsWith("\"GRANT_OTHER,GRANT_TEST_A,GRANT_TEST_B ", runners.Output("Sales"), StringComparison.Ordinal);
        Assert.Equal(runners.Output("Sales"), runners.Output("SalesAgain"));
        await RunnerDeathTests.Until(() => runners.RunnerFolders.Length == 1);
    }

    [Fact]
    public async Task A_profile_whose_variable_is_not_granted_says_how_to_grant_it()
    {
        Environment.SetEnvironmentVariable("NOT_GRANTED_TEST", "x");
        await using var runners = new RunnersUnderTest();
        await using var session = await runners.OpenAsync();
        Directory.CreateDirectory(runners.ProjectPath);
        await File.WriteAllTextAsync(runners.File("io_config.yaml"), "sales:\n  POSTGRES_PASSWORD: \"{{ env_var('NOT_GRANTED_TEST') }}\"\n");

        var result = await runners.RunAsync(session, "Reader", "return context.Connection(\"sales\").Provider;");

        Assert.Equal(
            "POSTGRES_PASSWORD of the profile 'sales' in io_config.yaml needs the environment variable NOT_GRANTED_TEST, which is not set for runners. "
            + "Set it where the server is started and grant it to runners by MLOPS_RUNNER_ENV.",
            result.Error?.Message);
    }

    private static async Task RunAsync(RunnersUnderTest runners, IBlockSession session, string uuid, string expression) =>
        Assert.Null((await runners.RunAsync(session, uuid, $"return {expression};")).Error);
}
