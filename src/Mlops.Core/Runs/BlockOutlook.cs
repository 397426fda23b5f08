using Mlops.Core.Pipelines;

namespace Mlops.Core.Runs;

/// <summary>What the statuses of its upstream blocks mean for a block that waits.</summary>
internal static class BlockOutlook
{
    /// <summary>
    /// Once it is running or final, further ends of upstream blocks do not change it: the outcome of a run does not depend on the order in which its blocks end.
    /// A failure upstream outweighs a cancel, and a cancel a condition.
    /// </summary>
    /// <param name="rule">The block's rule.</param>
    /// <param name="upstream">Its upstream blocks by status.</param>
    /// <param name="isStopped">Whether nothing starts any more.</param>
    /// <returns><c>initial</c> to wait, <c>running</c> to start, else what it is given up as.</returns>
    public static BlockRunStatus Of(TriggerRule rule, UpstreamTally upstream, bool isStopped) => rule switch
    {
        TriggerRule.AllSuccess => OfAllSuccess(upstream, isStopped),
        _ when isStopped => BlockRunStatus.Cancelled,
        _ when upstream.Total == 0 => BlockRunStatus.Running,
        TriggerRule.AllDone => upstream.IsFinal ? BlockRunStatus.Running : BlockRunStatus.Initial,
        TriggerRule.OneFailed when upstream.Failed > 0 => BlockRunStatus.Running,
        TriggerRule.OneSuccess when upstream.Completed > 0 => BlockRunStatus.Running,
        _ when !upstream.IsFinal => BlockRunStatus.Initial,
        _ when upstream.Failed > 0 => BlockRunStatus.UpstreamFailed,
        _ when upstream.Cancelled > 0 => BlockRunStatus.Cancelled,
        _ => BlockRunStatus.ConditionFailed,
    };

    /// <summary>What a block becomes whose children they are: <c>initial</c> until all ended. Without children it completed.</summary>
    public static BlockRunStatus OfGather(UpstreamTally children) =>
        !children.IsFinal ? BlockRunStatus.Initial
        : children.Failed > 0 ? BlockRunStatus.Failed
        : children.Cancelled > 0 ? BlockRunStatus.Cancelled
        : children.ConditionFailed > 0 && children.ConditionFailed == children.Total ? BlockRunStatus.ConditionFailed
        : BlockRunStatus.Completed;

    private static BlockRunStatus OfAllSuccess(UpstreamTally upstream, bool isStopped)
    {
        if (upstream.Failed > 0)
        {
            return BlockRunStatus.UpstreamFailed;
        }

        if (isStopped || upstream.Cancelled > 0)
        {
            return BlockRunStatus.Cancelled;
        }

        // A condition upstream settles it only once no other one can fail any more.
        return !upstream.IsFinal ? BlockRunStatus.Initial
            : upstream.ConditionFailed > 0 ? BlockRunStatus.ConditionFailed
            : BlockRunStatus.Running;
    }
}

/// <summary>Upstream blocks by status; those that failed by themselves and by others count alike.</summary>
internal readonly record struct UpstreamTally(int Total, int Completed, int Failed, int Cancelled, int ConditionFailed)
{
    /// <summary>Whether all of them ended.</summary>
    public bool IsFinal => Completed + Failed + Cancelled + ConditionFailed == Total;

    public static UpstreamTally Of(BlockRunStatus[] statuses, ReadOnlySpan<int> upstream)
    {
        var (completed, failed, cancelled, conditionFailed) = (0, 0, 0, 0);
        foreach (var block in upstream)
        {
            switch (statuses[block])
            {
                case BlockRunStatus.Completed:
                    completed++;
                    break;
                case BlockRunStatus.Failed or BlockRunStatus.UpstreamFailed:
                    failed++;
                    break;
                case BlockRunStatus.Cancelled:
                    cancelled++;
                    break;
                case BlockRunStatus.ConditionFailed:
                    conditionFailed++;
                    break;
            }
        }

        return new UpstreamTally(upstream.Length, completed, failed, cancelled, conditionFailed);
    }
}
