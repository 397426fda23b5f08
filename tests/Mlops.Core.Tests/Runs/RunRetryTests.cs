using Microsoft.Extensions.Time.Testing;
using Mlops.Core.Runs;
using Mlops.Core.Tests.Database;

namespace Mlops.Core.Tests.Runs;

/// <summary>Retries, timeouts and what ends a run before its blocks do; the clock stands until a test moves it.</summary>
public abstract class RunRetryTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero));
    private DatabaseFixture _fixture = null!;
    private RunWorld _world = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _fixture = await CreateFixtureAsync();
        RunWorld.WritePipeline(_fixture, "retried", ["a", "b < a"], "retry_config: {retries: 2, delay: 5, max_delay: 60}\n");
        RunWorld.WritePipeline(_fixture, "pair", ["a", "b"], "retry_config: {retries: 1, delay: 5}\n");
        RunWorld.WritePipeline(_fixture, "patient", ["a"], "timeout: 60\nretry_config: {retries: 1, delay: 600, max_delay: 600}\n");
        RunWorld.WritePipeline(_fixture, "short", ["a", "b < a"], "timeout: 60\n");
        RunWorld.WritePipeline(_fixture, "diamond", ["load", "left < load", "right < load", "join < left, right"]);
        WriteTimedPipeline();
        _world = await RunWorld.CreateAsync(_fixture, _time);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _world.DisposeAsync();
        await _fixture.DisposeAsync();
    }

    [Fact]
    public async Task A_failed_block_is_tried_again_when_its_wait_is_over_and_every_attempt_is_kept()
    {
        _world.Host.Scripts["a"] = (work, log, _) =>
        {
            log(new BlockLogLine(_time.GetUtcNow(), RunLogLevel.Info, $"attempt {work.Attempt}"));
            return Task.FromResult(work.Attempt < 3 ? ScriptedBlockHost.Failed($"no {work.Attempt}") : ScriptedBlockHost.Completed());
        };

        var parked = await _world.RunAsync("retried");

        Assert.Equal((RunStatus.Running, BlockRunStatus.Initial, 1, 1), (parked.Status, parked.BlockRuns[0].Status, parked.BlockRuns[0].Attempt, parked.BlockRuns[0].Failures));
        Assert.Equal("Waits until 12:00:05 UTC to try block 'a' again (retry 1 of 2).", parked.WaitingFor);
        Assert.Equal((_time.GetUtcNow().AddSeconds(5), _time.GetUtcNow().AddSeconds(5)), (parked.ResumeAt, parked.BlockRuns[0].NextAttemptAt));
        Assert.Equal([1], parked.BlockRuns[0].EarlierAttempts.Select(attempt => attempt.Attempt));
        Assert.Equal(0, _world.Host.OpenSessions);

        // Nobody takes it before its time, however often it is woken.
        await ExecuteAsync(parked.Id);
        await _world.Recovery.SweepAsync(isFirst: true, Cancellation);
        Assert.Equal(["a#1"], _world.Host.Starts);

        _time.Advance(TimeSpan.FromSeconds(5));
        await ExecuteAsync(parked.Id);
        _time.Advance(TimeSpan.FromSeconds(10));
        var run = await ExecuteAsync(parked.Id);

        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.Equal(["a#1", "a#2", "a#3", "b#1"], _world.Host.Starts);
        Assert.Equal(
            [(1, BlockRunStatus.Failed, "no 1"), (2, BlockRunStatus.Failed, "no 2")],
            run.BlockRuns[0].EarlierAttempts.Select(attempt => (attempt.Attempt, attempt.Status, attempt.Error!.Message)));
        Assert.Null(run.BlockRuns[0].Error);
        var lines = await _world.Get<RunLogStore>().ReadAsync(run.Id, new RunLogFilter("a"), 0, 100, Cancellation);
        Assert.Equal([1, 2, 3], lines.Where(line => line.Text.StartsWith("attempt", StringComparison.Ordinal)).Select(line => line.Attempt));
    }

    [Fact]
    public async Task A_block_that_fails_to_the_last_retry_fails_the_run_with_its_last_error()
    {
        _world.Host.Scripts["a"] = (work, _, _) => Task.FromResult(ScriptedBlockHost.Failed($"no {work.Attempt}"));

        var run = await _world.RunAsync("retried");
        for (var seconds = 5; seconds <= 10; seconds += 5)
        {
            _time.Advance(TimeSpan.FromSeconds(seconds));
            run = await ExecuteAsync(run.Id);
        }

        Assert.Equal((RunStatus.Failed, "no 3", 3), (run.Status, run.BlockRuns[0].Error!.Message, run.BlockRuns[0].Failures));
        Assert.Equal(BlockRunStatus.UpstreamFailed, run.BlockRuns[1].Status);
        Assert.Equal([1, 2], run.BlockRuns[0].EarlierAttempts.Select(attempt => attempt.Attempt));
    }

    [Fact]
    public async Task A_wait_for_a_retry_holds_nobody_up_who_is_running()
    {
        var hanging = new TaskCompletionSource<BlockResult>();
        _world.Host.Scripts["a"] = (work, _, _) => Task.FromResult(work.Attempt == 1 ? ScriptedBlockHost.Failed("once") : ScriptedBlockHost.Completed());
        _world.Host.Scripts["b"] = (_, _, _) => hanging.Task;
        var run = await _world.StartAsync("pair");
        var execution = _world.Executor.ExecuteAsync(run.Id, Cancellation);
        await Until.TrueAsync(async () => (await GetAsync(run.Id)).BlockRuns[0].NextAttemptAt is not null);

        // The worker has the run all the time, and tries again by itself.
        await RunClockUntilAsync(async () => (await GetAsync(run.Id)).BlockRuns[0].Status == BlockRunStatus.Completed);
        hanging.SetResult(ScriptedBlockHost.Completed());
        await execution;

        Assert.Equal(RunStatus.Completed, (await GetAsync(run.Id)).Status);
    }

    [Fact]
    public async Task A_run_that_waits_for_a_retry_is_cancelled_by_whoever_takes_it_up()
    {
        _world.Host.Scripts["a"] = (_, _, _) => Task.FromResult(ScriptedBlockHost.Failed("no"));
        var parked = await _world.RunAsync("retried");

        await _world.Runs.CancelAsync(parked.Id, Cancellation);
        Assert.Equal(parked.Id, _world.Queue.Enqueued.Last());
        var run = await ExecuteAsync(parked.Id);

        Assert.Equal(RunStatus.Cancelled, run.Status);
        Assert.All(run.BlockRuns, block => Assert.Equal(BlockRunStatus.Cancelled, block.Status));
        Assert.Equal(["a#1"], _world.Host.Starts);
    }

    [Fact]
    public async Task A_deaf_block_beyond_its_timeout_is_ended_and_others_of_its_runner_begin_again()
    {
        var ended = new TaskCompletionSource<BlockResult>();
        _world.Host.Scripts["deaf"] = (_, _, _) => ended.Task;
        _world.Host.Scripts["other"] = (work, _, _) => work.Attempt == 1 ? ended.Task : Task.FromResult(ScriptedBlockHost.Completed());
        _world.Host.Aborting = reason => ended.TrySetResult(new BlockResult(new BlockError("runner_died", reason), [], []) { RunnerDied = true });
        var run = await _world.StartAsync("timed");
        var execution = _world.Executor.ExecuteAsync(run.Id, Cancellation);
        await Until.TrueAsync(() => Task.FromResult(_world.Host.Starts.Count == 2));

        await RunClockUntilAsync(() => Task.FromResult(execution.IsCompleted));
        await execution;

        run = await GetAsync(run.Id);
        var (deaf, other) = (run.BlockRuns[0], run.BlockRuns[1]);
        Assert.Equal((BlockRunStatus.Failed, "timeout", 1), (deaf.Status, deaf.Error!.Type, deaf.Failures));
        Assert.Contains("within its timeout of 30 s", deaf.Error.Message, StringComparison.Ordinal);
        Assert.Equal((BlockRunStatus.Completed, 2, 0), (other.Status, other.Attempt, other.Failures));
        Assert.Equal([(1, BlockRunStatus.Cancelled)], other.EarlierAttempts.Select(attempt => (attempt.Attempt, attempt.Status)));
        Assert.InRange(deaf.CompletedAt!.Value - deaf.StartedAt!.Value, TimeSpan.FromSeconds(35), TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task A_block_that_stops_when_it_is_asked_to_is_failed_by_its_timeout_and_kills_nobody()
    {
        _world.Host.Scripts["deaf"] = async (_, _, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return ScriptedBlockHost.Completed();
        };
        _world.Host.Aborting = reason => Assert.Fail(reason);

        var run = await _world.StartAsync("timed");
        var execution = _world.Executor.ExecuteAsync(run.Id, Cancellation);
        await RunClockUntilAsync(() => Task.FromResult(execution.IsCompleted));
        await execution;

        run = await GetAsync(run.Id);
        Assert.Equal((RunStatus.Failed, "timeout"), (run.Status, run.BlockRuns[0].Error!.Type));
        Assert.Equal((BlockRunStatus.Completed, 1), (run.BlockRuns[1].Status, run.BlockRuns[1].Attempt));
    }

    [Fact]
    public async Task A_run_beyond_its_timeout_fails_and_says_so()
    {
        _world.Host.Scripts["a"] = async (_, _, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return ScriptedBlockHost.Completed();
        };
        var run = await _world.StartAsync("short");
        var execution = _world.Executor.ExecuteAsync(run.Id, Cancellation);
        await RunClockUntilAsync(() => Task.FromResult(execution.IsCompleted));
        await execution;

        run = await GetAsync(run.Id);
        Assert.Equal((RunStatus.Failed, "The run did not end within its timeout of 60 s."), (run.Status, run.Error));
        Assert.All(run.BlockRuns, block => Assert.Equal(BlockRunStatus.Cancelled, block.Status));
    }

    [Fact]
    public async Task A_run_that_waits_for_a_retry_ends_with_its_timeout_and_not_with_the_retry()
    {
        _world.Host.Scripts["a"] = (_, _, _) => Task.FromResult(ScriptedBlockHost.Failed("first"));

        var waiting = await _world.RunAsync("patient");
        _time.Advance(TimeSpan.FromSeconds(60));
        await _world.Executor.ExecuteAsync(waiting.Id, Cancellation);

        var run = await _world.Runs.GetAsync(waiting.Id, Cancellation);
        Assert.Equal(waiting.StartedAt!.Value.AddSeconds(60), waiting.ResumeAt);
        Assert.Equal((RunStatus.Failed, "The run did not end within its timeout of 60 s."), (run.Status, run.Error));
        Assert.Equal(["a#1"], _world.Host.Starts);
    }

    [Fact]
    public async Task A_run_whose_timeout_passed_without_a_worker_is_ended_by_the_next_one_without_running_anything()
    {
        _world.Host.Scripts["a"] = (_, _, _) => new TaskCompletionSource<BlockResult>().Task;
        var run = await _world.StartAsync("short");
        _ = _world.Executor.ExecuteAsync(run.Id, Cancellation);
        await Until.TrueAsync(() => Task.FromResult(!_world.Host.Starts.IsEmpty));
        var later = new FakeTimeProvider(_time.GetUtcNow().AddMinutes(2));
        await using var other = await RunWorld.CreateAsync(_fixture, later);

        await other.Executor.ExecuteAsync(run.Id, Cancellation);

        run = await other.Runs.GetAsync(run.Id, Cancellation);
        Assert.Equal((RunStatus.Failed, "The run did not end within its timeout of 60 s."), (run.Status, run.Error));
        Assert.Empty(other.Host.Starts);
    }

    [Fact]
    public async Task A_block_whose_worker_dies_five_times_is_failed_instead_of_killing_the_next_one()
    {
        _world.Host.Scripts["load"] = (_, _, _) => new TaskCompletionSource<BlockResult>().Task;
        var run = await _world.StartAsync("diamond");
        var clock = _time.GetUtcNow();
        for (var death = 1; death <= RunProgress.MaxInterruptions; death++)
        {
            // Each worker takes the run after the lease of the one before is over, and dies in the same block.
            await using var worker = await RunWorld.CreateAsync(_fixture, new FakeTimeProvider(clock));
            worker.Host.Scripts["load"] = (_, _, _) => new TaskCompletionSource<BlockResult>().Task;
            _ = worker.Executor.ExecuteAsync(run.Id, Cancellation);
            await Until.TrueAsync(() => Task.FromResult(!worker.Host.Starts.IsEmpty));
            clock = clock.AddSeconds(30);
        }

        await using var last = await RunWorld.CreateAsync(_fixture, new FakeTimeProvider(clock));
        await last.Executor.ExecuteAsync(run.Id, Cancellation);

        run = await last.Runs.GetAsync(run.Id, Cancellation);
        Assert.Empty(last.Host.Starts);
        Assert.Equal((RunStatus.Failed, "worker_died", 5), (run.Status, run.BlockRuns[0].Error!.Type, run.BlockRuns[0].Interruptions));
    }

    [Fact]
    public async Task A_chosen_block_and_all_that_depend_on_it_run_again()
    {
        var first = await _world.RunAsync("diamond");
        Assert.Equal(RunStatus.Completed, first.Status);

        await _world.Runs.RetryFromAsync(first.Id, "left", Cancellation);
        var run = await ExecuteAsync(first.Id);

        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.Equal(["left#2", "join#2"], _world.Host.Starts.Skip(4));
        Assert.Equal([(1, BlockRunStatus.Completed)], run.BlockRuns.Single(block => block.BlockUuid == "left").EarlierAttempts.Select(attempt => (attempt.Attempt, attempt.Status)));
        var unknown = await Assert.ThrowsAsync<NotFoundException>(() => _world.Runs.RetryFromAsync(run.Id, "nobody", Cancellation));
        Assert.Contains("load, left, right, join", unknown.Message, StringComparison.Ordinal);
    }

    protected abstract Task<DatabaseFixture> CreateFixtureAsync();

    private void WriteTimedPipeline()
    {
        RunWorld.WritePipeline(_fixture, "timed", ["deaf", "other"]);
        var path = Path.Combine(_fixture.Options.ProjectsPath, "p", "pipelines", "timed", "metadata.yaml");
        File.WriteAllText(path, File.ReadAllText(path).Replace("- uuid: deaf\n", "- uuid: deaf\n  timeout: 30\n", StringComparison.Ordinal));
    }

    private Task<PipelineRun> GetAsync(long id) => _world.Runs.GetAsync(id, Cancellation);

    private async Task<PipelineRun> ExecuteAsync(long id)
    {
        await _world.Executor.ExecuteAsync(id, Cancellation);
        return await GetAsync(id);
    }

    private Task RunClockUntilAsync(Func<Task<bool>> condition) => Until.TrueAsync(() =>
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        return condition();
    });
}

public sealed class SqliteRunRetryTests : RunRetryTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());
}

public sealed class PostgresRunRetryTests : RunRetryTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => PostgresFixture.CreateAsync();
}
