using Mlops.Core.Pipelines;
using Mlops.Core.Runs;

namespace Mlops.Server.Tests.Components;

/// <summary>Runs for tests of what is drawn of them.</summary>
internal static class Runs
{
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 8, 41, 22, TimeSpan.Zero);

    public static PipelineRun Run(RunStatus status, params BlockRun[] blocks) => new()
    {
        Id = 2041,
        ProjectUuid = "unit_0_setup",
        PipelineUuid = "titanic_survival",
        Status = status,
        Origin = RunOrigin.Once,
        ExecutionDate = Start,
        CreatedAt = Start,
        StartedAt = Start,
        BlockRuns = blocks,
    };

    /// <summary>A block run that people were asked to approve.</summary>
    public static BlockRun Waiting(string uuid, DateTimeOffset dueAt) =>
        Block(uuid, BlockRunStatus.Initial) with { Attempt = 0, NextAttemptAt = dueAt, Terms = new BlockTerms { Approval = new ApprovalSettings(null, null) } };

    /// <summary>A block run with its times in milliseconds after <see cref="Start"/>.</summary>
    public static BlockRun Block(string uuid, BlockRunStatus status, int? from = null, int? to = null, params string[] upstream) => new()
    {
        Id = 1,
        PipelineRunId = 2041,
        BlockUuid = uuid,
        Name = uuid,
        Type = BlockType.Find("transformer")!,
        Language = BlockLanguage.Find("csharp")!,
        UpstreamBlocks = upstream,
        Status = status,
        Attempt = 1,
        StartedAt = from is { } start ? Start.AddMilliseconds(start) : null,
        CompletedAt = to is { } end ? Start.AddMilliseconds(end) : null,
    };
}
