using System.Text.Json;
using Mlops.Core.Pipelines;

namespace Mlops.Server.Api.Mage;

/// <summary>Mage's envelope of a pipeline.</summary>
internal sealed record MagePipelineEnvelope(MagePipeline Pipeline);

/// <summary>Mage's envelope of pipelines.</summary>
internal sealed record MagePipelineList(IReadOnlyList<MagePipeline> Pipelines, MageMetadata Metadata);

/// <summary>A pipeline in Mage's words.</summary>
internal sealed record MagePipeline
{
    public required string Uuid { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    public required string Type { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public required IReadOnlyDictionary<string, JsonElement> Variables { get; init; }

    /// <summary>Path of its project below the folder of all projects, which is its uuid.</summary>
    public required string RepoPath { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required IReadOnlyList<MageBlock> Blocks { get; init; }

    public required IReadOnlyList<MageBlock> Conditionals { get; init; }

    public required IReadOnlyList<MageBlock> Callbacks { get; init; }

    /// <summary>Its triggers; null where they were not asked for.</summary>
    public IReadOnlyList<MageSchedule>? Schedules { get; init; }

    /// <summary>What is wrong with it, in words; not in Mage.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    public static MagePipeline From(Pipeline pipeline, bool withContent) => new()
    {
        Uuid = pipeline.Uuid,
        Name = pipeline.Name,
        Description = pipeline.Description,
        Type = pipeline.Type,
        Tags = pipeline.Tags,
        Variables = pipeline.Variables,
        RepoPath = pipeline.ProjectUuid,
        UpdatedAt = pipeline.UpdatedAt,
        Blocks = MageBlock.From(pipeline.Blocks, withContent),
        Conditionals = MageBlock.From(pipeline.Conditionals, withContent),
        Callbacks = MageBlock.From(pipeline.Callbacks, withContent),
        Problems = [.. pipeline.Problems.Select(problem => problem.Message)],
    };
}
