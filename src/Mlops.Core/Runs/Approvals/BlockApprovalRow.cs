using Mlops.Core.Database;

namespace Mlops.Core.Runs.Approvals;

/// <summary>A row of <c>block_approval</c> with what it concerns, as the driver gives it.</summary>
internal sealed class BlockApprovalRow
{
    /// <summary>The query of all of them, to be narrowed down by a condition over <c>approval</c>, <c>block</c> and <c>run</c>.</summary>
    public const string Select =
        """
        select approval.id, approval.pipeline_run_id as PipelineRunId, approval.block_run_id as BlockRunId, run.project_uuid as ProjectUuid,
            run.pipeline_uuid as PipelineUuid, block.block_uuid as BlockUuid, block.name as BlockName, approval.message, approval.status,
            approval.requested_at as RequestedAt, approval.expires_at as ExpiresAt, approval.decided_at as DecidedAt, approval.decided_by as DecidedBy,
            approval.comment, approval.request_id as RequestId
        from block_approval approval
        join block_run block on block.id = approval.block_run_id
        join pipeline_run run on run.id = approval.pipeline_run_id
        """;

    public long Id { get; init; }
    public long PipelineRunId { get; init; }
    public long BlockRunId { get; init; }
    public string ProjectUuid { get; init; } = "";
    public string PipelineUuid { get; init; } = "";
    public string BlockUuid { get; init; } = "";
    public string BlockName { get; init; } = "";
    public string? Message { get; init; }
    public string Status { get; init; } = "";
    public long RequestedAt { get; init; }
    public long? ExpiresAt { get; init; }
    public long? DecidedAt { get; init; }
    public string? DecidedBy { get; init; }
    public string? Comment { get; init; }
    public string? RequestId { get; init; }

    public BlockApproval ToApproval() => new()
    {
        Id = Id,
        PipelineRunId = PipelineRunId,
        BlockRunId = BlockRunId,
        ProjectUuid = ProjectUuid,
        PipelineUuid = PipelineUuid,
        BlockUuid = BlockUuid,
        BlockName = BlockName,
        Message = Message,
        Status = ApprovalWords.Find(Status) ?? throw new InvalidDataException($"'{Status}' is not the status of an approval."),
        RequestedAt = Timestamps.FromMicroseconds(RequestedAt),
        ExpiresAt = Timestamps.FromMicroseconds(ExpiresAt),
        DecidedAt = Timestamps.FromMicroseconds(DecidedAt),
        DecidedBy = DecidedBy,
        Comment = Comment,
    };
}
