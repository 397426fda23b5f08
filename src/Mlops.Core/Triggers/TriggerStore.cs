using Mlops.Core.Database;
using Mlops.Core.Runs;

namespace Mlops.Core.Triggers;

/// <summary>Triggers in the metadata database: what they are. When they fire is <see cref="TriggerClaims"/>'.</summary>
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

    /// <summary>A trigger that is in the files; null where there is none.</summary>
    public async Task<TriggerRow?> FindAsync(long id, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<TriggerRow>(
            $"""
            select {TriggerRow.Columns}, (select count(*) from pipeline_run where trigger_id = trigger.id) as RunCount
            from trigger where id = @id and removed_at is null
            """,
            new { id }, cancellationToken);
        return rows is [var row] ? row : null;
    }

    /// <summary>The triggers in the files whose pipeline has this uuid, in some projects.</summary>
    public Task<IReadOnlyList<TriggerRow>> ListOfPipelineAsync(IReadOnlyList<string> projectUuids, string pipelineUuid, CancellationToken cancellationToken) =>
        database.QueryAsync<TriggerRow>(
            $"""
            select {TriggerRow.Columns} from trigger
            where {database.Dialect.IsAmong("project_uuid", "@projectUuids")} and pipeline_uuid = @pipelineUuid and removed_at is null
            """,
            new { projectUuids = projectUuids.ToArray(), pipelineUuid }, cancellationToken);

    /// <summary>Figures of the runs of triggers, by trigger; those without runs are left out.</summary>
    public async Task<IReadOnlyDictionary<long, TriggerFigures>> ListFiguresAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<TriggerFiguresRow>(
            $"""
            select figures.trigger_id as TriggerId, figures.open_count as OpenCount, figures.average_duration as AverageDuration, last.status as LastStatus
            from (
                select trigger_id, max(id) as last_id, sum(case when status in ('initial', 'running') then 1 else 0 end) as open_count,
                    cast(avg(case when status = 'completed' then completed_at - started_at end) as bigint) as average_duration
                from pipeline_run where {database.Dialect.IsAmong("trigger_id", "@ids")} group by trigger_id) figures
            join pipeline_run last on last.id = figures.last_id
            """,
            new { ids = ids.ToArray() }, cancellationToken);
        return rows.ToDictionary(row => row.TriggerId, row => row.ToFigures());
    }

    /// <summary>The newest run of each trigger of a project, or of one pipeline, without block runs.</summary>
    public async Task<IReadOnlyDictionary<long, PipelineRun>> ListLatestRunsAsync(
        string projectUuid, string? pipelineUuid, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<PipelineRunRow>(
            $"""
            select {PipelineRunRow.Columns} from pipeline_run where id in (
                select (select max(run.id) from pipeline_run run where run.trigger_id = trigger.id)
                from trigger where project_uuid = @projectUuid and (@pipelineUuid = '' or pipeline_uuid = @pipelineUuid) and removed_at is null)
            """,
            new { projectUuid, pipelineUuid = pipelineUuid ?? "" }, cancellationToken);
        return rows.ToDictionary(row => row.TriggerId!.Value, row => row.ToRun([], now));
    }

    /// <summary>Gives a trigger another token.</summary>
    public Task SetTokenAsync(long id, string token, CancellationToken cancellationToken) => database.RequestAsync(
        session => session.Execute("update trigger set token = @token where id = @id", new { id, token }), cancellationToken);

    /// <summary>Makes the triggers of a project those of its files.</summary>
    public Task SyncAsync(TriggerSnapshot snapshot, CancellationToken cancellationToken) => database.WriteAsync(snapshot.Write, cancellationToken);

    /// <summary>The projects that have triggers.</summary>
    public Task<IReadOnlyList<string>> ListProjectsAsync(CancellationToken cancellationToken) =>
        database.QueryAsync<string>("select distinct project_uuid from trigger where removed_at is null", null, cancellationToken);
}
