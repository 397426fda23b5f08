using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mlops.Core.Projects;
using Mlops.Core.Runs;

namespace Mlops.Core.Triggers;

/// <summary>
/// Starts runs when their triggers are due: sleeps until the next instant, and is woken when files change or the run of an always-on trigger ends. Any
/// number of processes may do so on one database: whoever takes an instant inserts its run in the same transaction, and a run is unique by trigger and
/// instant besides.
/// </summary>
/// <remarks>
/// An instant whose run cannot be started (say, the pipeline is invalid) is tried again, ever more slowly and at once when files change, until it starts or
/// a later instant takes its place. What is due is found by an index: triggers that are not due cost nothing, however many there are.
/// </remarks>
internal sealed class TriggerScheduler(
    ProjectCatalog catalog, TriggerSync sync, TriggerClaims claims, TriggerFirer firer, SchedulerSurroundings surroundings, ILogger<TriggerScheduler> logger)
    : BackgroundService
{
    /// <summary>The longest sleep: how late a change of the system's clock, or of another process's triggers, is noticed.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(30);

    /// <summary>A timer may ring a moment early; it is set to the next whole millisecond.</summary>
    private static readonly TimeSpan TimerGrain = TimeSpan.FromMilliseconds(1);

    private static readonly TimeSpan DelayAfterFailure = TimeSpan.FromSeconds(5);

    /// <summary>Triggers that are read at a time.</summary>
    private const int PageSize = 500;

    /// <summary>Triggers that are fired at a time: their inserts share transactions.</summary>
    private const int ParallelFires = 64;

    private readonly TimeProvider _timeProvider = surroundings.TimeProvider;
    private volatile TaskCompletionSource _woken = NewSignal();
    private volatile bool _filesChanged;

    /// <summary>Pipelines of always-on triggers: whose runs' ends wake it.</summary>
    private volatile IReadOnlySet<(string ProjectUuid, string PipelineUuid)> _alwaysOn = new HashSet<(string, string)>();

    /// <summary>Reads the files that changed and starts what is due.</summary>
    /// <returns>How long nothing is to be done unless something wakes it.</returns>
    internal async Task<TimeSpan> TickAsync(CancellationToken cancellationToken)
    {
        if (_filesChanged)
        {
            _filesChanged = false;
            firer.Forgive();
        }

        await sync.SyncAsync(cancellationToken);
        _alwaysOn = await claims.RearmAsync(cancellationToken);
        await surroundings.Landings.ReplanAsync(cancellationToken);
        var sleep = await FireAsync(cancellationToken);
        var sla = await surroundings.Slas.MarkAsync(cancellationToken);
        var now = _timeProvider.GetUtcNow();
        var next = await claims.FindNextAsync(now, cancellationToken);
        return new[] { sleep, sla - now, next - now, LongestSleep }.Where(time => time is not null).Select(time => time!.Value > TimeSpan.Zero ? time.Value : TimeSpan.Zero).Min();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        catalog.Changed += WakeByFiles;
        using var subscription = surroundings.Events.Subscribe(WakeByRun);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var woken = _woken;
                var sleep = await TryTickAsync(stoppingToken);
                await SleepAsync(woken.Task, sleep, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program is stopping; what is due waits in the database.
        }
        finally
        {
            catalog.Changed -= WakeByFiles;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<TimeSpan> TryTickAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await TickAsync(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The database is away, or worse: the loop must outlive whatever it is, else nothing is ever scheduled again.
            Log.SchedulerFailed(logger, DelayAfterFailure, exception);
            return DelayAfterFailure;
        }
    }

    /// <summary>Fires what is due now; what becomes due meanwhile is the next tick's.</summary>
    /// <returns>When one of them is to be looked at again; null where the database knows.</returns>
    private async Task<TimeSpan?> FireAsync(CancellationToken cancellationToken)
    {
        var now = _timeProvider.GetUtcNow();
        var sleep = default(TimeSpan?);
        var gate = new Lock();
        var page = await claims.ListDueAsync(now, null, PageSize, cancellationToken);
        while (page.Count > 0)
        {
            await Parallel.ForEachAsync(
                page,
                new ParallelOptions { MaxDegreeOfParallelism = ParallelFires, CancellationToken = cancellationToken },
                async (trigger, token) =>
                {
                    var again = await firer.FireAsync(trigger, token);
                    lock (gate)
                    {
                        sleep = again is null || sleep < again ? sleep : again;
                    }
                });
            page = page.Count < PageSize ? [] : await claims.ListDueAsync(now, page[^1], PageSize, cancellationToken);
        }

        return sleep;
    }

    private async Task SleepAsync(Task woken, TimeSpan duration, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(woken, Task.Delay(duration + TimerGrain, _timeProvider, ending.Token));
        await ending.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void WakeByFiles(ProjectChange change)
    {
        _filesChanged = true;
        Wake();
    }

    private void WakeByRun(RunChange change)
    {
        if (surroundings.Landings.Note(change) || change.Kind == RunChangeKind.Status && (change.IsGap ? _alwaysOn.Count > 0 : _alwaysOn.Contains((change.ProjectUuid, change.PipelineUuid))))
        {
            Wake();
        }
    }

    private void Wake() => Interlocked.Exchange(ref _woken, NewSignal()).TrySetResult();
}
