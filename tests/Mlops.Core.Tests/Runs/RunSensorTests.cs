using Microsoft.Extensions.Time.Testing;
using Mlops.Core.Runs;
using Mlops.Core.Tests.Database;

namespace Mlops.Core.Tests.Runs;

/// <summary>Sensors in real runs; the clock stands until a test moves it.</summary>
public abstract class RunSensorTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero));
    private DatabaseFixture _fixture = null!;
    private RunWorld _world = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _fixture = await CreateFixtureAsync();
        RunWorld.WritePipeline(_fixture, "waiting", ["wait", "b < wait"], "retry_config: {retries: 1, delay: 5}\n");
        RunWorld.WriteBlockType(_fixture, "waiting", "wait", "sensor");
        RunWorld.WritePipeline(_fixture, "late", ["wait", "b < wait", "other"]);
        RunWorld.WriteBlockType(_fixture, "late", "wait", "sensor");
        RunWorld.WriteBlockKey(_fixture, "late", "wait", "configuration: {interval: 30}");
        RunWorld.WriteBlockKey(_fixture, "late", "wait", "timeout: 70");
        _world = await RunWorld.CreateAsync(_fixture, _time);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _world.DisposeAsync();
        await _fixture.DisposeAsync();
    }

    [Fact]
    public async Task A_run_that_waits_for_no_sensor_completes_without_a_look()
    {
        var run = await _world.Runs.StartClaimedAsync(new ClaimedRunWish("p", "waiting") { SkipsSensors = true }, Cancellation);

        run = await ExecuteAsync(run.Id);

        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.Equal(["b#1"], _world.Host.Starts);
        var lines = await _world.Get<RunLogStore>().ReadAsync(run.Id, new RunLogFilter("wait"), 0, 100, Cancellation);
        Assert.Equal(["Skipped: this run does not wait for sensors."], lines.Select(line => line.Text));
    }

    [Fact]
    public async Task A_sensor_looks_every_ten_seconds_as_one_attempt_and_holds_nothing_in_between()
    {
        var looks = 0;
        _world.Host.Scripts["wait"] = (_, _, _) => Task.FromResult(ScriptedBlockHost.Answer(++looks == 3));

        var run = await _world.RunAsync("waiting");

        Assert.Equal((RunStatus.Running, BlockRunStatus.Initial, true, 1), (run.Status, run.BlockRuns[0].Status, run.BlockRuns[0].LooksAgain, run.BlockRuns[0].Attempt));
        Assert.Equal("Sensor 'wait' waits; it looks again at 12:00:10 UTC.", run.WaitingFor);
        Assert.Equal((_time.GetUtcNow().AddSeconds(10), 0), (run.ResumeAt, _world.Host.OpenSessions));
        await ExecuteAsync(run.Id);
        Assert.Equal(1, looks);

        _time.Advance(TimeSpan.FromSeconds(10));
        await ExecuteAsync(run.Id);
        _time.Advance(TimeSpan.FromSeconds(10));
        run = await ExecuteAsync(run.Id);

        Assert.Equal((RunStatus.Completed, 3), (run.Status, looks));
        Assert.Equal(["wait#1", "wait#1", "wait#1", "b#1"], _world.Host.Starts);
        Assert.Equal((0, 0), (run.BlockRuns[0].Failures, run.BlockRuns[0].EarlierAttempts.Count));
        Assert.Equal(TimeSpan.FromSeconds(20), run.BlockRuns[0].Duration(_time.GetUtcNow()));
        var lines = await _world.Get<RunLogStore>().ReadAsync(run.Id, new RunLogFilter("wait"), 0, 100, Cancellation);
        Assert.Equal(["Not yet; looks again in 10 s.", "Not yet; looks again in 10 s."], lines.Select(line => line.Text));
    }

    [Fact]
    public async Task A_sensor_that_throws_is_tried_again_by_its_retries_and_not_by_its_interval()
    {
        var looks = 0;
        _world.Host.Scripts["wait"] = (_, _, _) => Task.FromResult(++looks == 2 ? ScriptedBlockHost.Failed("gone") : ScriptedBlockHost.Answer(looks == 3));

        var run = await _world.RunAsync("waiting");
        foreach (var seconds in new[] { 10, 5 })
        {
            _time.Advance(TimeSpan.FromSeconds(seconds));
            run = await ExecuteAsync(run.Id);
        }

        Assert.Equal((RunStatus.Completed, 2, 1), (run.Status, run.BlockRuns[0].Attempt, run.BlockRuns[0].Failures));
        Assert.Equal(["wait#1", "wait#1", "wait#2", "b#1"], _world.Host.Starts);
        Assert.Equal([(1, "gone")], run.BlockRuns[0].EarlierAttempts.Select(attempt => (attempt.Attempt, attempt.Error!.Message)));
    }

    [Fact]
    public async Task A_sensor_beyond_its_timeout_looks_a_last_time_and_fails()
    {
        _world.Host.Scripts["wait"] = (_, _, _) => Task.FromResult(ScriptedBlockHost.Answer(false));

        var run = await _world.RunAsync("late");
        foreach (var seconds in new[] { 30, 30, 10 })
        {
            Assert.Equal(_time.GetUtcNow().AddSeconds(seconds), run.ResumeAt);
            _time.Advance(TimeSpan.FromSeconds(seconds));
            run = await ExecuteAsync(run.Id);
        }

        Assert.Equal((RunStatus.Failed, "timeout"), (run.Status, run.BlockRuns[0].Error!.Type));
        Assert.Equal(["upstream_failed", "completed"], run.BlockRuns.Skip(1).Select(block => block.Status.ToWord()));
        Assert.Equal(5, _world.Host.Starts.Count);
    }

    [Fact]
    public async Task A_sensor_waits_on_through_a_restart_of_the_server()
    {
        _world.Host.Scripts["wait"] = (_, _, _) => Task.FromResult(ScriptedBlockHost.Answer(false));
        var run = await _world.RunAsync("waiting");
        await using var other = await RunWorld.CreateAsync(_fixture, _time);
        other.Host.Scripts["wait"] = (_, _, _) => Task.FromResult(ScriptedBlockHost.Answer(true));

        await other.Recovery.SweepAsync(isFirst: true, Cancellation);
        Assert.Empty(other.Queue.Enqueued);
        _time.Advance(TimeSpan.FromSeconds(10));
        await other.Recovery.SweepAsync(isFirst: false, Cancellation);
        Assert.Equal([run.Id], other.Queue.Enqueued);
        await other.Executor.ExecuteAsync(run.Id, Cancellation);

        run = await GetAsync(run.Id);
        Assert.Equal((RunStatus.Completed, 1), (run.Status, run.BlockRuns[0].Attempt));
    }

    [Fact]
    public async Task A_look_whose_worker_dies_is_looked_at_again_as_the_same_attempt()
    {
        _world.Host.Scripts["wait"] = (_, _, _) => new TaskCompletionSource<BlockResult>().Task;
        var run = await _world.StartAsync("waiting");
        _ = _world.Executor.ExecuteAsync(run.Id, Cancellation);
        await Until.TrueAsync(() => Task.FromResult(!_world.Host.Starts.IsEmpty));
        var later = new FakeTimeProvider(_time.GetUtcNow().AddMinutes(2));
        await using var other = await RunWorld.CreateAsync(_fixture, later);
        other.Host.Scripts["wait"] = (_, _, _) => Task.FromResult(ScriptedBlockHost.Answer(true));

        await other.Executor.ExecuteAsync(run.Id, Cancellation);

        run = await GetAsync(run.Id);
        Assert.Equal((RunStatus.Completed, 1, 1), (run.Status, run.BlockRuns[0].Attempt, run.BlockRuns[0].Interruptions));
        Assert.Equal(TimeSpan.FromMinutes(2), run.BlockRuns[0].Duration(later.GetUtcNow()));
    }

    [Fact]
    public async Task A_sensor_between_two_looks_is_cancelled_at_once()
    {
        _world.Host.Scripts["wait"] = (_, _, _) => Task.FromResult(ScriptedBlockHost.Answer(false));
        var run = await _world.RunAsync("waiting");

        await _world.Runs.CancelAsync(run.Id, Cancellation);
        run = await ExecuteAsync(run.Id);

        Assert.Equal(RunStatus.Cancelled, run.Status);
        Assert.All(run.BlockRuns, block => Assert.Equal(BlockRunStatus.Cancelled, block.Status));
        Assert.Equal(["wait#1"], _world.Host.Starts);
    }

    protected abstract Task<DatabaseFixture> CreateFixtureAsync();

    private Task<PipelineRun> GetAsync(long id) => _world.Runs.GetAsync(id, Cancellation);

    private async Task<PipelineRun> ExecuteAsync(long id)
    {
        await _world.Executor.ExecuteAsync(id, Cancellation);
        return await GetAsync(id);
    }
}

public sealed class SqliteRunSensorTests : RunSensorTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());
}

public sealed class PostgresRunSensorTests : RunSensorTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => PostgresFixture.CreateAsync();
}
