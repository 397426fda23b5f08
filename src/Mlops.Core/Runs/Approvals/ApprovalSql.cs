using System.Text.Json;
using Mlops.Core.Database;

namespace Mlops.Core.Runs.Approvals;

/// <summary>The statements for approvals in the operations of a run, for use inside them. Whoever calls them has the run's row.</summary>
internal static class ApprovalSql
{
    /// <summary>Asks for the approvals that a step asks for; those that were asked for already stay.</summary>
    public static void Ask(WriteSession session, RunStep step)
    {
        if (step.Asks.Count == 0)
        {
            return;
        }

        var items = step.Asks.Select(ask => new ApprovalItem(ask.BlockRunId, ask.Message, ask.RequestedAt.ToMicroseconds(), ask.ExpiresAt?.ToMicroseconds()));
        session.ExecuteLater(
            $"""
            insert into block_approval (pipeline_run_id, block_run_id, message, requested_at, expires_at)
            select @PipelineRunId, cast(item.value ->> 'block_run_id' as bigint), item.value ->> 'message',
                cast(item.value ->> 'requested_at' as bigint), cast(item.value ->> 'expires_at' as bigint)
            from {session.Dialect.JsonItems("@items")} where true
            on conflict (block_run_id) where is_current do nothing
            """,
            new { step.PipelineRunId, items = JsonSerializer.Serialize(items, RunJson.Default.ApprovalItems) });
    }

    /// <summary>What became of the approvals of a run, after those whose time is over are ended.</summary>
    public static IReadOnlyList<BlockApproval> Read(WriteSession session, long pipelineRunId, DateTimeOffset now)
    {
        session.Execute(
            """
            update block_approval set status = 'expired', decided_at = @now
            where pipeline_run_id = @pipelineRunId and is_current and status = 'open' and expires_at <= @now
            """,
            new { pipelineRunId, now = now.ToMicroseconds() });
        return [.. session.Query<BlockApprovalRow>(
            $"{BlockApprovalRow.Select} where approval.pipeline_run_id = @pipelineRunId and approval.is_current", new { pipelineRunId })
            .Select(row => row.ToApproval())];
    }

    /// <summary>The run ended: nobody is asked any more.</summary>
    public static void Withdraw(WriteSession session, long pipelineRunId, long now) => session.ExecuteLater(
        "update block_approval set status = 'withdrawn', decided_at = @now where pipeline_run_id = @pipelineRunId and status = 'open'",
        new { pipelineRunId, now });

    /// <summary>The block runs begin anew, and ask anew.</summary>
    public static void Supersede(WriteSession session, long[] blockRunIds) => session.Execute(
        $"update block_approval set is_current = false where is_current and {session.Dialect.IsAmong("block_run_id", "@blockRunIds")}", new { blockRunIds });
}

/// <summary>That a block is to be approved before it starts.</summary>
/// <param name="BlockRunId">The block run.</param>
/// <param name="Message">What is asked; null for nothing.</param>
/// <param name="RequestedAt">From when on.</param>
/// <param name="ExpiresAt">Until when; null for ever.</param>
internal sealed record ApprovalAsk(long BlockRunId, string? Message, DateTimeOffset RequestedAt, DateTimeOffset? ExpiresAt);

/// <summary>An approval to be asked for, as an element of a parameter.</summary>
internal sealed record ApprovalItem(long BlockRunId, string? Message, long RequestedAt, long? ExpiresAt);
