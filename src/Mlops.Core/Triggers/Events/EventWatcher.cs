using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mlops.Core.Projects;

namespace Mlops.Core.Triggers.Events;

/// <summary>
/// Starts runs for events: sleeps until a trigger wants a look, by its interval or because something woke its watch. Any number of processes may do so on
/// one database: an event has one run.
/// </summary>
internal sealed class EventWatcher(
    ProjectCatalog catalog, TriggerSync sync, EventWatches watches, EventTaker taker, TimeProvider timeProvider, ILogger<EventWatcher> logger) : BackgroundService
{
    /// <summary>The longest sleep: how late a change of another process's triggers is noticed.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan DelayAfterFailure = TimeSpan.FromSeconds(5);

    /// <summary>A timer may ring a moment early.</summary>
    private static readonly TimeSpan TimerGrain = TimeSpan.FromMilliseconds(1);

    /// <summary>Triggers that are looked at at a time.</summary>
    private const int ParallelLooks = 16;

    private volatile TaskCompletionSource _woken = NewSignal();
    private CatalogSnapshot? _seen;
    private long _reloadedAt;

    /// <summary>Reads the triggers where they may have changed and looks for what is due.</summary>
    /// <returns>How long nothing is to be done unless something wakes it.</returns>
    internal async Task<TimeSpan> TickAsync(CancellationToken cancellationToken)
    {
        await ReloadAsync(cancellationToken);
        await Parallel.ForEachAsync(
            watches.Triggers.Where(trigger => trigger.Remaining <= TimeSpan.Zero).ToList(),
            new ParallelOptions { MaxDegreeOfParallelism = ParallelLooks, CancellationToken = cancellationToken },
            async (trigger, token) => await taker.LookAsync(trigger, token));
        return watches.Triggers.Select(trigger => trigger.Remaining).Append(LongestSleep).Min()!.Value;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        catalog.Changed += WakeByFiles;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var woken = _woken;
                var sleep = await TryTickAsync(stoppingToken);
                using var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                await Task.WhenAny(woken.Task, Task.Delay(sleep + TimerGrain, timeProvider, ending.Token));
                await ending.CancelAsync();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program is stopping; what happens meanwhile is found when it starts again.
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
            // The database is away, or worse: the loop must outlive whatever it is, else no event is ever taken up again.
            Log.EventWatcherFailed(logger, DelayAfterFailure, exception);
            return DelayAfterFailure;
        }
    }

    private async Task ReloadAsync(CancellationToken cancellationToken)
    {
        var snapshot = catalog.Snapshot;
        var isChanged = !ReferenceEquals(snapshot, _seen);
        if (!isChanged && timeProvider.GetElapsedTime(_reloadedAt) < LongestSleep)
        {
            return;
        }

        await sync.SyncAsync(cancellationToken);
        await watches.ReloadAsync(Wake, cancellationToken);
        if (isChanged)
        {
            watches.Forgive();
        }

        (_seen, _reloadedAt) = (snapshot, timeProvider.GetTimestamp());
    }

    private void WakeByFiles(ProjectChange change) => Wake();

    private void Wake() => Interlocked.Exchange(ref _woken, NewSignal()).TrySetResult();
}
