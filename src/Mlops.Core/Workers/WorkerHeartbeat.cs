using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mlops.Core.Database;
using Mlops.Core.Runs;

namespace Mlops.Core.Workers;

/// <summary>Keeps this process in the list of workers while it lives, and takes it out when it stops. A database that is away fails nothing here.</summary>
public sealed class WorkerHeartbeat : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>How long starting, draining and stopping wait for the list.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly WorkerStore _workers;
    private readonly WorkerService _service;
    private readonly RunLeases _leases;
    private readonly MlopsCoreOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly DateTimeOffset _startedAt;
    private volatile bool _isDraining;

    internal WorkerHeartbeat(
        WorkerStore workers, WorkerService service, RunLeases leases, MlopsCoreOptions options, TimeProvider timeProvider, ILogger<WorkerHeartbeat> logger)
    {
        _workers = workers;
        _service = service;
        _leases = leases;
        _options = options;
        _timeProvider = timeProvider;
        _logger = logger;
        _startedAt = timeProvider.GetStorableNow();
    }

    /// <summary>Says that this process takes no more runs; returns when that is stored, or after 2 s where the database is away.</summary>
    public Task StartDrainingAsync()
    {
        _isDraining = true;
        return TryAsync(BeatAsync, CancellationToken.None);
    }

    /// <summary>Enters this process before it takes the first run, so that no run claims meanwhile that nobody is there for it.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await TryAsync(BeatAsync, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Takes this process out of the list.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);

        // After the last heartbeat, since the writer keeps the order.
        await TryAsync(() => _workers.RemoveAsync(_leases.Owner), CancellationToken.None);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _timeProvider);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                // Waits as long as the writer does: while the database is away one heartbeat is queued, not one every 5 s.
                await BeatAsync().WaitAsync(stoppingToken);
            }
            catch (Exception exception) when (IsExpected(exception))
            {
                Log.WorkerBeatFailed(_logger, exception);
            }
        }
    }

    private static bool IsExpected(Exception exception) => exception is DbException or DatabaseException or TimeoutException or ObjectDisposedException;

    private async Task BeatAsync()
    {
        await _workers.BeatAsync(new WorkerBeat
        {
            Id = _leases.Owner,
            Role = _options.Role,
            Machine = Environment.MachineName,
            ProcessId = Environment.ProcessId,
            Version = _options.Version,
            StartedAt = _startedAt,
            Slots = _options.ParallelRuns,
            MemoryBytes = ProcessMemory.ReadTree(),
            State = _isDraining ? WorkerState.Draining : WorkerState.Active,
        });
        _service.TellBeaten();
    }

    private async Task TryAsync(Func<Task> write, CancellationToken cancellationToken)
    {
        try
        {
            await write().WaitAsync(Patience, _timeProvider, cancellationToken);
        }
        catch (Exception exception) when (IsExpected(exception))
        {
            Log.WorkerBeatFailed(_logger, exception);
        }
    }
}
