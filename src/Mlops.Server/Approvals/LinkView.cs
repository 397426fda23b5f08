using Microsoft.AspNetCore.Antiforgery;
using Mlops.Core.Runs.Approvals;

namespace Mlops.Server.Approvals;

/// <summary>What the page of a link shows.</summary>
public sealed record LinkView
{
    /// <summary>Longest name of whoever decides, in characters.</summary>
    public const int MaxNameLength = 100;

    /// <summary>Status code of the answer.</summary>
    public required int Status { get; init; }

    /// <summary>In a few words.</summary>
    public required string Title { get; init; }

    /// <summary>What else there is to know; null for nothing.</summary>
    public string? Text { get; init; }

    /// <summary>What is asked; null where the token does not prove that one may know.</summary>
    public BlockApproval? Approval { get; init; }

    /// <summary>What proves that the form came from this page; null where there is no form.</summary>
    public AntiforgeryTokenSet? Proof { get; init; }

    /// <summary>What was wrong with the form that was sent; null for nothing.</summary>
    public string? Refusal { get; init; }

    /// <summary>The name that was typed.</summary>
    public string Name { get; init; } = "";

    /// <summary>The comment that was typed.</summary>
    public string Comment { get; init; } = "";

    public static LinkView Wrong { get; } = new()
    {
        Status = StatusCodes.Status404NotFound,
        Title = "This link is not valid",
        Text = "It was shortened or changed on its way, or belongs to another server. Copy the whole of it, or ask for a new one.",
    };

    public static LinkView Expired(DateTimeOffset at) => new()
    {
        Status = StatusCodes.Status410Gone,
        Title = "This link has expired",
        Text = FormattableString.Invariant($"It was valid until {at:yyyy-MM-dd HH:mm:ss} UTC. Ask whoever sent it for a new one."),
    };

    /// <summary>Nobody can decide it any more.</summary>
    /// <param name="approval">As it ended.</param>
    /// <param name="isAnswer">Whether somebody tried to; else it is only looked at.</param>
    public static LinkView Ended(BlockApproval approval, bool isAnswer) => new()
    {
        Status = isAnswer ? StatusCodes.Status409Conflict : StatusCodes.Status410Gone,
        Title = approval.Status switch
        {
            ApprovalStatus.Approved => "This was approved already",
            ApprovalStatus.Rejected => "This was rejected already",
            _ => "Nobody is asked any more",
        },
        Text = approval.DescribeEnd(),
        Approval = approval,
    };

    public static LinkView Decided(BlockApproval approval) => new()
    {
        Status = StatusCodes.Status200OK,
        Title = approval.Status == ApprovalStatus.Approved ? "Approved" : "Rejected",
        Text = approval.Status == ApprovalStatus.Approved ? "The run goes on by itself. You can close this page." : "The block fails without having run. You can close this page.",
        Approval = approval,
    };

    public static LinkView DatabaseAway { get; } = new()
    {
        Status = StatusCodes.Status503ServiceUnavailable,
        Title = "Not now",
        Text = "The database does not answer. Nothing was decided; open the link again in a minute.",
    };

    public static LinkView UnreadableForm(int status) => new()
    {
        Status = status,
        Title = "Nothing was decided",
        Text = "What was sent is not the form of this page, or is too large. Open the link again and answer there.",
    };
}
