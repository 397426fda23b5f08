using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Mlops.Core.Database;
using Mlops.Core.Runs;
using Mlops.Core.Tests.Database;

namespace Mlops.Core.Tests.Runs;

/// <summary>Workers that die, hang, come back late or are asked to stop: two processes on one database, each with a clock of its own.</summary>
public abstract class RunSurvivalTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _firstTime = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly FakeTimeProvider _secondTime = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private DatabaseFixture _fixture = null!;
    private RunWorld _first = null!;
    private RunWorld _second = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _fixture = await CreateFixtureAsync();
        RunWorld.WritePipeline(_fixture, "chain", ["a", "b < a", "c < b"]);
        _first = await RunWorld.CreateAsync(_fixture, _firstTime);
        _second = await RunWorld.CreateAsync(_fixture, _secondTime);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        await _fixture.DisposeAsync();
    }

    [Fact]
    public async Task A_run_whose_worker_fell_silent_is_taken_up_and_the_late_worker_changes_nothing()
    {
        var (run, execution, late) = await StartHangingAsync("b");

        // Before the lease is over nobody may take it.
        _secondTime.Advance(TimeSpan.FromSeconds(19));
        await _second.Recovery.SweepAsync(isFirst: true, Cancellation);
        await _second.Executor.ExecuteAsync(run.Id, Cancellation);
        Assert.Empty(_second.Queue.Enqueued);
        Assert.Empty(_second.Host.Starts);

        _secondTime.Advance(TimeSpan.FromSeconds(2));
        await _second.Recovery.SweepAsync(isFirst: false, Cancellation);
        Assert.Equal([run.Id], _second.Queue.Enqueued);
        await _second.Executor.ExecuteAsync(run.Id, Cancellation);
        Assert.Equal(["b#2", "c#1"], _second.Host.Starts);
        var taken = await _second.Runs.GetAsync(run.Id, Cancellation);
        Assert.Equal(RunStatus.Completed, taken.Status);

        // The first worker wakes up and believes that it still has the run.
        late.SetResult(ScriptedBlockHost.Failed("too late"));
        await execution;
        Assert.Equal(["a#1", "b#1"], _first.Host.Starts);
        Assert.Equal(JsonSerializer.Serialize(taken), JsonSerializer.Serialize(await _second.Runs.GetAsync(run.Id, Cancellation)));
    }

    [Fact]
    public async Task A_worker_that_was_halted_before_it_began_a_block_does_not_begin_it_when_another_one_has()
    {
        // Halted when it is stored that 'a' runs and its code is still to be called.
        using var halted = new ManualResetEventSlim();
        using var goesOn = new ManualResetEventSlim();
        _first.Host.Opening = () =>
        {
            halted.Set();
            goesOn.Wait(Cancellation);
        };
        var run = await _first.StartAsync("chain");
        var execution = Task.Run(() => _first.Executor.ExecuteAsync(run.Id, Cancellation), Cancellation);
        halted.Wait(Cancellation);
        _secondTime.Advance(TimeSpan.FromSeconds(21));
        await _second.Executor.ExecuteAsync(run.Id, Cancellation);
        Assert.Equal(["a#2", "b#1", "c#1"], _second.Host.Starts);

        _firstTime.Advance(TimeSpan.FromSeconds(21));
        goesOn.Set();
        await execution;

        Assert.Empty(_first.Host.Starts);
        Assert.Equal(RunStatus.Completed, (await _second.Runs.GetAsync(run.Id, Cancellation)).Status);
    }

    [Fact]
    public async Task A_block_that_could_not_be_begun_in_time_begins_once_a_heartbeat_finds_the_lease()
    {
        var isFirst = true;
        _first.Host.Scripts["a"] = (work, _, _) =>
        {
            Assert.NotNull(work.StartBefore);
            return Task.FromResult(Interlocked.Exchange(ref isFirst, false) ? BlockResult.TooLate : ScriptedBlockHost.Completed());
        };

        var run = await _first.RunAsync("chain");

        Assert.Equal(["a#1", "a#1", "b#1", "c#1"], _first.Host.Starts);
        Assert.Equal((RunStatus.Completed, 1), (run.Status, run.BlockRuns[0].Attempt));
    }

    [Fact]
    public async Task A_heartbeat_keeps_the_lease_of_a_long_block()
    {
        var (run, execution, hanging) = await StartHangingAsync("a");
        var before = await ReadLeaseAsync(run.Id);

        await RunClockUntilAsync(async () => await ReadLeaseAsync(run.Id) >= before + 25_000_000L);

        _secondTime.Advance(TimeSpan.FromSeconds(25));
        await _second.Recovery.SweepAsync(isFirst: true, Cancellation);
        Assert.Empty(_second.Queue.Enqueued);
        hanging.SetResult(ScriptedBlockHost.Completed());
        await execution;
        Assert.Equal(RunStatus.Completed, (await _first.Runs.GetAsync(run.Id, Cancellation)).Status);
    }

    [Fact]
    public async Task A_worker_that_lost_its_lease_stops_its_blocks_at_the_next_heartbeat()
    {
        var stopped = new TaskCompletionSource();
        _first.Host.Scripts["a"] = async (_, _, cancellationToken) =>
        {
            using var registration = cancellationToken.Register(() => stopped.SetResult());
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return ScriptedBlockHost.Completed();
        };
        var run = await _first.StartAsync("chain");
        var execution = _first.Executor.ExecuteAsync(run.Id, Cancellation);
        await Until.TrueAsync(() => Task.FromResult(!_first.Host.Starts.IsEmpty));
        _secondTime.Advance(TimeSpan.FromSeconds(21));
        await _second.Executor.ExecuteAsync(run.Id, Cancellation);

        await RunClockUntilAsync(() => Task.FromResult(execution.IsCompleted));

        await execution;
        await stopped.Task;
        Assert.Equal(RunStatus.Completed, (await _second.Runs.GetAsync(run.Id, Cancellation)).Status);
    }

    [Fact]
    public async Task A_run_of_a_dead_process_is_taken_up_before_its_lease_is_over()
    {
        var run = await _first.Runs.StartClaimedAsync(new ClaimedRunWish("p", "chain"), Cancellation);
        await _second.Recovery.SweepAsync(isFirst: true, Cancellation);
        Assert.Empty(_second.Queue.Enqueued);

        var parts = ProcessIdentity.Create().Split('|');
        var dead = string.Join('|', parts[0], parts[1], "1", parts[3]);
        await _first.Get<MetadataDatabase>().WriteAsync(session => session.Execute("update pipeline_run set lease_owner = @dead", new { dead }), Cancellation);
        await _second.Recovery.SweepAsync(isFirst: false, Cancellation);
        await _second.Executor.ExecuteAsync(run.Id, Cancellation);

        Assert.Equal([run.Id], _second.Queue.Enqueued);
        Assert.Equal(RunStatus.Completed, (await _second.Runs.GetAsync(run.Id, Cancellation)).Status);
    }

    [Fact]
    public async Task A_waiting_run_is_enqueued_at_start_and_again_only_after_a_while()
    {
        var run = await _first.StartAsync("chain");
        var recovery = _second.Recovery;

        await recovery.SweepAsync(isFirst: true, Cancellation);
        await recovery.SweepAsync(isFirst: false, Cancellation);
        Assert.Equal([run.Id], _second.Queue.Enqueued);

        _secondTime.Advance(TimeSpan.FromMinutes(2));
        await recovery.SweepAsync(isFirst: false, Cancellation);
        Assert.Equal([run.Id, run.Id], _second.Queue.Enqueued);
    }

    [Fact]
    public async Task A_cancel_in_another_process_is_heard_with_the_heartbeat()
    {
        _first.Host.Scripts["a"] = async (_, _, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return ScriptedBlockHost.Completed();
        };
        var run = await _first.StartAsync("chain");
        var execution = _first.Executor.ExecuteAsync(run.Id, Cancellation);
        await Until.TrueAsync(() => Task.FromResult(!_first.Host.Starts.IsEmpty));

        Assert.Equal(RunStatus.Running, (await _second.Runs.CancelAsync(run.Id, Cancellation)).Status);
        await RunClockUntilAsync(() => Task.FromResult(execution.IsCompleted));
        await execution;

        Assert.Equal(RunStatus.Cancelled, (await _second.Runs.GetAsync(run.Id, Cancellation)).Status);
    }

    [Fact]
    public async Task A_cancelled_run_of_a_dead_worker_is_cancelled_by_the_next_one_without_running_anything()
    {
        var (run, execution, late) = await StartHangingAsync("b");
        await _second.Runs.CancelAsync(run.Id, Cancellation);

        _secondTime.Advance(TimeSpan.FromSeconds(21));
        await _second.Executor.ExecuteAsync(run.Id, Cancellation);

        var cancelled = await _second.Runs.GetAsync(run.Id, Cancellation);
        Assert.Equal(RunStatus.Cancelled, cancelled.Status);
        Assert.Equal([BlockRunStatus.Completed, BlockRunStatus.Cancelled, BlockRunStatus.Cancelled], cancelled.BlockRuns.Select(block => block.Status));
        Assert.Empty(_second.Host.Starts);
        late.SetResult(ScriptedBlockHost.Completed());
        await execution;
    }

    [Fact]
    public async Task A_block_that_ignores_the_cancel_is_left_behind_after_five_seconds()
    {
        var (run, execution, deaf) = await StartHangingAsync("a");
        await _first.Runs.CancelAsync(run.Id, Cancellation);
        await Until.TrueAsync(async () => (await ReadLogAsync(run.Id, flush: true)).Any(text => text.StartsWith("Cancelled", StringComparison.Ordinal)));
        Assert.Equal(RunStatus.Running, (await _first.Runs.GetAsync(run.Id, Cancellation)).Status);

        await RunClockUntilAsync(() => Task.FromResult(execution.IsCompleted));
        await execution;

        var cancelled = await _first.Runs.GetAsync(run.Id, Cancellation);
        Assert.Equal((RunStatus.Cancelled, BlockRunStatus.Cancelled), (cancelled.Status, cancelled.BlockRuns[0].Status));
        Assert.Contains(await ReadLogAsync(run.Id, flush: false), text => text.Contains("left behind", StringComparison.Ordinal));

        deaf.SetResult(ScriptedBlockHost.Completed(ScriptedBlockHost.Json("output_0")));
        Assert.Equal(JsonSerializer.Serialize(cancelled), JsonSerializer.Serialize(await _first.Runs.GetAsync(run.Id, Cancellation)));
    }

    [Fact]
    public async Task A_block_that_prints_faster_than_the_database_takes_is_held_up()
    {
        using var gate = new ManualResetEventSlim();
        var printed = 0;
        _first.Host.Scripts["a"] = (_, log, _) =>
        {
            for (var i = 0; i < 200; i++)
            {
                log(new BlockLogLine(_firstTime.GetUtcNow(), RunLogLevel.Info, new string('x', 64 * 1024)));
                Interlocked.Increment(ref printed);
            }

            return Task.FromResult(ScriptedBlockHost.Completed());
        };
        var run = await _first.StartAsync("chain");
        var execution = _first.Executor.ExecuteAsync(run.Id, Cancellation);
        await Until.TrueAsync(() => Task.FromResult(!_first.Host.Starts.IsEmpty));
        var blocked = _first.Get<MetadataDatabase>().WriteAsync(_ => gate.Wait(TimeSpan.FromMinutes(1)), Cancellation);
        await Until.TrueAsync(() =>
        {
            _firstTime.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(Volatile.Read(ref printed) >= 32);
        });
        Assert.InRange(Volatile.Read(ref printed), 32, 120);
        gate.Set();
        await blocked;
        await Until.TrueAsync(() =>
        {
            _firstTime.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(execution.IsCompleted);
        });

        Assert.Equal(200, (await ReadLogAsync(run.Id, flush: false)).Count);
    }

    protected abstract Task<DatabaseFixture> CreateFixtureAsync();

    /// <summary>Starts a run in the first process whose block hangs, deaf to its token, until the result is set.</summary>
    private async Task<(PipelineRun Run, Task Execution, TaskCompletionSource<BlockResult> Hanging)> StartHangingAsync(string block)
    {
        var started = new TaskCompletionSource();
        var hanging = new TaskCompletionSource<BlockResult>();
        _first.Host.Scripts[block] = (_, _, _) =>
        {
            started.SetResult();
            return hanging.Task;
        };
        var run = await _first.StartAsync("chain");
        var execution = _first.Executor.ExecuteAsync(run.Id, Cancellation);
        await started.Task;
        return (run, execution, hanging);
    }

    /// <summary>
    /// Lets the clock of the first process run until something is so. One step to the instant of a timer is not enough: the clock passes over the
    /// timer where another thread asks for the time at that moment, and wakes it at its next step.
    /// </summary>
    private Task RunClockUntilAsync(Func<Task<bool>> condition) => Until.TrueAsync(() =>
    {
        _firstTime.Advance(TimeSpan.FromSeconds(1));
        return condition();
    });

    private async Task<long?> ReadLeaseAsync(long id) =>
        (await _first.Get<MetadataDatabase>().QueryAsync<long?>("select lease_expires_at from pipeline_run where id = @id", new { id }, Cancellation))[0];

    private async Task<IReadOnlyList<string>> ReadLogAsync(long id, bool flush)
    {
        if (flush)
        {
            _firstTime.Advance(TimeSpan.FromMilliseconds(100));
        }

        return [.. (await _first.Get<RunLogStore>().ReadAsync(id, new RunLogFilter(), 0, 5000, Cancellation)).Select(line => line.Text)];
    }
}

public sealed class SqliteRunSurvivalTests : RunSurvivalTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());
}

public sealed class PostgresRunSurvivalTests : RunSurvivalTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => PostgresFixture.CreateAsync();
}
