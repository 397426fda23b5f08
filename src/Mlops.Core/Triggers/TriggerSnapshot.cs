using System.Text.Json;
using Mlops.Core.Database;
using Mlops.Core.Runs;
using Mlops.Core.Triggers.Events;
using Mlops.Core.Triggers.Types;

namespace Mlops.Core.Triggers;

/// <summary>
/// What the files of a project say of its triggers, to be written to the database. A trigger that is gone from them is kept, without firing, because runs
/// refer to it.
/// </summary>
/// <param name="ProjectUuid">The project.</param>
/// <param name="Definitions">What the files of <see cref="Pipelines"/> say.</param>
/// <param name="Unreadable">Why a pipeline's file cannot be read, by pipeline; its triggers stay listed and rest until it can.</param>
/// <param name="Types">The types of triggers.</param>
/// <param name="Now">The time.</param>
internal sealed record TriggerSnapshot(
    string ProjectUuid, IReadOnlyList<TriggerDefinition> Definitions, IReadOnlyDictionary<string, string> Unreadable, TriggerTypes Types, DateTimeOffset Now)
{
    /// <summary>The pipelines that it is about, whose triggers are all among the definitions; null for all of the project.</summary>
    public IReadOnlyList<string>? Pipelines { get; init; }

    /// <summary>Makes the triggers those of the files; writes only those that changed.</summary>
    /// <returns>How many were gone from the files.</returns>
    public int Write(WriteSession session)
    {
        var rows = Pipelines is null
            ? session.Query<TriggerRow>($"select {TriggerRow.Columns} from trigger where project_uuid = @ProjectUuid", new { ProjectUuid })
            : Pipelines.SelectMany(pipeline => session.Query<TriggerRow>(
                $"select {TriggerRow.Columns} from trigger where project_uuid = @ProjectUuid and pipeline_uuid = @pipeline", new { ProjectUuid, pipeline }));
        var known = rows.ToDictionary(row => (row.PipelineUuid, row.Name));
        foreach (var definition in Definitions)
        {
            Save(session, definition, known.GetValueOrDefault((definition.PipelineUuid, definition.Name)));
            known.Remove((definition.PipelineUuid, definition.Name));
        }

        foreach (var row in known.Values.Where(row => row.RemovedAt is null))
        {
            Rest(session, row, Unreadable.GetValueOrDefault(row.PipelineUuid));
        }

        PipelineCycles.Refuse(session, Now);

        return known.Count;
    }

    private void Save(WriteSession session, TriggerDefinition definition, TriggerRow? known)
    {
        var hash = definition.ContentHash();
        if (known is { RemovedAt: null } && known.ContentHash == hash)
        {
            return;
        }

        (DateTimeOffset? next, DateTimeOffset? lands) = (null, null);
        try
        {
            (next, lands) = FindNext(session, definition, known);
        }
        catch (Exception exception) when (exception is ArgumentException or OverflowException or InvalidOperationException)
        {
            // No schedule is known that does so; were there one, it must not keep all others from being read.
            definition = definition with { Problem = $"When it is due cannot be told: {exception.Message} Change the interval, start_time or settings.windows." };
        }


        // A token that was made stays: executed twice, this must not make a second one, and callers have the first.
        session.Execute(
            """
            insert into trigger (
                project_uuid, pipeline_uuid, name, schedule_type, schedule_interval, start_time, is_active, variables, settings, description,
                sla, envs, tags, token, enabled_at, next_run_at, lands_at, event, event_matchers, event_since, problem, content_hash, removed_at)
            values (
                @ProjectUuid, @PipelineUuid, @Name, @ScheduleType, @ScheduleInterval, @startTime, @IsActive, @Variables, @Settings, @Description,
                @sla, @envs, @tags, @token, @enabledAt, @nextRunAt, @landsAt, @Event, @EventMatchers, @eventSince, @problem, @hash, null)
            on conflict (project_uuid, pipeline_uuid, name) do update set
                schedule_type = excluded.schedule_type, schedule_interval = excluded.schedule_interval, start_time = excluded.start_time,
                is_active = excluded.is_active, variables = excluded.variables, settings = excluded.settings, description = excluded.description,
                sla = excluded.sla, envs = excluded.envs, tags = excluded.tags, token = coalesce(@written, trigger.token, excluded.token),
                enabled_at = excluded.enabled_at, next_run_at = excluded.next_run_at, lands_at = excluded.lands_at,
                event = excluded.event, event_matchers = excluded.event_matchers, event_since = excluded.event_since, is_in_cycle = false, problem = excluded.problem,
                content_hash = excluded.content_hash, removed_at = null
            """,
            new
            {
                ProjectUuid,
                definition.PipelineUuid,
                definition.Name,
                definition.ScheduleType,
                definition.ScheduleInterval,
                startTime = definition.StartTime?.ToMicroseconds(),
                definition.IsActive,
                definition.Variables,
                definition.Settings,
                definition.Description,
                sla = definition.Sla is { } sla ? (long)sla.TotalMicroseconds : (long?)null,
                envs = JsonSerializer.Serialize(definition.Envs, RunJson.Default.IReadOnlyListString),
                tags = JsonSerializer.Serialize(definition.Tags, RunJson.Default.IReadOnlyListString),
                written = definition.Token,
                token = definition.Token ?? (Types.IsCalled(definition.Cause) ? TriggerToken.Create() : null),
                enabledAt = FindEnabled(definition, known)?.ToMicroseconds(),
                nextRunAt = next?.ToMicroseconds(),
                landsAt = lands?.ToMicroseconds(),
                definition.Event,
                definition.EventMatchers,
                eventSince = FindEventSince(definition, known)?.ToMicroseconds(),
                problem = definition.Problem ?? definition.RestsBecause,
                hash,
            });
    }

    private DateTimeOffset? FindEnabled(TriggerDefinition definition, TriggerRow? known) =>
        definition.IsActive && known is not { RemovedAt: null, Active: not 0 } ? Now : Timestamps.FromMicroseconds(known?.EnabledAt);

    /// <summary>A change of anything but the schedule leaves a trigger due that is: its instant must not get lost.</summary>
    /// <returns>When its next run starts, and for which later instant; null for none, and for that instant itself.</returns>
    private (DateTimeOffset? Next, DateTimeOffset? Lands) FindNext(WriteSession session, TriggerDefinition definition, TriggerRow? known)
    {
        if (!definition.IsActive || definition.Problem is not null || definition.RestsBecause is not null)
        {
            return (null, null);
        }

        if (known is { RemovedAt: null, NextRunAt: { } next } && known.HasScheduleOf(definition))
        {
            return (Timestamps.FromMicroseconds(next), Timestamps.FromMicroseconds(known.LandsAt));
        }

        // What was due before it was made active counts only where the trigger says so, and only then.
        var startsWithCurrent = known is not { RemovedAt: null, Active: not 0 } && TriggerSettings.Read(definition.Settings).CreateInitialPipelineRun;
        var lead = definition.Timing.IsLanding && known is not null ? LandingTimes.FindLead(session, known.Id) : TimeSpan.Zero;
        var first = Types.ReadSchedule(definition.ScheduleType, definition.Timing)?.First(Now + lead, Timestamps.FromMicroseconds(known?.LastRunAt), startsWithCurrent);
        return definition.Timing.IsLanding ? (first - lead, first) : (first, null);
    }

    /// <summary>What happened before a trigger was made active, or waited for this, is none of its events.</summary>
    private DateTimeOffset? FindEventSince(TriggerDefinition definition, TriggerRow? known)
    {
        if (!definition.IsActive || definition.Problem is not null || definition.RestsBecause is not null || Types.Find(definition.ScheduleType)?.HasEvents != true)
        {
            return null;
        }

        return known is { RemovedAt: null, EventSince: { } since } && known.HasEventsOf(definition)
            ? Timestamps.FromMicroseconds(since)
            : definition.StartTime > Now ? definition.StartTime : Now;
    }

    /// <summary>Without its hash the trigger is read again as soon as the file can be; what was due until then is not made up for.</summary>
    private void Rest(WriteSession session, TriggerRow row, string? problem) => session.Execute(
        "update trigger set next_run_at = null, lands_at = null, event_since = null, is_in_cycle = false, content_hash = null, problem = @problem, removed_at = @removedAt where id = @Id",
        new { row.Id, problem, removedAt = problem is null ? Now.ToMicroseconds() : (long?)null });
}
