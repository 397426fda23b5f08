using Mlops.Core.Runs.Approvals;

namespace Mlops.Server.Components.Pages.Approvals;

/// <summary>Approvals in words for people.</summary>
internal static class ApprovalWording
{
    /// <summary>What is asked: the pipeline's own words, else ours.</summary>
    public static string Question(BlockApproval approval) => approval.Message is { Length: > 0 } message ? message : $"May {approval.BlockName} start?";

    /// <summary>What became of it, and the word of the status whose colour and shape it has.</summary>
    public static (string Text, string StatusWord) State(ApprovalStatus status) => status switch
    {
        ApprovalStatus.Open => ("Open", "initial"),
        ApprovalStatus.Approved => ("Approved", "completed"),
        ApprovalStatus.Rejected => ("Rejected", "failed"),
        ApprovalStatus.Expired => ("Expired", "cancelled"),
        ApprovalStatus.Withdrawn => ("Withdrawn", "cancelled"),
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "is not the status of an approval"),
    };
}
