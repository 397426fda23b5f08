using System.Text.Json;
using Mlops.Core.Runs;
using Mlops.Core.Tests.Database;

namespace Mlops.Core.Tests.Runs;

/// <summary>Runs from start to end on a real database; a subclass says which one.</summary>
public abstract class PipelineRunTests : PipelineRunSuite
{
    [Fact]
    public async Task A_started_run_is_stored_as_the_pipeline_then_was_and_enqueued()
    {
        var run = await _world.StartAsync("chain", new { share = 0.7, extra = "y" });

        Assert.Equal((RunStatus.Initial, RunOrigin.Api, "p", "chain"), (run.Status, run.Origin, run.ProjectUuid, run.PipelineUuid));
        Assert.Equal("""{"source":"x.csv","share":0.7,"extra":"y"}""", JsonSerializer.Serialize(run.Variables));
        Assert.Equal(["a", "b", "c"], run.BlockRuns.Select(block => block.BlockUuid));
        Assert.Equal(["b"], run.BlockRuns[2].UpstreamBlocks);
        Assert.Equal("custom/a.cs", run.BlockRuns[0].FilePath);
        Assert.Equal("Waits for a free worker.", run.WaitingFor);
        Assert.Equal([run.Id], _world.Queue.Enqueued);
    }

    [Fact]
    public async Task Blocks_run_in_order_and_their_outputs_are_stored()
    {
        _world.Host.Scripts["a"] = (work, _, _) =>
        {
            Directory.CreateDirectory(work.OutputDirectory);
            File.WriteAllText(Path.Combine(work.OutputDirectory, "output_0.json"), "[1]");
            return Task.FromResult(ScriptedBlockHost.Completed(ScriptedBlockHost.Json("output_0", 3)));
        };

        var run = await _world.RunAsync("chain");

        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.Equal(["a#1", "b#1", "c#1"], _world.Host.Starts);
        Assert.All(run.BlockRuns, block => Assert.True(block is { Status: BlockRunStatus.Completed, Attempt: 1, StartedAt: not null, CompletedAt: not null }));
        Assert.Null(run.WaitingFor);
        Assert.NotNull(run.CompletedAt);
        Assert.Equal(0, _world.Host.OpenSessions);

        var output = await _world.Get<BlockOutputStore>().GetAsync(run.Id, "a", "output_0", Cancellation);
        Assert.Equal($"p/chain/{run.Id}/a/1/output_0.json", output.Path);
        Assert.Equal("[1]", await File.ReadAllTextAsync(_world.Get<BlockOutputStore>().ResolvePath(output), Cancellation));
        var given = _world.Host.Works["b"];
        Assert.Equal(("a", "output_0.json"), (given.Upstream[0].BlockUuid, given.Upstream[0].Outputs[0].FileName));
        Assert.Equal(Path.GetDirectoryName(_world.Get<BlockOutputStore>().ResolvePath(output)), given.Upstream[0].Directory);
        Assert.Equal(Path.Combine(_fixture.Options.ProjectsPath, "p", "custom", "b.cs"), given.FilePath);
    }

    [Fact]
    public async Task A_small_value_is_kept_with_its_row_and_read_from_there()
    {
        _world.Host.Scripts["a"] = (_, _, _) =>
            Task.FromResult(ScriptedBlockHost.Completed(ScriptedBlockHost.Json("output_0", 6) with { Value = """{"ü":"\n'\""}""" }));

        var run = await _world.RunAsync("chain");

        var store = _world.Get<BlockOutputStore>();
        var output = await store.GetAsync(run.Id, "a", "output_0", Cancellation);
        Assert.Equal("""{"ü":"\n'\""}""", output.Value);
        await store.FetchAsync(output, Cancellation);
        using var reader = new StreamReader(store.OpenRead(output));
        Assert.Equal(output.Value, await reader.ReadToEndAsync(Cancellation));
        Assert.Equal(output.Value, _world.Host.Works["b"].Upstream[0].Outputs[0].Output.Value);
    }

    [Fact]
    public async Task Independent_branches_run_at_the_same_time()
    {
        // Each waits for the other: run one after the other, they would never end.
        var left = new TaskCompletionSource();
        var right = new TaskCompletionSource();
        _world.Host.Scripts["left"] = (_, _, _) => Meet(left, right);
        _world.Host.Scripts["right"] = (_, _, _) => Meet(right, left);

        var run = await _world.RunAsync("diamond");

        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.Equal("join#1", _world.Host.Starts.Last());

        static async Task<BlockResult> Meet(TaskCompletionSource mine, TaskCompletionSource other)
        {
            mine.SetResult();
            await other.Task;
            return ScriptedBlockHost.Completed();
        }
    }

    [Fact]
    public async Task A_failing_block_gives_up_what_waits_for_it_and_nothing_else()
    {
        _world.Host.Scripts["left"] = (_, _, _) => Task.FromResult(ScriptedBlockHost.Failed("'x' is not a number"));

        var run = await _world.RunAsync("diamond");

        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal(
            [BlockRunStatus.Completed, BlockRunStatus.Failed, BlockRunStatus.Completed, BlockRunStatus.UpstreamFailed],
            new[] { "load", "left", "right", "join" }.Select(uuid => Block(run, uuid).Status));
        Assert.Equal(new BlockError("System.FormatException", "'x' is not a number") { File = "a.cs", Line = 7 }, Block(run, "left").Error);
        var lines = await ReadLogAsync(run.Id);
        Assert.Equal((RunLogLevel.Error, "left", "System.FormatException: 'x' is not a number (a.cs:7)"), (lines[0].Level, lines[0].BlockUuid, lines[0].Text));
    }

    [Fact]
    public async Task A_session_that_throws_fails_its_block_and_not_the_worker()
    {
        _world.Host.Scripts["a"] = (_, _, _) => throw new InvalidTimeZoneException("no such zone");

        var run = await _world.RunAsync("chain");

        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal(("System.InvalidTimeZoneException", "no such zone"), (Block(run, "a").Error!.Type, Block(run, "a").Error!.Message));
    }

    [Fact]
    public async Task A_run_that_cannot_be_worked_on_fails_with_the_reason()
    {
        _world.Host.Opening = () => throw new InvalidOperationException("no runner left");

        var run = await _world.RunAsync("chain");

        Assert.Equal((RunStatus.Failed, "Internal error: no runner left"), (run.Status, run.Error));
        Assert.Equal([BlockRunStatus.Failed, BlockRunStatus.Cancelled, BlockRunStatus.Cancelled], run.BlockRuns.Select(block => block.Status));
    }

    [Fact]
    public async Task Retrying_runs_only_what_did_not_complete()
    {
        _world.Host.Scripts["b"] = (work, _, _) =>
            Task.FromResult(work.Attempt == 1 ? ScriptedBlockHost.Failed("not yet") : ScriptedBlockHost.Completed(ScriptedBlockHost.Json("output_0")));
        var failed = await _world.RunAsync("chain");

        var again = await _world.Runs.RetryIncompleteAsync(failed.Id, Cancellation);
        await _world.Executor.ExecuteAsync(failed.Id, Cancellation);

        Assert.Equal(RunStatus.Initial, again.Status);
        Assert.Equal(["a#1", "b#1", "b#2", "c#1"], _world.Host.Starts);
        var run = await _world.Runs.GetAsync(failed.Id, Cancellation);
        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.Null(Block(run, "b").Error);
        Assert.Equal([failed.Id, failed.Id], _world.Queue.Enqueued);
    }

    [Fact]
    public async Task A_run_that_completed_or_is_not_final_cannot_be_retried()
    {
        var waiting = await _world.StartAsync("chain");
        var completed = await _world.RunAsync("chain");

        var notFinal = await Assert.ThrowsAsync<InvalidRequestException>(() => _world.Runs.RetryIncompleteAsync(waiting.Id, Cancellation));
        var allDone = await Assert.ThrowsAsync<InvalidRequestException>(() => _world.Runs.RetryIncompleteAsync(completed.Id, Cancellation));

        Assert.Equal(("conflict", "conflict"), (notFinal.Type, allDone.Type));
        Assert.Contains("is initial", notFinal.Message, StringComparison.Ordinal);
        Assert.Contains("nothing to retry", allDone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_delivery_leaves_quietly()
    {
        var run = await _world.RunAsync("chain");

        await _world.Executor.ExecuteAsync(run.Id, Cancellation);

        Assert.Equal(3, _world.Host.Starts.Count);
    }

    [Fact]
    public async Task Two_workers_that_are_woken_at_once_run_every_block_once()
    {
        await using var other = await RunWorld.CreateAsync(_fixture);
        var runs = new List<PipelineRun>();
        for (var i = 0; i < 20; i++)
        {
            runs.Add(await _world.StartAsync("diamond"));
        }

        await Task.WhenAll(runs.SelectMany(run => new[] { _world, other }.Select(world => world.Executor.ExecuteAsync(run.Id, Cancellation))));

        Assert.Equal(20 * 4, _world.Host.Starts.Count + other.Host.Starts.Count);
        Assert.All(await Task.WhenAll(runs.Select(run => _world.Runs.GetAsync(run.Id, Cancellation))), run => Assert.Equal(RunStatus.Completed, run.Status));
    }

    [Fact]
    public async Task Waiting_returns_when_the_run_is_final()
    {
        var run = await _world.StartAsync("chain");
        var waiting = _world.Runs.WaitAsync(run.Id, TimeSpan.FromMinutes(5), Cancellation);
        Assert.False(waiting.IsCompleted);

        await _world.Executor.ExecuteAsync(run.Id, Cancellation);

        Assert.Equal(RunStatus.Completed, (await waiting).Status);
    }

    [Fact]
    public async Task Waiting_returns_the_run_as_it_is_when_the_time_is_over()
    {
        var run = await _world.StartAsync("chain");

        Assert.Equal(RunStatus.Initial, (await _world.Runs.WaitAsync(run.Id, TimeSpan.FromMilliseconds(1), Cancellation)).Status);
    }

    [Fact]
    public async Task A_waiting_run_is_cancelled_at_once()
    {
        var run = await _world.StartAsync("chain");

        var cancelled = await _world.Runs.CancelAsync(run.Id, Cancellation);
        await _world.Executor.ExecuteAsync(run.Id, Cancellation);

        Assert.Equal(RunStatus.Cancelled, cancelled.Status);
        Assert.All(cancelled.BlockRuns, block => Assert.Equal(BlockRunStatus.Cancelled, block.Status));
        Assert.Empty(_world.Host.Starts);
    }

    [Fact]
    public async Task Cancelling_asks_running_blocks_to_stop_and_starts_no_others()
    {
        var started = new TaskCompletionSource();
        _world.Host.Scripts["b"] = async (_, _, cancellationToken) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return ScriptedBlockHost.Completed();
        };
        var run = await _world.StartAsync("chain");
        var execution = _world.Executor.ExecuteAsync(run.Id, Cancellation);
        await started.Task;

        await _world.Runs.CancelAsync(run.Id, Cancellation);
        await execution;

        var cancelled = await _world.Runs.GetAsync(run.Id, Cancellation);
        Assert.Equal(RunStatus.Cancelled, cancelled.Status);
        Assert.Equal([BlockRunStatus.Completed, BlockRunStatus.Cancelled, BlockRunStatus.Cancelled], cancelled.BlockRuns.Select(block => block.Status));
        Assert.NotNull(cancelled.CancelRequestedAt);
    }

    [Fact]
    public async Task A_final_run_cannot_be_cancelled_any_more()
    {
        var run = await _world.RunAsync("chain");

        Assert.Equal((RunStatus.Completed, (DateTimeOffset?)null), Pair(await _world.Runs.CancelAsync(run.Id, Cancellation)));

        static (RunStatus, DateTimeOffset?) Pair(PipelineRun run) => (run.Status, run.CancelRequestedAt);
    }

    [Fact]
    public async Task A_worker_that_stops_hands_the_run_back_and_the_next_one_runs_only_the_rest()
    {
        var started = new TaskCompletionSource();
        _world.Host.Scripts["b"] = async (_, _, cancellationToken) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return ScriptedBlockHost.Completed();
        };
        using var stopping = new CancellationTokenSource();
        var run = await _world.StartAsync("chain");
        var execution = _world.Executor.ExecuteAsync(run.Id, stopping.Token);
        await started.Task;
        await stopping.CancelAsync();
        await execution;

        var handedBack = await _world.Runs.GetAsync(run.Id, Cancellation);
        Assert.Equal((RunStatus.Running, BlockRunStatus.Initial), (handedBack.Status, Block(handedBack, "b").Status));
        Assert.StartsWith("Its worker stopped", handedBack.WaitingFor, StringComparison.Ordinal);

        await using var next = await RunWorld.CreateAsync(_fixture);
        await next.Recovery.SweepAsync(isFirst: true, Cancellation);
        Assert.Equal([run.Id], next.Queue.Enqueued);
        await next.Executor.ExecuteAsync(run.Id, Cancellation);

        Assert.Equal(["b#2", "c#1"], next.Host.Starts);
        Assert.Equal(RunStatus.Completed, (await next.Runs.GetAsync(run.Id, Cancellation)).Status);
    }

    [Fact]
    public async Task Nobody_takes_a_run_that_was_started_to_be_executed_here()
    {
        var run = await _world.Runs.StartClaimedAsync(new ClaimedRunWish("p", "chain"), Cancellation);
        await using var server = await RunWorld.CreateAsync(_fixture);

        await server.Recovery.SweepAsync(isFirst: true, Cancellation);
        await server.Executor.ExecuteAsync(run.Id, Cancellation);
        Assert.Empty(server.Queue.Enqueued);
        Assert.Empty(server.Host.Starts);

        await _world.Executor.ExecuteAsync(run.Id, Cancellation);
        Assert.Equal(RunStatus.Completed, (await _world.Runs.GetAsync(run.Id, Cancellation)).Status);
        Assert.Equal(3, _world.Host.Starts.Count);
    }
}

public sealed class SqlitePipelineRunTests : PipelineRunTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());
}

public sealed class PostgresPipelineRunTests : PipelineRunTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => PostgresFixture.CreateAsync();
}
