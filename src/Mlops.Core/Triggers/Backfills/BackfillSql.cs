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
}
