using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mlops.Core.Database;
using Mlops.Core.Projects;
using Mlops.Core.Runs;

namespace Mlops.Core.Triggers;

/// <summary>
/// Starts runs when their triggers are due: sleeps until the next instant, and is woken when files change. Any number of processes may do so on one
/// database: a run is unique by trigger and instant.
/// </summary>
/// <remarks>
/// After downtime only the latest missed instant of a trigger runs. An instant whose run cannot be started (say, the pipeline is invalid) is tried
/// again, ever more slowly and at once when files change, until it starts or a later instant takes its place.
/// </remarks>
internal sealed class TriggerScheduler(
    ProjectCatalog catalog, TriggerSync sync, TriggerStore store, PipelineRunService runs, TimeProvider timeProvider, ILogger<TriggerScheduler> logger)
    : BackgroundService
{
    /// <summary>The longest sleep: how late a change of the system's clock, or of another process's triggers, is noticed.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);

    /// <summary>By trigger, how often in a row it could not start its run; as many entries as triggers at most.</summary>
    private readonly Dictionary<long, Failure> _failures = [];

    private volatile TaskCompletionSource _woken = NewSignal();
    private volatile bool _filesChanged;

    /// <summary>Reads the files that changed and starts what is due.</summary>
    /// <returns>How long nothing is to be done unless files change.</returns>
    internal async Task<TimeSpan> TickAsync(CancellationToken cancellationToken)
    {
        if (_filesChanged)
        {
            _filesChanged = false;
            _failures.Clear();
        }

        await sync.SyncAsync(cancellationToken);
        var waiting = await store.ListWaitingAsync(cancellationToken);
        foreach (var trigger in waiting.Where(trigger => IsDue(trigger) && !IsResting(trigger)))
        {
            await FireAsync(trigger, cancellationToken);
        }

        return FindSleep(await store.ListWaitingAsync(cancellationToken));
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        catalog.Changed += Wake;
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
            catalog.Changed -= Wake;
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
            Log.SchedulerFailed(logger, FirstDelay, exception);
            return FirstDelay;
        }
    }

    private async Task FireAsync(TriggerRow row, CancellationToken cancellationToken)
    {
        var due = Timestamps.FromMicroseconds(row.NextRunAt!.Value);
        try
        {
            if (row.ToSchedule() is not { } schedule)
            {
                throw new InvalidRequestException("invalid_trigger", [$"The interval '{row.ScheduleInterval}' cannot be read."]);
            }

            var instant = schedule.Latest(due, timeProvider.GetUtcNow());
            var run = await runs.StartScheduledAsync(row.ToTrigger().RunAt(instant) with { Interval = schedule.IntervalAt(instant) }, cancellationToken);

            // Killed here, the trigger is still due: the next start finds the run of this instant and only moves on.
            await store.AdvanceAsync(row, instant, schedule.After(instant), cancellationToken);
            _failures.Remove(row.Id);
            if (run is not null)
            {
                Log.TriggerFired(logger, row.ProjectUuid, row.PipelineUuid, row.Name, instant, run.Id);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Expected (an invalid pipeline) or not, one trigger's failure stops no other; it is on the trigger for people to see.
            await NoteFailureAsync(row, exception, cancellationToken);
        }
    }

    private async Task NoteFailureAsync(TriggerRow row, Exception exception, CancellationToken cancellationToken)
    {
        var count = _failures.TryGetValue(row.Id, out var before) ? before.Count + 1 : 1;
        var delay = TimeSpan.FromTicks(Math.Min(LongestDelay.Ticks, FirstDelay.Ticks << Math.Min(count - 1, 10)));
        _failures[row.Id] = new Failure(count, timeProvider.GetTimestamp(), delay);
        Log.TriggerFailed(logger, row.ProjectUuid, row.PipelineUuid, row.Name, delay, exception);
        await store.SetProblemAsync(row, exception.Message, cancellationToken);
    }

    private bool IsDue(TriggerRow trigger) => Timestamps.FromMicroseconds(trigger.NextRunAt!.Value) <= timeProvider.GetUtcNow();

    /// <summary>By the monotonic clock, so that a jump of the other one neither ends nor prolongs it.</summary>
    private bool IsResting(TriggerRow trigger) =>
        _failures.TryGetValue(trigger.Id, out var failure) && timeProvider.GetElapsedTime(failure.At) < failure.Delay;

    private TimeSpan FindSleep(IReadOnlyList<TriggerRow> waiting)
    {
        var now = timeProvider.GetUtcNow();
        return waiting
            .Select(trigger => IsDue(trigger) && _failures.TryGetValue(trigger.Id, out var failure)
                ? failure.Delay - timeProvider.GetElapsedTime(failure.At)
                : Timestamps.FromMicroseconds(trigger.NextRunAt!.Value) - now)
            .Append(LongestSleep).Select(sleep => sleep > TimeSpan.Zero ? sleep : TimeSpan.Zero).Min();
    }

    private async Task SleepAsync(Task woken, TimeSpan duration, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(woken, Task.Delay(duration, timeProvider, ending.Token));
        await ending.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void Wake(ProjectChange change)
    {
        _filesChanged = true;
        Interlocked.Exchange(ref _woken, NewSignal()).TrySetResult();
    }

    private sealed record Failure(int Count, long At, TimeSpan Delay);
}
