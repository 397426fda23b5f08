using Mlops.Core.Database;
using Mlops.Core.Runs;

namespace Mlops.Core.Triggers.Backfills;

/// <summary>The statements for backfills that several operations need.</summary>
internal static class BackfillSql
{
    /// <summary>
    /// Takes the row of a backfill until the transaction ends, so that one process at a time makes runs of it; null where another one has it, or there is none.
    /// </summary>
    public static BackfillRow? Take(WriteSession session, long id) => session.QueryFirst<BackfillRow>(
        $"select {BackfillRow.Columns} from backfill where id = @id {session.Dialect.ForUpdateIfFree}", new { id });

    /// <summary>Its runs that are not over.</summary>
    public static long CountOpen(WriteSession session, long id) => session.QueryFirst<long>(
        "select count(*) from pipeline_run where backfill_id = @id and status in ('initial', 'running')", new { id });

    /// <summary>Tells other processes, with the commit, that it changed.</summary>
    public static void Tell(WriteSession session, BackfillRow row) => RunNotices.Tell(session, RunNoticeKind.Status, row.Change);

    /// <summary>Inserts a backfill, or finds the one of the same request.</summary>
    public static BackfillRow Insert(WriteSession session, string requestId, object values)
    {
        var row = session.QueryFirst<BackfillRow>(
            $"""
            insert into backfill (
                request_id, project_uuid, pipeline_uuid, name, start_at, end_at, interval_type, interval_units, time_zone, variables, max_concurrent_runs,
                interval_count, created_at)
            values (
                @requestId, @ProjectUuid, @PipelineUuid, @name, @startAt, @endAt, @IntervalType, @IntervalUnits, @zone, @variables, @MaxConcurrentRuns,
                @count, @now)
            on conflict do nothing
            returning {BackfillRow.Columns}
            """,
            values) ?? session.QueryFirst<BackfillRow>($"select {BackfillRow.Columns} from backfill where request_id = @requestId", new { requestId })!;
        Tell(session, row);
        return row;
    }
}
