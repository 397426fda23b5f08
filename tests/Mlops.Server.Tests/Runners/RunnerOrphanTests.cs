using System.Diagnostics;
using System.Globalization;
using Mlops.Server.Tests.Fixtures;

namespace Mlops.Server.Tests.Runners;

/// <summary>Whatever ends, nothing of it goes on: neither runners nor what users' code started from them.</summary>
public sealed class RunnerOrphanTests
{
    // Writes its own pid and that of a program that it started; a daemon leaves the process group.
    private const string StartsProgram = """
        using var program = Process.Start("setsid", ["--fork", "sh", "-c", $"cd '{context.ProjectPath}'; echo -n $$. > daemon; exec sleep 1000"]);
        using var child = Process.Start("sleep", "1000");
        File.WriteAllText(context.ResolvePath("child"), $"{child.Id}.");
        while (!File.Exists(context.ResolvePath("daemon"))) Thread.Sleep(5);
        File.WriteAllText(context.ResolvePath("pid"), $"{Environment.ProcessId}.");
        """;

    private const string Waits = "while (!File.Exists(context.ResolvePath(\"go\"))) Thread.Sleep(5);";

    public static TheoryData<string> Ends => ["abort", "death", "dispose", "close"];

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Programs_that_a_block_started_end_with_the_runner(string end)
    {
        var runners = new RunnersUnderTest();
        await using var atEnd = runners;
        var session = await runners.OpenAsync();
        var block = runners.RunAsync(session, "Starter", $"{StartsProgram} {Waits} {(end == "death" ? "Environment.FailFast(\"x\");" : "Thread.Sleep(-1);")} return 1;");
        var (child, runner) = (await RunnerDeathTests.ReadPidAsync(runners, "child"), await RunnerDeathTests.ReadPidAsync(runners));
        var daemon = await RunnerDeathTests.ReadPidAsync(runners, "daemon");
        Assert.Equal((true, true, true), (Lives(child), Lives(daemon), Lives(runner)));
        await File.WriteAllTextAsync(runners.File("go"), "");

        switch (end)
        {
            case "abort":
                await session.AbortAsync("test");
                break;
            case "dispose":
                await runners.Pool.DisposeAsync();
                break;
            case "close":
                await session.DisposeAsync();
                break;
        }

        await block;
        await RunnerDeathTests.Until(() => !Lives(child) && !Lives(daemon) && !Lives(runner) && runners.RunnerFolders.Length == 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_outlives_a_server_that_was_killed(bool isStopped)
    {
        using var projects = new TestProjects("demo")
            .File("demo", "custom/starter.cs", RunnersUnderTest.Code("Starter", $"{StartsProgram} Thread.Sleep(-1); return 1;"))
            .Pipeline("demo", "start", ("custom", "starter", []));
        var (first, firstClient) = await ProgramUnderTest.ServeAsync(projects);
        int child, daemon, runner;
        using (first)
        using (firstClient)
        {
            await firstClient.PostAsync(new Uri("/api/projects/demo/pipelines/start/runs", UriKind.Relative), null);
            (child, daemon, runner) = (await ReadPidAsync("child"), await ReadPidAsync("daemon"), await ReadPidAsync("pid"));
            if (isStopped)
            {
                Signal("STOP", runner);
                await RunnerDeathTests.Until(() => Directory.GetDirectories($"/proc/{runner}/task").All(task => StateOf(task) == 'T'));
            }

            first.Signal("KILL");
            await first.WaitForExitAsync();
        }

        if (isStopped)
        {
            // It cannot have noticed; the next server to start sees to it.
            Assert.Equal((true, true, true), (Lives(child), Lives(daemon), Lives(runner)));
            var (second, secondClient) = await ProgramUnderTest.ServeAsync(projects);
            second.Dispose();
            secondClient.Dispose();
        }

        await RunnerDeathTests.Until(() => !Lives(child) && !Lives(daemon) && !Lives(runner));

        async Task<int> ReadPidAsync(string name)
        {
            var file = Path.Combine(projects.ProjectsPath, "demo", name);
            await RunnerDeathTests.Until(() => File.Exists(file) && File.ReadAllText(file).EndsWith('.'));
            return int.Parse((await File.ReadAllTextAsync(file)).TrimEnd('.'), CultureInfo.InvariantCulture);
        }
    }

    [Fact]
    public async Task A_server_that_stops_leaves_no_runner()
    {
        using var projects = PeopleServer.Write(new TestProjects("demo"));
        var (server, client) = await ProgramUnderTest.ServeAsync(projects);
        using (server)
        using (client)
        {
            await client.PostAsync(new Uri("/api/projects/demo/pipelines/people/runs?wait=60", UriKind.Relative), null);
            var runners = Runners();
            Assert.NotEmpty(runners);

            server.Signal("TERM");
            await server.WaitForExitAsync();

            await RunnerDeathTests.Until(() => !runners.Any(Lives));
            await RunnerDeathTests.Until(() => Directory.GetDirectories(Path.Combine(projects.DataPath, "runners")).Length == 0);
        }

        int[] Runners() =>
        [
            .. from folder in Directory.GetDirectories("/proc")
               let processId = int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0
               where processId > 0 && CommandOf(processId).Contains(Path.Combine(projects.DataPath, "runners"), StringComparison.Ordinal)
               select processId,
        ];
    }

    /// <summary>A zombie does not live: it only waits for its parent to ask.</summary>
    private static bool Lives(int processId) => StateOf($"/proc/{processId}") is not (null or 'Z' or 'X');

    private static char? StateOf(string folder)
    {
        try
        {
            var stat = File.ReadAllText(Path.Combine(folder, "stat"));
            return stat[stat.LastIndexOf(')') + 2];
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string CommandOf(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static void Signal(string name, int processId)
    {
        using var kill = Process.Start("kill", [$"-{name}", processId.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
