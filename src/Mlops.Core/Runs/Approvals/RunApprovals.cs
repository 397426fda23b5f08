using System.Globalization;

namespace Mlops.Core.Runs.Approvals;

/// <summary>The approvals that blocks of a run wait for, in the hands of its worker. For one thread.</summary>
internal sealed class RunApprovals
{
    /// <summary>When a block is due that waits for people and for nothing else.</summary>
    public static readonly DateTimeOffset Never = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<long, BlockApproval> _byBlock = [];
    private List<ApprovalAsk> _asks = [];

    /// <summary>Whether the block must not start yet: nobody approved it.</summary>
    public bool Holds(BlockRun block) => block.Terms.Approval is not null && Find(block)?.Status != ApprovalStatus.Approved;

    /// <summary>Whether the block waits for people who were not asked yet.</summary>
    public bool WantsToAsk(BlockRun block) => block.Terms.Approval is not null && block.NextAttemptAt is null && Find(block) is null;

    /// <summary>Notes that people are to be asked with the next step.</summary>
    /// <returns>The block as it then waits.</returns>
    public BlockRun Ask(BlockRun block, DateTimeOffset now)
    {
        var expiresAt = now + block.Terms.Approval!.Timeout;
        _asks.Add(new ApprovalAsk(block.Id, block.Terms.Approval.Message, now, expiresAt));
        return block with { NextAttemptAt = expiresAt ?? Never };
    }

    /// <summary>What is to be asked; nothing is left.</summary>
    public IReadOnlyList<ApprovalAsk> Take()
    {
        var taken = _asks;
        _asks = [];
        return taken;
    }

    /// <summary>Takes what people said.</summary>
    public void Take(IReadOnlyList<BlockApproval> approvals)
    {
        foreach (var approval in approvals)
        {
            _byBlock[approval.BlockRunId] = approval;
        }
    }

    /// <summary>What people said of a block that waits for them; null where it does not, or nobody said anything.</summary>
    public BlockApproval? Decision(BlockRun block) =>
        block is { Status: BlockRunStatus.Initial, WaitsForApproval: true } && Find(block) is { Status: not ApprovalStatus.Open } decided ? decided : null;

    /// <summary>Why a block failed that was not approved.</summary>
    public static BlockError ErrorOf(BlockApproval approval) => approval.Status == ApprovalStatus.Expired
        ? new BlockError("approval_timeout", string.Create(
            CultureInfo.InvariantCulture,
            $"Nobody approved block '{approval.BlockUuid}' within {(approval.ExpiresAt - approval.RequestedAt)?.TotalSeconds:0.###} s. Retry the run to ask again, or give the approval a longer timeout."))
        : new BlockError("rejected", $"Rejected by {approval.DecidedBy ?? "somebody"}{(approval.Comment is { } comment ? $": {comment}" : ".")}");

    private BlockApproval? Find(BlockRun block) => _byBlock.GetValueOrDefault(block.Id);
}
