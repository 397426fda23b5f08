using Microsoft.Extensions.Time.Testing;
using Mlops.Core.Database;
using Mlops.Core.Runs;
using Mlops.Core.Tests.Database;
using Mlops.Core.Tests.Runs;
using Mlops.Core.Workers;

namespace Mlops.Core.Tests.Workers;

/// <summary>The list of processes that take runs, on both databases.</summary>
public abstract class WorkerTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private DatabaseFixture _fixture = null!;
    private RunWorld _world = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _fixture = await CreateFixtureAsync();
        RunWorld.WritePipeline(_fixture, "chain", ["a", "b < a"]);
        _world = await RunWorld.CreateAsync(_fixture, _time);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _world.DisposeAsync();
        await _fixture.DisposeAsync();
    }

    [Fact]
    public async Task A_process_shows_itself_with_the_runs_that_it_has()
    {
        await Heartbeat.StartAsync(Cancellation);
        var (run, execution, end) = await StartHangingAsync();

        var worker = Assert.Single(await ListAsync());

        Assert.Equal(
            new Worker
            {
                Id = _world.Get<RunLeases>().Owner,
                Role = WorkerRole.Server,
                Machine = Environment.MachineName,
                ProcessId = Environment.ProcessId,
                Version = "",
                StartedAt = _time.GetUtcNow(),
                HeartbeatAt = _time.GetUtcNow(),
                Slots = _fixture.Options.ParallelRuns,
                MemoryBytes = worker.MemoryBytes,
                State = WorkerState.Active,
                RunningCount = 1,
                Runs = worker.Runs,
            },
            worker);
        Assert.Equal([new WorkerRun(run.Id, "p", "chain")], worker.Runs);
        Assert.Equal(_fixture.Options.ParallelRuns - 1, worker.FreeSlots);
        Assert.True(worker.MemoryBytes > 10_000_000, $"{worker.MemoryBytes} bytes");

        end.SetResult(ScriptedBlockHost.Completed());
        await execution;
        Assert.Equal((0, 0), ((await ListAsync())[0].RunningCount, (await ListAsync())[0].Runs.Count));
    }

    [Fact]
    public async Task A_heartbeat_is_renewed_every_five_seconds_and_told()
    {
        await Heartbeat.StartAsync(Cancellation);
        var start = _time.GetUtcNow();
        var beaten = new TaskCompletionSource();
        _world.Get<WorkerService>().Beaten += () => beaten.TrySetResult();

        // The timer begins on a thread of its own: the clock runs until it was heard.
        await Until.TrueAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(beaten.Task.IsCompleted);
        });

        Assert.InRange(Assert.Single(await ListAsync()).HeartbeatAt, start.AddSeconds(5), _time.GetUtcNow());
    }

    [Fact]
    public async Task A_silent_process_is_lost_after_twenty_seconds_shown_for_an_hour_and_forgotten_after_a_day()
    {
        await BeatAsync(Living("silent"));

        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(WorkerState.Active, Assert.Single(await ListAsync()).State);

        _time.Advance(TimeSpan.FromSeconds(1));
        var lost = Assert.Single(await ListAsync());
        Assert.Equal((WorkerState.Lost, 0), (lost.State, lost.FreeSlots));

        _time.Advance(TimeSpan.FromHours(1));
        Assert.Empty(await ListAsync());
        await BeatAsync(Living("other"));
        Assert.Equal(2, await CountRowsAsync());

        _time.Advance(TimeSpan.FromHours(23));
        await BeatAsync(Living("other"));
        Assert.Equal(1, await CountRowsAsync());
    }

    [Fact]
    public async Task A_process_of_this_machine_that_is_dead_is_lost_at_once()
    {
        var parts = ProcessIdentity.Create().Split('|');

        await BeatAsync(string.Join('|', parts[0], parts[1], "1", parts[3]));

        Assert.Equal(WorkerState.Lost, Assert.Single(await ListAsync()).State);
    }

    [Fact]
    public async Task A_draining_process_says_so_and_a_stopped_one_is_gone()
    {
        await Heartbeat.StartAsync(Cancellation);

        await Heartbeat.StartDrainingAsync();
        var draining = Assert.Single(await ListAsync());
        Assert.Equal((WorkerState.Draining, 0), (draining.State, draining.FreeSlots));

        await Heartbeat.StopAsync(Cancellation);
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task A_worker_shows_twenty_of_its_runs_and_how_many_there_are()
    {
        var owner = Living("busy");
        await BeatAsync(owner);
        for (var i = 0; i < 25; i++)
        {
            await _world.StartAsync("chain");
        }

        var expires = (_time.GetUtcNow() + TimeSpan.FromSeconds(20)).ToMicroseconds();
        await _world.Get<MetadataDatabase>().WriteAsync(
            session => session.Execute("update pipeline_run set status = 'running', lease_owner = @owner, lease_expires_at = @expires", new { owner, expires }), Cancellation);

        var worker = Assert.Single(await ListAsync());

        Assert.Equal((25, Worker.RunLimit), (worker.RunningCount, worker.Runs.Count));
        Assert.Equal(worker.Runs.Select(run => run.PipelineRunId).Order(), worker.Runs.Select(run => run.PipelineRunId));
    }

    [Fact]
    public async Task A_run_that_waits_says_whether_anybody_is_there_to_take_it()
    {
        var run = await _world.StartAsync("chain");
        Assert.Equal("No worker is alive: start one, or a server.", await WaitingForAsync(run));

        await BeatAsync(Living("one"));
        Assert.Equal("Waits for a free worker.", await WaitingForAsync(run));

        _time.Advance(TimeSpan.FromSeconds(21));
        Assert.Equal("No worker is alive: start one, or a server.", await WaitingForAsync(run));
        Assert.Equal("No worker is alive: start one, or a server.", (await _world.Runs.ListAsync(new PipelineRunFilter(), Cancellation)).Runs[0].WaitingFor);
    }

    [Fact]
    public async Task A_run_whose_worker_died_says_whether_another_is_there()
    {
        var run = await _world.StartAsync("chain");
        await _world.Get<MetadataDatabase>().WriteAsync(session => session.Execute("update pipeline_run set status = 'running'"), Cancellation);

        Assert.StartsWith("Its worker stopped and no other is alive", await WaitingForAsync(run), StringComparison.Ordinal);
        await BeatAsync(Living("one"));
        Assert.StartsWith("Its worker stopped; waits for a worker", await WaitingForAsync(run), StringComparison.Ordinal);
    }

    private WorkerHeartbeat Heartbeat => _world.Get<WorkerHeartbeat>();

    protected abstract Task<DatabaseFixture> CreateFixtureAsync();

    /// <summary>A process of another machine, of which nobody here can know whether it lives.</summary>
    private static string Living(string name) => $"elsewhere|1|1|{name}";

    private Task<IReadOnlyList<Worker>> ListAsync() => _world.Get<WorkerService>().ListAsync(Cancellation);

    private async Task<string?> WaitingForAsync(PipelineRun run) => (await _world.Runs.GetAsync(run.Id, Cancellation)).WaitingFor;

    private async Task<long> CountRowsAsync() =>
        (await _world.Get<MetadataDatabase>().QueryAsync<long>("select count(*) from worker", null, Cancellation))[0];

    private Task BeatAsync(string id) => _world.Get<WorkerStore>().BeatAsync(new WorkerBeat
    {
        Id = id,
        Role = WorkerRole.Worker,
        Machine = "elsewhere",
        ProcessId = 1,
        Version = "1.2.3",
        StartedAt = _time.GetUtcNow(),
        Slots = 4,
        MemoryBytes = 1,
        State = WorkerState.Active,
    });

    private async Task<(PipelineRun Run, Task Execution, TaskCompletionSource<BlockResult> End)> StartHangingAsync()
    {
        var started = new TaskCompletionSource();
        var end = new TaskCompletionSource<BlockResult>();
        _world.Host.Scripts["a"] = (_, _, _) =>
        {
            started.SetResult();
            return end.Task;
        };
        var run = await _world.StartAsync("chain");
        var execution = _world.Executor.ExecuteAsync(run.Id, Cancellation);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        return (run, execution, end);
    }
}

public sealed class SqliteWorkerTests : WorkerTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());
}

public sealed class PostgresWorkerTests : WorkerTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => PostgresFixture.CreateAsync();
}
