using Mlops.Core.Database;
using Mlops.Core.Runs.Calls;

namespace Mlops.Core.Runs;

/// <summary>Noting the wish to cancel a run, for use inside an operation.</summary>
internal static class RunCancelSql
{
    /// <summary>
    /// Notes the wish and tells other processes; a run that did not start is cancelled at once. A final run stays as it is, and one that waits for a retry
    /// wants to be taken by a worker, who then ends it.
    /// </summary>
    /// <returns>The run as it is now; null where it is final, or gone.</returns>
    public static PipelineRunRow? Request(WriteSession session, long pipelineRunId, DateTimeOffset at)
    {
        var now = at.ToMicroseconds();
        var row = session.QueryFirst<PipelineRunRow>(
            $"""
            update pipeline_run set
                cancel_requested_at = coalesce(cancel_requested_at, @now), resume_at = null, waiting_for = null,
                completed_at = case when status = 'initial' then @now end,
                status = case when status = 'initial' then 'cancelled' else status end
            where id = @pipelineRunId and status in ('initial', 'running')
            returning {PipelineRunRow.Columns}
            """,
            new { pipelineRunId, now });
        if (row is { Status: "cancelled" })
        {
            session.Execute(
                """
                update block_run set status = 'cancelled', completed_at = @now where pipeline_run_id = @pipelineRunId and status = 'initial'
                """,
                new { pipelineRunId, now });
            CalledRunSql.WakeFor(session, row);
        }

        if (row is not null)
        {
            RunNotices.Tell(session, RunNoticeKind.Cancel, new RunChange(row.Id, row.ProjectUuid, row.PipelineUuid, RunChangeKind.Status));
        }

        return row;
    }
}
