using System.Diagnostics;
using System.Globalization;
using Mlops.Core.Pipelines;
using Mlops.Core.Runs;
using Mlops.Server.Runners;

namespace Mlops.Server.Tests.Runners;

public sealed class RunnerPoolTests
{
    private const string Pid = "return Environment.ProcessId;";

    [Fact]
    public async Task A_pool_that_is_closed_leaves_nothing_of_a_runner_that_is_being_started()
    {
        await using var runners = new RunnersUnderTest();
        var start = runners.Pool.StartSpare(RunnerEnvironment.For("demo", RunnerGrants.None));
        Assert.NotNull(start);
        while (runners.RunnerFolders is not [var folder] || !File.Exists(Path.Combine(folder, "runner")))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        await runners.Pool.DisposeAsync();

        Assert.Empty(runners.RunnerFolders);
        Assert.True(start.IsCompleted);
    }

    [Fact]
    public async Task A_runner_is_used_again_until_it_had_its_runs()
    {
        await using var runners = new RunnersUnderTest(change: options => options with { MaximumRuns = 2 });
        List<string> processes = [];
        for (var run = 1; run <= 4; run++)
        {
            await using var session = await runners.OpenAsync(run);
            Assert.Null((await runners.RunAsync(session, "Pid", Pid)).Error);
            processes.Add(runners.Output("Pid"));
        }

        Assert.Equal(processes[0], processes[1]);
        Assert.Equal(processes[2], processes[3]);
        Assert.NotEqual(processes[1], processes[2]);
        await RunnerDeathTests.Until(() => runners.RunnerFolders.Length == 0);
    }

    [Fact]
    public async Task A_worn_out_runner_stays_until_its_replacement_is_warm()
    {
        await using var runners = new RunnersUnderTest(change: options => options with { MaximumRuns = 1, WarmUp = true });
        var environment = RunnerEnvironment.For("demo", RunnerGrants.None);
        var old = await RunAsync(1);
        var again = await RunAsync(2);

        var replacement = await runners.Pool.StartSpare(environment)!;
        Assert.Null(runners.Pool.StartSpare(environment));
        var meanwhile = await RunAsync(3);
        replacement.IsWarm = true;
        runners.Pool.RetireWornOut();
        var afterwards = await RunAsync(4);

        Assert.Equal((old, old), (again, meanwhile));
        Assert.Equal(replacement.ProcessId.ToString(CultureInfo.InvariantCulture), afterwards);
        await RunnerDeathTests.Until(() => runners.RunnerFolders.Length == 1);

        async Task<string> RunAsync(long run)
        {
            await using var session = await runners.OpenAsync(run);
            Assert.Null((await runners.RunAsync(session, "Pid", Pid)).Error);
            return runners.Output("Pid");
        }
    }

    [Fact]
    public async Task Two_runs_have_two_processes_and_share_no_statics_and_the_third_waits()
    {
        const string counter = """
            public static class Counter
            {
                private static int _count;

                [Custom]
                public static string Run() => $"{++_count} {Environment.ProcessId}";
            }
            """;
        await using var runners = new RunnersUnderTest(count: 2);
        await using var first = await runners.OpenAsync(run: 1);
        var second = await runners.OpenAsync(run: 2);
        Assert.Null((await runners.RunCodeAsync(first, "counter", counter)).Error);
        var one = runners.Output("counter").Trim('"').Split(' ');
        Assert.Null((await runners.RunCodeAsync(second, "counter", counter)).Error);
        var two = runners.Output("counter").Trim('"').Split(' ');

        var third = runners.OpenAsync(run: 3);
        Assert.False(third.IsCompleted);
        await second.DisposeAsync();
        await using var session = await third;
        Assert.Null((await runners.RunAsync(session, "Pid", Pid)).Error);

        Assert.Equal(("1", "1"), (one[0], two[0]));
        Assert.NotEqual(one[1], two[1]);
        Assert.Equal(two[1], runners.Output("Pid"));
    }

    [Fact]
    public async Task A_runner_that_died_while_idle_is_not_handed_out()
    {
        await using var runners = new RunnersUnderTest();
        await using (var session = await runners.OpenAsync())
        {
            Assert.Null((await runners.RunAsync(session, "Pid", Pid)).Error);
        }

        using (var runner = Process.GetProcessById(int.Parse(runners.Output("Pid"), CultureInfo.InvariantCulture)))
        {
            runner.Kill();
            await runner.WaitForExitAsync();
        }

        await using var next = await runners.OpenAsync(run: 2);
        Assert.Null((await runners.RunAsync(next, "Next", "return 1;")).Error);
    }

    [Fact]
    public async Task Blocks_hand_tables_on_and_those_of_a_runner_that_died_are_read_from_their_files()
    {
        await using var runners = new RunnersUnderTest();
        await using var session = await runners.OpenAsync();
        var loaded = await runners.RunCodeAsync(session, "load", """
            public static class Load { [Custom] public static IEnumerable<Row> Run() => [new(1), new(2)]; }
            public sealed record Row(int Value);
            """);
        const string sum = """
            public static class Sum { [Custom] public static int Run(IReadOnlyList<Row> rows) => rows.Sum(row => row.Value); }
            public sealed record Row(int Value);
            """;
        Assert.Null(loaded.Error);
        Assert.Null((await runners.RunCodeAsync(session, "sum", sum, ("load", loaded))).Error);
        Assert.Equal("3", runners.Output("sum"));

        Assert.True((await runners.RunAsync(session, "Dying", "Environment.Exit(1); return 1;")).RunnerDied);
        Assert.Null((await runners.RunCodeAsync(session, "sum_again", sum, ("load", loaded))).Error);
        Assert.Equal("3", runners.Output("sum_again"));
    }

    [Fact]
    public async Task A_runner_that_cannot_be_started_is_an_error_in_words_and_holds_no_place()
    {
        await using var runners = new RunnersUnderTest();
        var obstacle = Path.Combine(runners.DataPath, "runners");
        await File.WriteAllTextAsync(obstacle, "a file where a folder should be");

        for (var run = 1; run <= 2; run++)
        {
            var exception = await Assert.ThrowsAsync<RunnerStartException>(() => runners.OpenAsync(run));
            Assert.StartsWith("No process can be started for users' code: ", exception.Message, StringComparison.Ordinal);
        }

        File.Delete(obstacle);
        await using var session = await runners.OpenAsync(run: 3);
        Assert.Null((await runners.RunAsync(session, "Pid", Pid)).Error);
    }

    [Fact]
    public async Task Variables_reach_every_block()
    {
        await using var runners = new RunnersUnderTest();
        await using var session = await runners.OpenAsync();
        var body = "return context.Variables[\"name\"].GetString();";

        Assert.Null((await runners.RunAsync(session, "First", body, variables: new { name = "a" })).Error);
        Assert.Null((await runners.RunAsync(session, "Second", body, variables: new { name = "b" })).Error);

        Assert.Equal(("\"a\"", "\"b\""), (runners.Output("First"), runners.Output("Second")));
    }

    [Fact]
    public async Task A_compiled_block_is_not_compiled_again_by_another_process()
    {
        await using var runners = new RunnersUnderTest(change: options => options with { MaximumRuns = 1 });
        await using (var session = await runners.OpenAsync())
        {
            Assert.Null((await runners.RunAsync(session, "Pid", Pid)).Error);
        }

        var before = Cache();
        var first = runners.Output("Pid");
        await using (var session = await runners.OpenAsync(run: 2))
        {
            Assert.Null((await runners.RunAsync(session, "Pid", Pid)).Error);
        }

        Assert.NotEqual(first, runners.Output("Pid"));
        Assert.Single(before);
        Assert.Equal(before, Cache());

        (string Name, DateTime Written)[] Cache() =>
            [.. new DirectoryInfo(Path.Combine(runners.DataPath, "cache", "csharp")).GetFiles().Select(file => (file.Name, file.LastWriteTimeUtc))];
    }

    [Fact]
    public async Task A_block_is_described_by_a_runner_whether_or_not_one_is_idle()
    {
        await using var runners = new RunnersUnderTest();
        Directory.CreateDirectory(runners.File("custom"));
        var path = runners.File(Path.Combine("custom", "asker.cs"));
        await File.WriteAllTextAsync(path, "public static class Asker { [Custom] public static int Run(double rate = 0.5, string? name = null) => 1; }");
        var block = new Block { Uuid = "asker", Name = "asker", Type = BlockType.Find("custom")!, Language = BlockLanguage.Find("csharp")!, FilePath = path };

        var cold = await runners.Host.DescribeAsync(runners.ProjectPath, block, CancellationToken.None);
        await using var session = await runners.OpenAsync();
        var leased = await runners.Host.DescribeAsync(runners.ProjectPath, block, CancellationToken.None);
        await File.WriteAllTextAsync(path, "public static class Asker { nonsense }");
        var broken = await runners.Host.DescribeAsync(runners.ProjectPath, block, CancellationToken.None);

        Assert.Equal([("rate", ParameterForm.Number), ("name", ParameterForm.Text)], cold.Parameters.Select(parameter => (parameter.Name, parameter.Form)));
        Assert.Equal(cold.Parameters.Select(parameter => parameter.Name), leased.Parameters.Select(parameter => parameter.Name));
        Assert.Equal("compile_error", Assert.Single(broken.Errors).Type);
    }

    [Fact]
    public async Task A_session_that_is_closed_while_its_code_runs_leaves_none_of_it()
    {
        await using var runners = new RunnersUnderTest();
        var session = await runners.OpenAsync();
        var block = runners.RunAsync(session, "Endless", "File.WriteAllText(context.ResolvePath(\"pid\"), $\"{Environment.ProcessId}.\"); while (true) { }");
        var processId = await RunnerDeathTests.ReadPidAsync(runners);

        await session.DisposeAsync();

        Assert.False(Directory.Exists($"/proc/{processId}"));
        Assert.True((await block).RunnerDied);
        await using var next = await runners.OpenAsync(run: 2);
        Assert.Null((await runners.RunAsync(next, "Next", "return 1;")).Error);
    }

    [Fact]
    public async Task Runners_go_behind_the_server_in_time_and_in_memory()
    {
        await using var runners = new RunnersUnderTest();
        await using var session = await runners.OpenAsync();

        Assert.Null((await runners.RunAsync(
            session, "Place", "using var me = Process.GetCurrentProcess(); return me.PriorityClass + \" \" + File.ReadAllText(\"/proc/self/oom_score_adj\").Trim();")).Error);

        Assert.Equal("\"BelowNormal 500\"", runners.Output("Place"));
    }
}
