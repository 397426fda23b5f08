using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Mlops.Core.Database;
using Mlops.Core.Runs;
using Mlops.Core.Tests.Database;

namespace Mlops.Core.Tests.Runs;

/// <summary>Slots, limits, and how processes on one database share runs.</summary>
public abstract class RunDispatchTests : IAsyncLifetime
{
    private protected DatabaseFixture _fixture = null!;
    private protected RunWorld _world = null!;

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _fixture = await CreateFixtureAsync();
        RunWorld.WritePipeline(_fixture, "chain", ["a", "b < a", "c < b"]);
        RunWorld.WritePipeline(_fixture, "one", ["a"], "concurrency_config: {pipeline_run_limit: 1}\n");
        RunWorld.WritePipeline(_fixture, "two", ["a"], "concurrency_config: {pipeline_run_limit_all_triggers: 2}\n");
        RunWorld.WritePipeline(_fixture, "skip", ["a"], "concurrency_config: {pipeline_run_limit: 1, on_pipeline_run_limit_reached: skip}\n");
        RunWorld.WritePipeline(_fixture, "narrow", ["a", "b", "c", "d"], "concurrency_config: {block_run_limit: 1}\n");
        _world = await RunWorld.CreateAsync(_fixture, options: _fixture.Options with { ParallelRuns = 2 });
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _world.DisposeAsync();
        await _fixture.DisposeAsync();
    }

    [Fact]
    public async Task A_run_goes_to_a_free_slot_at_once_and_others_follow_when_one_is_free()
    {
        var gates = new ConcurrentQueue<TaskCompletionSource<BlockResult>>();
        _world.Host.Scripts["a"] = (_, _, _) =>
        {
            var gate = new TaskCompletionSource<BlockResult>(TaskCreationOptions.RunContinuationsAsynchronously);
            gates.Enqueue(gate);
            return gate.Task;
        };
        _world.Dispatcher.Open();

        var runs = new List<PipelineRun>();
        for (var i = 0; i < 4; i++)
        {
            runs.Add(await _world.StartAsync("chain"));
        }

        Assert.Equal([RunStatus.Running, RunStatus.Running, RunStatus.Initial, RunStatus.Initial], runs.Select(run => run.Status));
        Assert.Equal(BlockRunStatus.Running, runs[0].BlockRuns[0].Status);
        Assert.Equal([runs[2].Id, runs[3].Id], _world.Queue.Enqueued);
        Assert.Equal(2, _world.Dispatcher.RunningCount);

        await ReleaseAllAsync(gates, runs);
        Assert.All(await GetAllAsync(runs), run => Assert.Equal(RunStatus.Completed, run.Status));
        Assert.Equal(4 * 3, _world.Host.Starts.Count);
        await Until.TrueAsync(() => Task.FromResult(_world.Dispatcher.RunningCount == 0));
    }

    [Fact]
    public async Task A_process_that_stops_lets_its_runs_end_and_hands_back_those_that_do_not()
    {
        var gate = new TaskCompletionSource<BlockResult>();
        _world.Host.Scripts["a"] = async (_, _, token) => await gate.Task.WaitAsync(token);
        _world.Dispatcher.Open();
        var run = await _world.StartAsync("chain");
        await Until.TrueAsync(() => Task.FromResult(!_world.Host.Starts.IsEmpty));

        var stopping = _world.Dispatcher.StopAsync(TimeSpan.FromMinutes(5), TimeProvider.System, Cancellation);
        var refused = await _world.StartAsync("chain");
        Assert.Equal(RunStatus.Initial, refused.Status);
        Assert.False(stopping.IsCompleted);

        // Asked a second time, the grace is over.
        await _world.Dispatcher.StopAsync(TimeSpan.FromMinutes(5), TimeProvider.System, Cancellation);
        await stopping;

        var handedBack = await _world.Runs.GetAsync(run.Id, Cancellation);
        Assert.Equal((RunStatus.Running, BlockRunStatus.Initial, 1), (handedBack.Status, handedBack.BlockRuns[0].Status, handedBack.BlockRuns[0].Attempt));
        await using var other = await RunWorld.CreateAsync(_fixture);
        await other.Executor.ExecuteAsync(run.Id, Cancellation);
        var done = await other.Runs.GetAsync(run.Id, Cancellation);
        Assert.Equal((RunStatus.Completed, 2, 0), (done.Status, done.BlockRuns[0].Attempt, done.BlockRuns[0].Interruptions));
    }

    [Fact]
    public async Task Runs_beyond_the_limit_of_their_pipeline_wait_in_words_and_start_in_their_order()
    {
        var running = 0;
        var most = 0;
        var order = new ConcurrentQueue<string>();
        _world.Host.Scripts["a"] = async (work, _, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            order.Enqueue(Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(work.OutputDirectory)))!);
            await Task.Yield();
            Interlocked.Decrement(ref running);
            return ScriptedBlockHost.Completed();
        };
        var runs = new List<PipelineRun>();
        for (var i = 0; i < 10; i++)
        {
            runs.Add(await _world.StartAsync("one"));
        }

        await _world.Executor.ExecuteAsync(runs[3].Id, Cancellation);
        Assert.Equal(
            "Waits for its turn: 3 earlier runs of this pipeline and trigger are running or waiting; 1 may run (pipeline_run_limit).",
            (await _world.Runs.GetAsync(runs[3].Id, Cancellation)).WaitingFor);

        _world.Dispatcher.Open();
        _world.Dispatcher.Wake(runs[0].Id);
        await Until.TrueAsync(async () => (await GetAllAsync(runs)).All(run => run.Status.IsFinal()));

        Assert.Equal(runs.Select(run => run.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)), order);
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task Two_processes_together_keep_a_limit()
    {
        await using var other = await RunWorld.CreateAsync(_fixture, options: _fixture.Options with { ParallelRuns = 4 });
        var running = 0;
        var most = 0;
        ScriptedBlockHost.Script count = async (_, _, _) =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancellation);
            Interlocked.Decrement(ref running);
            return ScriptedBlockHost.Completed();
        };
        _world.Host.Scripts["a"] = count;
        other.Host.Scripts["a"] = count;
        var runs = new List<PipelineRun>();
        for (var i = 0; i < 20; i++)
        {
            runs.Add(await _world.StartAsync("two"));
        }

        _world.Dispatcher.Open();
        other.Dispatcher.Open();
        await Until.TrueAsync(async () =>
        {
            // What the sweep does every five seconds in a server.
            await _world.Recovery.SweepAsync(isFirst: false, Cancellation);
            await other.Recovery.SweepAsync(isFirst: false, Cancellation);
            return (await GetAllAsync(runs)).All(run => run.Status.IsFinal());
        });

        Assert.All(await GetAllAsync(runs), run => Assert.Equal(RunStatus.Completed, run.Status));
        Assert.InRange(most, 1, 2);
        Assert.Equal(20, _world.Host.Starts.Count + other.Host.Starts.Count);
    }

    [Fact]
    public async Task Runs_that_cannot_be_read_hold_up_neither_others_nor_a_slot()
    {
        var poison = new List<PipelineRun>();
        for (var i = 0; i < 12; i++)
        {
            poison.Add(await _world.StartAsync("chain"));
        }

        await _world.Get<MetadataDatabase>().WriteAsync(session => session.Execute("update block_run set status = 'of_another_version'"), Cancellation);
        var sound = await _world.StartAsync("chain");
        _world.Dispatcher.Open();

        _world.Dispatcher.Look();

        await Until.TrueAsync(async () => (await _world.Runs.GetAsync(sound.Id, Cancellation)).Status == RunStatus.Completed);
        await Until.TrueAsync(() => Task.FromResult(_world.Dispatcher.RunningCount == 0));
        Assert.Equal(RunStatus.Initial, await _world.Runs.FindStatusAsync(poison[0].Id, Cancellation));
    }

    [Fact]
    public async Task A_run_with_blocks_of_another_version_is_listed_and_ends()
    {
        var run = await _world.StartAsync("chain");
        await _world.Get<MetadataDatabase>().WriteAsync(session => session.Execute("update block_run set type = 'sorcerer', language = 'runes'"), Cancellation);

        var listed = Assert.Single((await _world.Runs.ListAsync(new PipelineRunFilter(), Cancellation)).Runs);
        await _world.Executor.ExecuteAsync(run.Id, Cancellation);

        Assert.Equal(("sorcerer", "runes"), (listed.BlockRuns[0].Type.Word, listed.BlockRuns[0].Language.Word));
        Assert.True((await _world.Runs.GetAsync(run.Id, Cancellation)).Status.IsFinal());
    }

    [Fact]
    public async Task A_run_that_is_to_skip_is_cancelled_and_says_why()
    {
        var hanging = new TaskCompletionSource<BlockResult>();
        _world.Host.Scripts["a"] = (_, _, _) => hanging.Task;
        var first = await _world.StartAsync("skip");
        var execution = _world.Executor.ExecuteAsync(first.Id, Cancellation);
        await Until.TrueAsync(() => Task.FromResult(!_world.Host.Starts.IsEmpty));
        var second = await _world.StartAsync("skip");

        await _world.Executor.ExecuteAsync(second.Id, Cancellation);

        second = await _world.Runs.GetAsync(second.Id, Cancellation);
        Assert.Equal(RunStatus.Cancelled, second.Status);
        Assert.StartsWith("Skipped: 1 earlier runs of this pipeline", second.Error, StringComparison.Ordinal);
        Assert.Equal(BlockRunStatus.Cancelled, second.BlockRuns[0].Status);
        hanging.SetResult(ScriptedBlockHost.Completed());
        await execution;
    }

    [Fact]
    public async Task Blocks_of_a_run_keep_their_limit()
    {
        var running = 0;
        var most = 0;
        foreach (var uuid in new[] { "a", "b", "c", "d" })
        {
            _world.Host.Scripts[uuid] = async (_, _, _) =>
            {
                InterlockedMax(ref most, Interlocked.Increment(ref running));
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancellation);
                Interlocked.Decrement(ref running);
                return ScriptedBlockHost.Completed();
            };
        }

        var run = await _world.RunAsync("narrow");

        Assert.Equal((RunStatus.Completed, 1), (run.Status, most));
    }

    [Fact]
    public async Task A_limit_over_all_pipelines_holds()
    {
        await using var limited = await RunWorld.CreateAsync(_fixture, options: _fixture.Options with { ParallelRuns = 4, RunLimit = 1 });
        var hanging = new TaskCompletionSource<BlockResult>();
        limited.Host.Scripts["a"] = (_, _, _) => hanging.Task;
        var first = await limited.StartAsync("chain");
        var second = await limited.StartAsync("narrow");
        limited.Dispatcher.Open();
        limited.Dispatcher.Wake(first.Id);
        await Until.TrueAsync(() => Task.FromResult(!limited.Host.Starts.IsEmpty));

        limited.Dispatcher.Wake(second.Id);
        await Until.TrueAsync(async () => (await limited.Runs.GetAsync(second.Id, Cancellation)).WaitingFor!.Contains("MLOPS_RUN_LIMIT", StringComparison.Ordinal));
        hanging.SetResult(ScriptedBlockHost.Completed());

        await Until.TrueAsync(async () => (await GetAllAsync([first, second])).All(run => run.Status == RunStatus.Completed));
    }

    protected abstract Task<DatabaseFixture> CreateFixtureAsync();

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }

    private async Task<IReadOnlyList<PipelineRun>> GetAllAsync(IEnumerable<PipelineRun> runs) =>
        await Task.WhenAll(runs.Select(run => _world.Runs.GetAsync(run.Id, Cancellation)));

    private Task ReleaseAllAsync(ConcurrentQueue<TaskCompletionSource<BlockResult>> gates, List<PipelineRun> runs) => Until.TrueAsync(async () =>
    {
        while (gates.TryDequeue(out var gate))
        {
            gate.SetResult(ScriptedBlockHost.Completed());
        }

        return (await GetAllAsync(runs)).All(run => run.Status.IsFinal());
    });
}

public sealed class SqliteRunDispatchTests : RunDispatchTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());
}

public sealed class PostgresRunDispatchTests : RunDispatchTests
{
    [Fact]
    public async Task A_run_that_finds_no_free_slot_is_taken_by_another_process_that_has_one()
    {
        await using var other = await RunWorld.CreateAsync(_fixture);
        using var feed = Feed(other);
        await feed.StartAsync(Cancellation);
        other.Dispatcher.Open();

        // This process has no open slots: only the other one can do it, and hears of it with the commit. The feed may not listen yet at the first.
        await Until.TrueAsync(async () => (await _world.Runs.GetAsync((await _world.StartAsync("chain")).Id, Cancellation)).Status.IsFinal());
        var run = await _world.StartAsync("chain");

        await Until.TrueAsync(async () => (await _world.Runs.GetAsync(run.Id, Cancellation)).Status == RunStatus.Completed);
        Assert.Empty(_world.Host.Starts);
        await feed.StopAsync(Cancellation);
    }

    [Fact]
    public async Task The_end_of_a_run_in_another_process_ends_a_wait_and_a_cancel_is_heard_there_at_once()
    {
        // Its clock stands still, so that no heartbeat tells of the cancel.
        await using var other = await RunWorld.CreateAsync(_fixture, new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        using var feed = Feed(_world);
        using var otherFeed = Feed(other);
        await feed.StartAsync(Cancellation);
        await otherFeed.StartAsync(Cancellation);
        other.Host.Scripts["a"] = async (_, _, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return ScriptedBlockHost.Completed();
        };
        var run = await _world.StartAsync("chain");
        var execution = other.Executor.ExecuteAsync(run.Id, Cancellation);
        var waiting = _world.Runs.WaitAsync(run.Id, TimeSpan.FromMinutes(5), Cancellation);
        await Until.TrueAsync(() => Task.FromResult(!other.Host.Starts.IsEmpty));

        await _world.Runs.CancelAsync(run.Id, Cancellation);

        Assert.Equal(RunStatus.Cancelled, (await waiting).Status);
        await execution;
        await feed.StopAsync(Cancellation);
        await otherFeed.StopAsync(Cancellation);
    }

    protected override Task<DatabaseFixture> CreateFixtureAsync() => PostgresFixture.CreateAsync();

    private static RunChangeFeed Feed(RunWorld world) =>
        Microsoft.Extensions.DependencyInjection.ActivatorUtilities.CreateInstance<RunChangeFeed>(world.Services);
}
