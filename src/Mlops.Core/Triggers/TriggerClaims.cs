using System.Globalization;
using Mlops.Core.Database;
using Mlops.Core.Runs;

namespace Mlops.Core.Triggers;

/// <summary>
/// Which triggers are due, and who starts their runs: taking an instant is compare-and-set, in the transaction that inserts its run, so that any number of
/// processes may try. What another process is about to take is left to it.
/// </summary>
internal sealed class TriggerClaims(MetadataDatabase database)
{
    /// <summary>Triggers that are due at an instant, those first that are due first; a page of them.</summary>
    /// <param name="now">The time.</param>
    /// <param name="after">The last one of the page before; null for the first page.</param>
    /// <param name="limit">Length of the page.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<TriggerRow>> ListDueAsync(DateTimeOffset now, TriggerRow? after, int limit, CancellationToken cancellationToken) =>
        database.QueryAsync<TriggerRow>(
            $"""
            select {TriggerRow.Columns} from trigger
            where is_active and removed_at is null and next_run_at <= @now and (next_run_at > @at or next_run_at = @at and id > @id)
            order by next_run_at, id limit @limit
            """,
            new { now = now.ToMicroseconds(), at = after?.NextRunAt ?? long.MinValue, id = after?.Id ?? 0, limit }, cancellationToken);

    /// <summary>The first instant after <paramref name="now"/> at which a trigger is due; null for none.</summary>
    public async Task<DateTimeOffset?> FindNextAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var next = await database.QueryAsync<long?>(
            "select min(next_run_at) from trigger where is_active and removed_at is null and next_run_at > @now",
            new { now = now.ToMicroseconds() }, cancellationToken);
        return Timestamps.FromMicroseconds(next is [var at] ? at : null);
    }

    /// <summary>Takes what is due of a trigger, for use in the operation that inserts the run.</summary>
    public static RunAdmission Take(WriteSession session, TriggerRow trigger, DueInstant due, bool skipsIfRunning, bool waitsForRunning)
    {
        if (session.QueryFirst<long?>(
            $"""
            select id from trigger
            where id = @Id and next_run_at = @NextRunAt and content_hash = @ContentHash and is_active and removed_at is null
            {session.Dialect.ForUpdateIfFree}
            """,
            new { trigger.Id, trigger.NextRunAt, trigger.ContentHash }) is null)
        {
            return RunAdmission.Refused;
        }

        var open = skipsIfRunning || waitsForRunning ? FindOpenRun(session, trigger.Id) : null;
        var waits = waitsForRunning && open is not null;
        var isLanding = trigger.Timing.IsLanding;
        session.Execute(
            "update trigger set next_run_at = @next, lands_at = @lands, last_run_at = coalesce(@instant, last_run_at), problem = null where id = @Id",
            new
            {
                trigger.Id,
                next = (isLanding ? due.Next - LandingTimes.FindLead(session, trigger.Id) : due.Next)?.ToMicroseconds(),
                lands = isLanding ? due.Next?.ToMicroseconds() : null,
                instant = waits ? (long?)null : due.Instant.ToMicroseconds(),
            });
        return waits || !due.Runs ? RunAdmission.Refused : open is { } run ? RunAdmission.Skipped(Skipped(run)) : RunAdmission.Taken;
    }

    /// <summary>Notes that an instant was dealt with without a run.</summary>
    public Task PassAsync(TriggerRow trigger, DueInstant due, CancellationToken cancellationToken) =>
        database.WriteAsync(session => Take(session, trigger, due, skipsIfRunning: false, waitsForRunning: false), cancellationToken);

    /// <summary>Whether a call of a trigger may have its run; for use in the operation that inserts it.</summary>
    /// <returns>Null where another process is just finding that out, which is worth another try.</returns>
    public static string? FindRefusal(WriteSession session, TriggerRow trigger, bool skipsIfRunning)
    {
        var rows = session.Query<long>(
            $"select id from trigger where id = @Id and content_hash = @ContentHash and is_active and removed_at is null {(skipsIfRunning ? session.Dialect.ForUpdateIfFree : "")}",
            new { trigger.Id, trigger.ContentHash });
        return rows.Count == 0 ? Busy : skipsIfRunning && FindOpenRun(session, trigger.Id) is { } run ? Skipped(run) : null;
    }

    /// <summary>What <see cref="FindRefusal"/> gives where it is worth another try.</summary>
    public const string Busy = "Another call or a change of this trigger is under way.";

    /// <summary>Notes why a trigger that is due could not start its run; it stays due.</summary>
    public Task SetProblemAsync(TriggerRow trigger, string problem, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.Execute(
            "update trigger set problem = @problem where id = @Id and next_run_at = @NextRunAt and content_hash = @ContentHash",
            new { trigger.Id, trigger.NextRunAt, trigger.ContentHash, problem }),
        cancellationToken);

    /// <summary>Makes those always-on triggers due whose run is over.</summary>
    /// <returns>The pipelines of all that are active, whatever they wait for: who listens for the ends of their runs then misses none.</returns>
    public async Task<IReadOnlySet<(string ProjectUuid, string PipelineUuid)>> RearmAsync(CancellationToken cancellationToken)
    {
        var all = await database.QueryAsync<AlwaysOnTrigger>(
            $"""
            select id, project_uuid as ProjectUuid, pipeline_uuid as PipelineUuid, last_run_at as LastRunAt, settings as Settings,
                next_run_at as NextRunAt, (select count(*) from pipeline_run where trigger_id = trigger.id and status in ('initial', 'running')) as OpenCount,
                (select completed_at from pipeline_run where trigger_id = trigger.id order by scheduled_at desc limit 1) as CompletedAt
            from trigger
            where schedule_interval = '{ScheduleInterval.AlwaysOn}' and is_active and removed_at is null
                and schedule_type = 'time' and problem is null
            """,
            null, cancellationToken);
        foreach (var trigger in all.Where(trigger => trigger is { NextRunAt: null, OpenCount: 0 }))
        {
            await RearmAsync(trigger, cancellationToken);
        }

        return all.Select(trigger => (trigger.ProjectUuid, trigger.PipelineUuid)).ToHashSet();
    }

    /// <summary>Every process comes to the same instant, and the instant of a run that was made meanwhile stands.</summary>
    private Task<int> RearmAsync(AlwaysOnTrigger trigger, CancellationToken cancellationToken)
    {
        if (ScheduleInterval.TryParse(TriggerSettings.ReadTiming(trigger.Settings, ScheduleInterval.AlwaysOn, null), out var schedule) is not null)
        {
            return Task.FromResult(0);
        }

        var last = trigger.LastRunAt ?? 0;
        var next = schedule!.Again(Timestamps.FromMicroseconds(last), Timestamps.FromMicroseconds(trigger.CompletedAt ?? last));
        return database.WriteAsync(
            session => session.Execute(
                "update trigger set next_run_at = @next where id = @Id and next_run_at is null and coalesce(last_run_at, 0) = @last",
                new { trigger.Id, next = next.ToMicroseconds(), last }),
            cancellationToken);
    }

    /// <summary>Why a run of a trigger is skipped that skips while one is not over, in words; null where none is open.</summary>
    public static string? FindSkip(WriteSession session, long triggerId) => FindOpenRun(session, triggerId) is { } run ? Skipped(run) : null;

    private static long? FindOpenRun(WriteSession session, long triggerId) => session.QueryFirst<long?>(
        "select id from pipeline_run where trigger_id = @triggerId and status in ('initial', 'running') order by id limit 1", new { triggerId });

    private static string Skipped(long runId) =>
        string.Create(CultureInfo.InvariantCulture, $"Skipped: run {runId} of this trigger is not over (skip_if_previous_running).");

    /// <summary>An always-on trigger that is active.</summary>
    private sealed class AlwaysOnTrigger
    {
        public long Id { get; init; }
        public string ProjectUuid { get; init; } = "";
        public string PipelineUuid { get; init; } = "";
        public long? LastRunAt { get; init; }
        public string Settings { get; init; } = "{}";
        public long? NextRunAt { get; init; }
        public long OpenCount { get; init; }
        public long? CompletedAt { get; init; }
    }
}
