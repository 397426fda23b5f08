using Mlops.Core.Database;

namespace Mlops.Core.Runs.Retention;

/// <summary>What retention reads and removes in the metadata database.</summary>
internal sealed class RetentionStore(MetadataDatabase database, RunEvents events)
{
    /// <summary>Lines of a log that one write removes, so that the log of a talkative run holds up nobody's transition.</summary>
    private const int LogBite = 10_000;

    private const string Final = "('completed', 'failed', 'cancelled')";

    /// <summary>Projects that have runs, whether or not they still are on disk.</summary>
    public Task<IReadOnlyList<string>> ListProjectsAsync(CancellationToken cancellationToken) =>

        // Steps from project to project through the index (project, pipeline, id), so that a long history costs nothing.
        database.QueryAsync<string>(
            """
            with recursive project (uuid) as (
                select min(project_uuid) from pipeline_run
                union all
                select (select min(project_uuid) from pipeline_run where project_uuid > project.uuid) from project where project.uuid is not null)
            select uuid from project where uuid is not null
            """,
            null, cancellationToken);

    /// <summary>
    /// Final runs of a project that ended before an instant, oldest first, at most <paramref name="limit"/> with an id above <paramref name="after"/>.
    /// The newest completed run of each pipeline is never among them.
    /// </summary>
    public Task<IReadOnlyList<ExpiredRun>> ListExpiredAsync(
        string projectUuid, DateTimeOffset endedBefore, long after, int limit, CancellationToken cancellationToken) =>

        // What ended before an instant was created before it: the index (project, created_at) finds the old ones without a look at the others.
        database.QueryAsync<ExpiredRun>(
            $"""
            select id, project_uuid as ProjectUuid, pipeline_uuid as PipelineUuid from pipeline_run
            where project_uuid = @projectUuid and created_at < @before and completed_at < @before and status in {Final} and id > @after
                and id <> coalesce((
                    select max(newest.id) from pipeline_run as newest
                    where newest.project_uuid = pipeline_run.project_uuid and newest.pipeline_uuid = pipeline_run.pipeline_uuid
                        and newest.status = 'completed'), 0)
            order by id limit @limit
            """,
            new { projectUuid, before = endedBefore.ToMicroseconds(), after, limit }, cancellationToken);

    /// <summary>
    /// Removes a run with all that belongs to it, its log in pieces. A run that was retried in the meantime, and so is not final any more, stays.
    /// </summary>
    /// <returns>Whether the run was removed by this call.</returns>
    public async Task<bool> DeleteAsync(ExpiredRun run, DateTimeOffset endedBefore, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (await database.WriteAsync(session => DeletePiece(session, run.Id, endedBefore), cancellationToken))
            {
                case Piece.NotThere:
                    return false;
                case Piece.Last:
                    events.Publish(new RunChange(run.Id, run.ProjectUuid, run.PipelineUuid, RunChangeKind.Status));
                    return true;
            }
        }
    }

    /// <summary>Those of the ids that are runs of this database.</summary>
    public async Task<IReadOnlySet<long>> FindAsync(long[] ids, CancellationToken cancellationToken) =>
        (await database.QueryAsync<long>(
            $"select id from pipeline_run where {database.Dialect.IsAmong("id", "@ids")}", new { ids }, cancellationToken)).ToHashSet();

    /// <summary>What tells this database from all others.</summary>
    public async Task<string> GetDatabaseIdAsync(CancellationToken cancellationToken) =>
        (await database.QueryAsync<string>("select id from database_identity", null, cancellationToken)).Single();

    private static Piece DeletePiece(WriteSession session, long id, DateTimeOffset endedBefore)
    {
        var found = session.QueryFirst<long?>(
            $"select id from pipeline_run where id = @id and status in {Final} and completed_at < @before {session.Dialect.ForUpdate}",
            new { id, before = endedBefore.ToMicroseconds() });
        if (found is null)
        {
            return Piece.NotThere;
        }

        var lines = session.Execute(
            """
            delete from run_log where pipeline_run_id = @id
                and number < (select min(number) + @bite from run_log where pipeline_run_id = @id)
            """,
            new { id, bite = LogBite });
        if (lines == LogBite)
        {
            return Piece.MoreToCome;
        }

        // Block runs, outputs and whatever else refers to the run go with it.
        session.Execute("delete from pipeline_run where id = @id", new { id });
        return Piece.Last;
    }

    private enum Piece
    {
        NotThere,
        MoreToCome,
        Last,
    }
}

/// <summary>A run whose time is over.</summary>
internal sealed class ExpiredRun
{
    public long Id { get; init; }
    public string ProjectUuid { get; init; } = "";
    public string PipelineUuid { get; init; } = "";
}
