using System.Text.Json;
using Mlops.Core.Pipelines;
using Mlops.Core.Projects;
using Mlops.Core.Runs;

namespace Mlops.Server.Api.Mage;

/// <summary>Mage's envelope of a run.</summary>
internal sealed record MagePipelineRunEnvelope(MagePipelineRun PipelineRun);

/// <summary>Mage's envelope of runs.</summary>
internal sealed record MagePipelineRunList(IReadOnlyList<MagePipelineRun> PipelineRuns, MageMetadata Metadata);

/// <summary>A run in Mage's words.</summary>
internal sealed record MagePipelineRun
{
    /// <summary>What a trigger is sent beside variables, as a variable of its run.</summary>
    private const string EventName = "event";

    private static readonly JsonElement Nothing = JsonElement.Parse("{}");

    public required long Id { get; init; }

    public required string PipelineUuid { get; init; }

    public string? PipelineType { get; init; }

    public required IReadOnlyList<string> PipelineTags { get; init; }

    /// <summary>Path of its project below the folder of all projects, which is its uuid.</summary>
    public required string RepoPath { get; init; }

    public long? PipelineScheduleId { get; init; }

    public string? PipelineScheduleName { get; init; }

    public string? PipelineScheduleType { get; init; }

    public required RunStatus Status { get; init; }

    public required DateTimeOffset ExecutionDate { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public required IReadOnlyDictionary<string, JsonElement> Variables { get; init; }

    public required JsonElement EventVariables { get; init; }

    public required bool PassedSla { get; init; }

    /// <summary>What is wrong with the run as a whole; null where nothing is.</summary>
    public MageMetrics? Metrics { get; init; }

    public long? BackfillId { get; init; }

    public string ExecutorType { get; } = "local";

    /// <summary>The product that it makes.</summary>
    public string? GlobalDataProductUuid { get; init; }

    public required IReadOnlyList<MageBlockRun> BlockRuns { get; init; }

    public required int BlockRunsCount { get; init; }

    public required int CompletedBlockRunsCount { get; init; }

    public static MagePipelineRun From(PipelineRun run, ProjectCatalog catalog) => From(run, catalog.FindPipeline(run.ProjectUuid, run.PipelineUuid));

    private static MagePipelineRun From(PipelineRun run, Pipeline? pipeline) => new()
    {
        Id = run.Id,
        PipelineUuid = run.PipelineUuid,
        PipelineType = pipeline?.Type,
        PipelineTags = pipeline?.Tags ?? [],
        RepoPath = run.ProjectUuid,
        BackfillId = run.BackfillId,
        PipelineScheduleId = run.TriggerId,
        PipelineScheduleName = run.TriggerName,
        PipelineScheduleType = run.TriggerId is null ? null : run.Origin.ToString().ToLowerInvariant(),
        Status = run.Status,
        ExecutionDate = run.ExecutionDate,
        CreatedAt = run.CreatedAt,
        UpdatedAt = run.CompletedAt ?? run.StartedAt ?? run.CreatedAt,
        StartedAt = run.StartedAt,
        CompletedAt = run.CompletedAt,
        Variables = run.Variables,
        EventVariables = run.Variables.TryGetValue(EventName, out var sent) && sent.ValueKind == JsonValueKind.Object ? sent : Nothing,
        PassedSla = run.PassedSla,
        Metrics = run.Error is { } error ? new MageMetrics(new MageFailure(error, [], error)) : null,
        GlobalDataProductUuid = run.Product?[(run.Product.IndexOf('/', StringComparison.Ordinal) + 1)..],
        BlockRuns = [.. run.BlockRuns.Select(block => MageBlockRun.From(block, run))],
        BlockRunsCount = run.BlockRuns.Count,
        CompletedBlockRunsCount = run.BlockRuns.Count(block => block.Status == BlockRunStatus.Completed),
    };
}
