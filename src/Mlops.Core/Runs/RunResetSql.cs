using Mlops.Core.Database;
using Mlops.Core.Runs.Approvals;

namespace Mlops.Core.Runs;

/// <summary>Making a final run initial again, for use inside an operation.</summary>
internal static class RunResetSql
{
    /// <summary>
    /// Makes a final run initial again, with all blocks that did not complete, or with a chosen block; and with all that depend on them, since a block may
    /// complete by its trigger rule although one before it failed.
    /// Attempts go on counting, retries begin anew, and what an attempt was is kept.
    /// </summary>
    /// <param name="session">The session of the operation.</param>
    /// <param name="pipelineRunId">The run.</param>
    /// <param name="fromBlock">The chosen block; null for all that did not complete.</param>
    /// <exception cref="InvalidRequestException"><c>conflict</c>: it is not final, or nothing is to be run again.</exception>
    /// <exception cref="NotFoundException">It has no such block.</exception>
    public static PipelineRunRow? Reset(WriteSession session, long pipelineRunId, string? fromBlock)
    {
        var status = session.QueryFirst<string>(
            $"select status from pipeline_run where id = @pipelineRunId {session.Dialect.ForUpdate}", new { pipelineRunId });
        if (status is null or "initial" or "running")
        {
            throw Conflict($"Run {pipelineRunId} is {status ?? "gone"}; only a run that ended can be retried. Wait for its end, or cancel it first.");
        }

        var blocks = session.Query<BlockRunRow>(
            $"select {BlockRunRow.Columns} from block_run where pipeline_run_id = @pipelineRunId order by position, fan_index", new { pipelineRunId });
        var chosen = WithDependants(blocks, fromBlock);
        if (fromBlock is not null && chosen.Count == 0)
        {
            throw new NotFoundException(
                "block", fromBlock, $"Run {pipelineRunId} has no block '{fromBlock}'; it has {string.Join(", ", blocks.Select(block => block.BlockUuid))}.");
        }

        if (chosen.Count == 0)
        {
            throw Conflict($"All blocks of run {pipelineRunId} completed; there is nothing to retry. Choose a block to run again from, or start a new run.");
        }

        RunStepSql.WriteAttempts(session, [.. chosen.Where(block => block.StartedAt is not null && !block.ToBlockRun([]).IsGroup).Select(block => new BlockAttemptItem(
            block.Id, block.Attempt, block.Status, block.StartedAt, block.CompletedAt, block.Error))]);
        ResetBlocks(session, [.. chosen.Select(block => block.Id)]);
        BlockChildrenSql.Remove(session, GroupsToFanOut(chosen));
        ReopenBackfill(session, pipelineRunId);
        return session.QueryFirst<PipelineRunRow>(
            $"""
            update pipeline_run set status = 'initial', started_at = null, completed_at = null, cancel_requested_at = null, error = null,
                waiting_for = null, resume_at = null, lease_token = null, lease_owner = null, lease_expires_at = null,
                is_retry_wanted = false
            where id = @pipelineRunId returning {PipelineRunRow.Columns}
            """,
            new { pipelineRunId });
    }

    /// <summary>A backfill that was over ends anew with the run; one that was cancelled, or could not go on, stays so.</summary>
    private static void ReopenBackfill(WriteSession session, long pipelineRunId) => session.Execute(
        """
        update backfill set status = 'running', completed_at = null
        where id = (select backfill_id from pipeline_run where id = @pipelineRunId) and status in ('completed', 'failed') and error is null
        """,
        new { pipelineRunId });

    /// <summary>A callback that has nothing for the outcome of its block is done with it.</summary>
    private static bool IsIncomplete(BlockRunRow block) => block.Status != "completed" && (block.Type, block.Status) != ("callback", "condition_failed");

    private static void ResetBlocks(WriteSession session, long[] ids)
    {
        ApprovalSql.Supersede(session, ids);
        session.Execute($"delete from block_output where {session.Dialect.IsAmong("block_run_id", "@ids")}", new { ids });
        session.Execute(
            $"""
            update block_run set status = 'initial', started_at = null, completed_at = null, error = null, tests = null,
                failures = 0, interruptions = 0, next_attempt_at = null, fan_items = null
            where {session.Dialect.IsAmong("id", "@ids")}
            """,
            new { ids });
    }

    /// <summary>
    /// The chosen block, or those that did not complete, and all that depend on them: one pass suffices because every block comes after its upstream blocks. Children come behind the block that
    /// stands for them, and are looked at before it: it ends anew when one of them does, but that makes no other of them begin anew.
    /// </summary>
    private static List<BlockRunRow> WithDependants(IReadOnlyList<BlockRunRow> blocks, string? fromBlock)
    {
        var chosen = new List<BlockRunRow>();
        var uuids = new HashSet<string>(StringComparer.Ordinal);
        var children = blocks.Where(block => block.FanOf is not null).ToLookup(block => block.FanOf!, StringComparer.Ordinal);
        foreach (var block in blocks.Where(block => block.FanOf is null))
        {
            var some = children[block.BlockUuid].Where(child => fromBlock == block.BlockUuid || IsChosen(child) || DependsOn(child, uuids)).ToList();
            foreach (var one in IsChosen(block) || some.Count > 0 || DependsOn(block, uuids) ? some.Append(block) : [])
            {
                uuids.Add(one.BlockUuid);
                chosen.Add(one);
            }
        }

        return chosen;

        bool IsChosen(BlockRunRow block) => fromBlock is null ? IsIncomplete(block) : block.BlockUuid == fromBlock;
    }

    private static bool DependsOn(BlockRunRow block, HashSet<string> uuids) => uuids.Count > 0 && block.ToBlockRun([]).UpstreamBlocks.Any(uuids.Contains);

    /// <summary>Blocks whose dynamic blocks run again, so that they are fanned out anew.</summary>
    private static long[] GroupsToFanOut(List<BlockRunRow> chosen)
    {
        var uuids = chosen.Select(block => block.BlockUuid).ToHashSet(StringComparer.Ordinal);
        return [.. chosen.Where(block => block.ToBlockRun([]) is { IsGroup: true } group && group.Terms.Axes.Any(uuids.Contains)).Select(block => block.Id)];
    }

    private static InvalidRequestException Conflict(string message) => new("conflict", [message]);
}
