using Mlops.Core.Runs;

namespace Mlops.Server.Api.Mage;

/// <summary>Mage's envelope of block runs.</summary>
internal sealed record MageBlockRunList(IReadOnlyList<MageBlockRun> BlockRuns, MageMetadata Metadata);

/// <summary>One block in one run, in Mage's words.</summary>
internal sealed record MageBlockRun
{
    public required long Id { get; init; }

    public required string BlockUuid { get; init; }

    public required BlockRunStatus Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Why it failed; null unless it did.</summary>
    public MageMetrics? Metrics { get; init; }

    public required long PipelineRunId { get; init; }

    public long? PipelineScheduleId { get; init; }

    public string? PipelineScheduleName { get; init; }

    public static MageBlockRun From(BlockRun block, PipelineRun run) => new()
    {
        Id = block.Id,
        BlockUuid = block.BlockUuid,
        Status = block.Status,
        CreatedAt = run.CreatedAt,
        UpdatedAt = block.CompletedAt ?? block.StartedAt ?? run.CreatedAt,
        StartedAt = block.StartedAt,
        CompletedAt = block.CompletedAt,
        Metrics = block.Error is { } error ? new MageMetrics(MageFailure.From(error)) : null,
        PipelineRunId = run.Id,
        PipelineScheduleId = run.TriggerId,
        PipelineScheduleName = run.TriggerName,
    };
}

/// <summary>Where Mage keeps why something failed.</summary>
/// <param name="Error">Why.</param>
internal sealed record MageMetrics(MageFailure Error);

/// <summary>Why something failed, in Mage's words.</summary>
/// <param name="Error">Type and message.</param>
/// <param name="Errors">Lines of the stack trace.</param>
/// <param name="Message">The message.</param>
internal sealed record MageFailure(string Error, IReadOnlyList<string> Errors, string Message)
{
    public static MageFailure From(BlockError error) => new($"{error.Type}: {error.Message}", error.StackTrace?.Split('\n') ?? [], Describe(error));

    /// <summary>The message with its place.</summary>
    public static string Describe(BlockError error) => error switch
    {
        { File: null } => error.Message,
        { Line: null } => $"{error.Message} ({error.File})",
        _ => $"{error.Message} ({error.File}:{error.Line})",
    };
}
