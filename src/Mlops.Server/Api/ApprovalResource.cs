using Mlops.Core.Runs.Approvals;

namespace Mlops.Server.Api;

/// <summary>That people were asked whether a block may start, and what they said.</summary>
internal sealed record ApprovalResource
{
    /// <summary>Unique over all runs; ascending in the order of asking.</summary>
    /// <example>7</example>
    public required long Id { get; init; }

    /// <summary>Uuid of the project.</summary>
    /// <example>unit_0_setup</example>
    public required string ProjectUuid { get; init; }

    /// <summary>Uuid of the pipeline.</summary>
    /// <example>example_pipeline</example>
    public required string PipelineUuid { get; init; }

    /// <summary>The run.</summary>
    public required long PipelineRunId { get; init; }

    /// <summary>The block run.</summary>
    public required long BlockRunId { get; init; }

    /// <summary>Uuid of the block that waits.</summary>
    public required string BlockUuid { get; init; }

    /// <summary>Its name for people.</summary>
    public required string BlockName { get; init; }

    /// <summary>What is asked, as the pipeline's file says it; null where it says nothing.</summary>
    public string? Message { get; init; }

    /// <summary>What became of it: open, approved, rejected, expired (nobody decided in time) or withdrawn (the run ended before).</summary>
    public required ApprovalStatus Status { get; init; }

    /// <summary>When the block began to wait, UTC.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>When the block fails if nobody decided, UTC; null where it waits on.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When somebody decided, or it ended without, UTC.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>Who decided.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>What they said of it.</summary>
    public string? Comment { get; init; }

    public static ApprovalResource From(BlockApproval approval) => new()
    {
        Id = approval.Id,
        ProjectUuid = approval.ProjectUuid,
        PipelineUuid = approval.PipelineUuid,
        PipelineRunId = approval.PipelineRunId,
        BlockRunId = approval.BlockRunId,
        BlockUuid = approval.BlockUuid,
        BlockName = approval.BlockName,
        Message = approval.Message,
        Status = approval.Status,
        RequestedAt = approval.RequestedAt,
        ExpiresAt = approval.ExpiresAt,
        DecidedAt = approval.DecidedAt,
        DecidedBy = approval.DecidedBy,
        Comment = approval.Comment,
    };
}

/// <summary>A page of approvals.</summary>
/// <param name="Approvals">The approvals, newest first.</param>
/// <param name="OpenCount">Open ones of the project, or of all, whatever else the filter says.</param>
/// <param name="Next">Address of the next page; null on the last one.</param>
internal sealed record ApprovalList(IReadOnlyList<ApprovalResource> Approvals, long OpenCount, string? Next);

/// <summary>What is said of an approval beside yes or no.</summary>
internal sealed record DecisionRequest
{
    /// <summary>Why; at most 2,000 characters.</summary>
    public string? Comment { get; init; }
}

/// <summary>What a link is to be like.</summary>
internal sealed record ApprovalLinkRequest
{
    /// <summary>Seconds that the link is valid, 1 to 31,622,400 (366 days); never longer than the approval. Left out: as long as the approval, or 7 days.</summary>
    public int? ExpiresIn { get; init; }
}

/// <summary>A link by which whoever holds it decides an approval.</summary>
/// <param name="Url">Address of a page that asks; keep it like a password.</param>
/// <param name="ExpiresAt">When it ceases to be valid, UTC.</param>
internal sealed record ApprovalLinkResource(string Url, DateTimeOffset ExpiresAt);
