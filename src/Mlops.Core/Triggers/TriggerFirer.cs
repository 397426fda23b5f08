using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Mlops.Core.Database;
using Mlops.Core.Runs;
using Mlops.Core.Triggers.Types;

namespace Mlops.Core.Triggers;

/// <summary>Starts the runs of triggers that are due, one trigger at a time of its own, and lets those rest that cannot start theirs.</summary>
internal sealed class TriggerFirer(
    TriggerClaims claims, TriggerTypes types, PipelineRunService runs, TimeProvider timeProvider, ILogger<TriggerFirer> logger)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);

    /// <summary>Until the process that is about to take a trigger has done so.</summary>
    private static readonly TimeSpan BusyDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>By trigger, how often in a row it could not start its run; as many entries as triggers at most.</summary>
    private readonly ConcurrentDictionary<long, Failure> _failures = [];

    /// <summary>Files changed, which may have mended what failed: nothing rests any more.</summary>
    public void Forgive() => _failures.Clear();

    /// <summary>Starts what is due of a trigger, unless it rests.</summary>
    /// <returns>How long nothing is to be done for it; null where the database knows when it is due again.</returns>
    public async Task<TimeSpan?> FireAsync(TriggerRow row, CancellationToken cancellationToken)
    {
        // By the monotonic clock, so that a jump of the other one neither ends nor prolongs the rest.
        if (_failures.TryGetValue(row.Id, out var failure) && failure.Delay - timeProvider.GetElapsedTime(failure.At) is var rest && rest > TimeSpan.Zero)
        {
            return rest;
        }

        try
        {
            var now = timeProvider.GetUtcNow();
            var due = Decide(row, now);
            var hasTaken = await TakeAsync(row, due, cancellationToken);
            _failures.TryRemove(row.Id, out _);
            return !hasTaken ? BusyDelay : due.Next - row.Lead <= now || row.LandsAt is not null ? TimeSpan.Zero : null;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && !DatabaseHealth.IsAway(exception))
        {
            // Expected (an invalid pipeline) or not, one trigger's failure stops no other; it is on the trigger for people to see.
            return await NoteFailureAsync(row, exception, cancellationToken);
        }
    }

    private DueInstant Decide(TriggerRow row, DateTimeOffset now)
    {
        if (types.ReadSchedule(row.ScheduleType, row.Timing) is not { } schedule)
        {
            throw new InvalidRequestException("invalid_trigger", [$"The interval '{row.ScheduleInterval}' cannot be read."]);
        }

        // Of a run that starts early, everything is as it would be at its instant.
        var due = Timestamps.FromMicroseconds(row.LandsAt ?? row.NextRunAt!.Value);

        // What was due before the trigger was made active was not missed: it is wanted (create_initial_pipeline_run).
        var isInitial = row.NextRunAt < row.EnabledAt;
        return schedule.Decide(due, now + row.Lead, isInitial ? CatchUp.Latest : TriggerSettings.Read(row.Settings).CatchUp);
    }

    /// <returns>False where another process may have taken it.</returns>
    private async Task<bool> TakeAsync(TriggerRow row, DueInstant due, CancellationToken cancellationToken)
    {
        if (!due.Runs)
        {
            Log.TriggerMissed(logger, row.ProjectUuid, row.PipelineUuid, row.Name, due.Instant);
            await claims.PassAsync(row, due, cancellationToken);
            return true;
        }

        var trigger = row.ToTrigger();
        var skips = TriggerSettings.Read(row.Settings).SkipIfPreviousRunning;
        var waits = row.ScheduleInterval == ScheduleInterval.AlwaysOn;
        var asked = trigger.RunAt(due.Instant) with
        {
            Origin = types.Find(row.ScheduleType)!.Origin,
            Interval = types.ReadSchedule(row.ScheduleType, row.Timing)?.IntervalAt(due.Instant),
        };
        if (await runs.StartTriggeredAsync(asked, session => TriggerClaims.Take(session, row, due, skips, waits), cancellationToken) is not { } run)
        {
            return false;
        }

        Log.TriggerFired(logger, row.ProjectUuid, row.PipelineUuid, row.Name, due.Instant, run.Id);
        return true;
    }

    private async Task<TimeSpan> NoteFailureAsync(TriggerRow row, Exception exception, CancellationToken cancellationToken)
    {
        var count = _failures.TryGetValue(row.Id, out var before) ? before.Count + 1 : 1;
        var delay = TimeSpan.FromTicks(Math.Min(LongestDelay.Ticks, FirstDelay.Ticks << Math.Min(count - 1, 10)));
        _failures[row.Id] = new Failure(count, timeProvider.GetTimestamp(), delay);
        Log.TriggerFailed(logger, row.ProjectUuid, row.PipelineUuid, row.Name, delay, exception);
        await claims.SetProblemAsync(row, exception.Message, cancellationToken);
        return delay;
    }

    private sealed record Failure(int Count, long At, TimeSpan Delay);
}
