using Mlops.Core.Database;

namespace Mlops.Core.Triggers;

/// <summary>Triggers in the metadata database: their definitions as last read from files, and when each is due.</summary>
internal sealed class TriggerStore(MetadataDatabase database)
{
    /// <summary>The triggers of a project, or of one pipeline, that are in the files, by pipeline and name, with their counts of runs.</summary>
    public async Task<IReadOnlyList<Trigger>> ListAsync(string projectUuid, string? pipelineUuid, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<TriggerRow>(
            $"""
            select {TriggerRow.Columns}, (select count(*) from pipeline_run where trigger_id = trigger.id) as RunCount
            from trigger
            where project_uuid = @projectUuid and (@pipelineUuid = '' or pipeline_uuid = @pipelineUuid) and removed_at is null
            """,
            new { projectUuid, pipelineUuid = pipelineUuid ?? "" }, cancellationToken);

        // Sorted here: the databases' collations differ.
        return [.. rows.OrderBy(row => row.PipelineUuid, StringComparer.Ordinal).ThenBy(row => row.Name, StringComparer.Ordinal).Select(row => row.ToTrigger())];
    }

    /// <summary>The triggers that wait for an instant, those first that are due first.</summary>
    public Task<IReadOnlyList<TriggerRow>> ListWaitingAsync(CancellationToken cancellationToken) => database.QueryAsync<TriggerRow>(
        $"select {TriggerRow.Columns} from trigger where is_active and removed_at is null and next_run_at is not null order by next_run_at, id",
        null, cancellationToken);

    /// <summary>Notes that a trigger fired for an instant, and when it is due next, unless another process did or its definition changed.</summary>
    public Task AdvanceAsync(TriggerRow trigger, DateTimeOffset instant, DateTimeOffset? next, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.Execute(
            """
            update trigger set next_run_at = @next, last_run_at = @instant, problem = null
            where id = @Id and next_run_at = @NextRunAt and content_hash = @ContentHash
            """,
            new { trigger.Id, trigger.NextRunAt, trigger.ContentHash, next = next?.ToMicroseconds(), instant = instant.ToMicroseconds() }),
        cancellationToken);

    /// <summary>Notes why a trigger that is due could not start its run; it stays due.</summary>
    public Task SetProblemAsync(TriggerRow trigger, string problem, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.Execute(
            "update trigger set problem = @problem where id = @Id and next_run_at = @NextRunAt and content_hash = @ContentHash",
            new { trigger.Id, trigger.NextRunAt, trigger.ContentHash, problem }),
        cancellationToken);

    /// <summary>
    /// Makes the triggers of a project those of its files. A trigger that is gone from them is kept, without firing, because runs refer to it.
    /// </summary>
    /// <param name="projectUuid">The project.</param>
    /// <param name="definitions">What the files say.</param>
    /// <param name="unreadable">Why a pipeline's file cannot be read, by pipeline; its triggers stay listed and rest until it can.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Gives up before the write.</param>
    public Task SyncAsync(
        string projectUuid,
        IReadOnlyList<TriggerDefinition> definitions,
        IReadOnlyDictionary<string, string> unreadable,
        DateTimeOffset now,
        CancellationToken cancellationToken) => database.WriteAsync(
            session =>
            {
                var known = session.Query<TriggerRow>($"select {TriggerRow.Columns} from trigger where project_uuid = @projectUuid", new { projectUuid })
                    .ToDictionary(row => (row.PipelineUuid, row.Name));
                foreach (var definition in definitions)
                {
                    Save(session, projectUuid, definition, known.GetValueOrDefault((definition.PipelineUuid, definition.Name)), now);
                    known.Remove((definition.PipelineUuid, definition.Name));
                }

                foreach (var row in known.Values.Where(row => row.RemovedAt is null))
                {
                    Rest(session, row, unreadable.GetValueOrDefault(row.PipelineUuid), now);
                }

                return known.Count;
            },
            cancellationToken);

    /// <summary>The projects that have triggers.</summary>
    public Task<IReadOnlyList<string>> ListProjectsAsync(CancellationToken cancellationToken) =>
        database.QueryAsync<string>("select distinct project_uuid from trigger where removed_at is null", null, cancellationToken);

    private static void Save(WriteSession session, string projectUuid, TriggerDefinition definition, TriggerRow? known, DateTimeOffset now)
    {
        var hash = definition.ContentHash();
        if (known is { RemovedAt: null } && known.ContentHash == hash)
        {
            return;
        }

        session.Execute(
            """
            insert into trigger (
                project_uuid, pipeline_uuid, name, schedule_type, schedule_interval, start_time, is_active, variables, settings, description,
                next_run_at, problem, content_hash, removed_at)
            values (
                @projectUuid, @PipelineUuid, @Name, @ScheduleType, @ScheduleInterval, @startTime, @IsActive, @Variables, @Settings, @Description,
                @nextRunAt, @Problem, @hash, null)
            on conflict (project_uuid, pipeline_uuid, name) do update set
                schedule_type = excluded.schedule_type, schedule_interval = excluded.schedule_interval, start_time = excluded.start_time,
                is_active = excluded.is_active, variables = excluded.variables, settings = excluded.settings, description = excluded.description,
                next_run_at = excluded.next_run_at, problem = excluded.problem, content_hash = excluded.content_hash, removed_at = null
            """,
            new
            {
                projectUuid,
                definition.PipelineUuid,
                definition.Name,
                definition.ScheduleType,
                definition.ScheduleInterval,
                startTime = definition.StartTime?.ToMicroseconds(),
                definition.IsActive,
                definition.Variables,
                definition.Settings,
                definition.Description,
                nextRunAt = FindNext(definition, known, now),
                definition.Problem,
                hash,
            });
    }

    /// <summary>A change of anything but the schedule leaves a trigger due that is: its instant must not get lost.</summary>
    private static long? FindNext(TriggerDefinition definition, TriggerRow? known, DateTimeOffset now)
    {
        if (!definition.IsActive || definition.Problem is not null)
        {
            return null;
        }

        if (known is { RemovedAt: null, NextRunAt: not null } && known.HasScheduleOf(definition))
        {
            return known.NextRunAt;
        }

        var schedule = new TriggerRow
        {
            ScheduleInterval = definition.ScheduleInterval,
            StartTime = definition.StartTime?.ToMicroseconds(),
            Settings = definition.Settings,
        }.ToSchedule();
        return schedule?.First(now, Timestamps.FromMicroseconds(known?.LastRunAt))?.ToMicroseconds();
    }

    /// <summary>Without its hash the trigger is read again as soon as the file can be; what was due until then is not made up for.</summary>
    private static void Rest(WriteSession session, TriggerRow row, string? problem, DateTimeOffset now) => session.Execute(
        "update trigger set next_run_at = null, content_hash = null, problem = @problem, removed_at = @removedAt where id = @Id",
        new { row.Id, problem, removedAt = problem is null ? now.ToMicroseconds() : (long?)null });
}
