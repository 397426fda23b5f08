using Mlops.Core.Database;

namespace Mlops.Core.Runs.Approvals;

/// <summary>Approvals in the metadata database, as people see and decide them. What a worker changes of them is in <see cref="ApprovalSql"/>.</summary>
internal sealed class ApprovalStore(MetadataDatabase database, TimeProvider timeProvider)
{
    /// <summary>Decides an open approval and wakes its run, in one transaction.</summary>
    /// <returns>The approval as it is now, and whether this decided it: else it was decided, expired or withdrawn before. Null where there is none.</returns>
    public Task<(BlockApproval Approval, bool IsDecided)?> DecideAsync(long id, ApprovalDecision decision, CancellationToken cancellationToken)
    {
        var requestId = Guid.NewGuid().ToString("N");
        return database.RequestAsync<(BlockApproval Approval, bool IsDecided)?>(
            session =>
            {
                // The run's row before the approval's, as workers lock them.
                var run = session.QueryFirst<PipelineRunRow>(
                    $"""
                    select {PipelineRunRow.Columns} from pipeline_run where id = (select pipeline_run_id from block_approval where id = @id)
                    {session.Dialect.ForUpdate}
                    """,
                    new { id });
                if (run is null)
                {
                    return null;
                }

                if (Decide(session, id, decision, requestId))
                {
                    Wake(session, run);
                }

                var row = session.QueryFirst<BlockApprovalRow>($"{BlockApprovalRow.Select} where approval.id = @id", new { id })!;
                return (row.ToApproval(), row.RequestId == requestId);
            },
            cancellationToken);
    }

    /// <summary>The approval; null where there is none.</summary>
    public async Task<BlockApproval?> FindAsync(long id, CancellationToken cancellationToken) =>
        (await database.QueryAsync<BlockApprovalRow>($"{BlockApprovalRow.Select} where approval.id = @id", new { id }, cancellationToken)) is [var row]
            ? row.ToApproval()
            : null;

    /// <summary>Approvals by filter, newest first.</summary>
    public async Task<IReadOnlyList<BlockApproval>> ListAsync(ApprovalFilter filter, CancellationToken cancellationToken)
    {
        var conditions = new List<string> { "1 = 1" };
        AddIf(filter.ProjectUuid is not null, "run.project_uuid = @ProjectUuid");
        AddIf(filter.PipelineRunId is not null, "approval.pipeline_run_id = @PipelineRunId");
        AddIf(filter.IsOpen == true, "approval.status = 'open' and approval.is_current");
        AddIf(filter.IsOpen == false, "approval.status <> 'open'");
        AddIf(filter.Before is not null, "approval.id < @Before");
        var rows = await database.QueryAsync<BlockApprovalRow>(
            $"{BlockApprovalRow.Select} where {string.Join(" and ", conditions)} order by approval.id desc limit @limit",
            new { filter.ProjectUuid, filter.PipelineRunId, filter.Before, limit = Math.Clamp(filter.Limit, 1, 200) }, cancellationToken);
        return [.. rows.Select(row => row.ToApproval())];

        void AddIf(bool condition, string sql)
        {
            if (condition)
            {
                conditions.Add(sql);
            }
        }
    }

    /// <summary>Open approvals, of one project or of all.</summary>
    public async Task<long> CountOpenAsync(string? projectUuid, CancellationToken cancellationToken) =>
        (await database.QueryAsync<long>(
            $"""
            select count(*) from block_approval approval join pipeline_run run on run.id = approval.pipeline_run_id
            where approval.status = 'open' and approval.is_current {(projectUuid is null ? "" : "and run.project_uuid = @projectUuid")}
            """,
            new { projectUuid }, cancellationToken))[0];

    private bool Decide(WriteSession session, long id, ApprovalDecision decision, string requestId)
    {
        var now = timeProvider.GetStorableNow().ToMicroseconds();
        return session.Execute(
            """
            update block_approval set status = @status, decided_at = @now, decided_by = @By, comment = @Comment, request_id = @requestId
            where id = @id and is_current and status = 'open' and (expires_at is null or expires_at > @now)
            """,
            new { id, now, status = decision.IsApproved ? "approved" : "rejected", decision.By, decision.Comment, requestId }) > 0;
    }

    private static void Wake(WriteSession session, PipelineRunRow run)
    {
        session.Execute(
            "update pipeline_run set wake_ups = wake_ups + 1, resume_at = null, waiting_for = null where id = @Id and status = 'running'", new { run.Id });
        RunNotices.Tell(session, RunNoticeKind.Woken, new RunChange(run.Id, run.ProjectUuid, run.PipelineUuid, RunChangeKind.Status));
    }
}
