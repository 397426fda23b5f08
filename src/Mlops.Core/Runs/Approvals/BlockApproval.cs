namespace Mlops.Core.Runs.Approvals;

/// <summary>That people were asked whether a block may start, and what they said. Times are UTC.</summary>
public sealed record BlockApproval
{
    /// <summary>Positive; unique over all runs.</summary>
    public required long Id { get; init; }

    /// <summary>The run.</summary>
    public required long PipelineRunId { get; init; }

    /// <summary>The block run.</summary>
    public required long BlockRunId { get; init; }

    /// <summary>The project of the run.</summary>
    public required string ProjectUuid { get; init; }

    /// <summary>The pipeline of the run.</summary>
    public required string PipelineUuid { get; init; }

    /// <summary>The block that waits.</summary>
    public required string BlockUuid { get; init; }

    /// <summary>Its name for people.</summary>
    public required string BlockName { get; init; }

    /// <summary>What is asked, in the words of the pipeline's file; null where it says nothing.</summary>
    public string? Message { get; init; }

    /// <summary>What became of it.</summary>
    public required ApprovalStatus Status { get; init; }

    /// <summary>When the block began to wait.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>When it fails if nobody decided; null where it waits as long as the run may take.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When somebody decided, or it ended without; null before.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>Who decided; null where nobody did.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>What they said of it; null for nothing.</summary>
    public string? Comment { get; init; }

    /// <summary>Whether somebody can decide it at <paramref name="now"/>; one whose time is over stays open until its worker notices.</summary>
    public bool IsOpen(DateTimeOffset now) => Status == ApprovalStatus.Open && !(ExpiresAt <= now);

    /// <summary>Why nobody can decide it any more, in a sentence that names block, run, person and time.</summary>
    public string DescribeEnd() => Status switch
    {
        ApprovalStatus.Approved or ApprovalStatus.Rejected =>
            $"Block '{BlockUuid}' of run {PipelineRunId} was {Status.ToWord()} by {DecidedBy ?? "somebody"} at {DecidedAt:yyyy-MM-dd HH:mm:ss} UTC already.",
        ApprovalStatus.Withdrawn => $"Run {PipelineRunId} ended before anybody decided; retry the run to be asked again.",
        _ => $"The time to approve block '{BlockUuid}' of run {PipelineRunId} was over at {ExpiresAt:yyyy-MM-dd HH:mm:ss} UTC; retry the run to be asked again.",
    };
}
