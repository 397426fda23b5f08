using System.Text.Json;
using Mlops.Core.Pipelines;
using Mlops.Core.Projects;
using Mlops.Core.Runs;

namespace Mlops.Server.Api;

/// <summary>The pipelines of a project.</summary>
/// <param name="Pipelines">The pipelines by uuid.</param>
internal sealed record PipelineList(IReadOnlyList<PipelineResource> Pipelines);

/// <summary>A pipeline as its files are now.</summary>
internal sealed record PipelineResource
{
    /// <summary>Uuid of its project.</summary>
    /// <example>unit_0_setup</example>
    public required string ProjectUuid { get; init; }

    /// <summary>Unique in its project.</summary>
    /// <example>example_pipeline</example>
    public required string Uuid { get; init; }

    /// <summary>Name for people.</summary>
    public required string Name { get; init; }

    /// <summary>What it does.</summary>
    public string? Description { get; init; }

    /// <summary>Mage's word; python is a standard (batch) pipeline.</summary>
    public required string Type { get; init; }

    /// <summary>Tags in the order of the file.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>Default values of its variables.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Variables { get; init; }

    /// <summary>When its file was last written, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Whether it can be run.</summary>
    public required bool IsValid { get; init; }

    /// <summary>What is wrong with it.</summary>
    public required IReadOnlyList<ProblemResource> Problems { get; init; }

    /// <summary>Its blocks in the order of the file.</summary>
    public required IReadOnlyList<BlockResource> Blocks { get; init; }

    /// <summary>Blocks that are asked before others start; their upstream_blocks are those that they guard.</summary>
    public required IReadOnlyList<BlockResource> Conditionals { get; init; }

    /// <summary>Blocks that are called when others ended; their upstream_blocks are those that they watch.</summary>
    public required IReadOnlyList<BlockResource> Callbacks { get; init; }

    public static PipelineResource From(Pipeline pipeline, Project project, IBlockHost host) => new()
    {
        ProjectUuid = pipeline.ProjectUuid,
        Uuid = pipeline.Uuid,
        Name = pipeline.Name,
        Description = pipeline.Description,
        Type = pipeline.Type,
        Tags = pipeline.Tags,
        Variables = pipeline.Variables,
        UpdatedAt = pipeline.UpdatedAt,
        IsValid = pipeline.IsValid,
        Problems = [.. pipeline.Problems.Select(ProblemResource.From)],
        Blocks = [.. pipeline.Blocks.Select(block => BlockResource.From(block, project, host))],
        Conditionals = [.. pipeline.Conditionals.Select(block => BlockResource.From(block, project, host))],
        Callbacks = [.. pipeline.Callbacks.Select(block => BlockResource.From(block, project, host))],
    };
}

/// <summary>Something wrong with a pipeline's files.</summary>
/// <param name="Severity">error keeps the pipeline from being run, warning does not.</param>
/// <param name="Message">What was found, what was wanted, how to mend it.</param>
/// <param name="File">Path relative to the project.</param>
/// <param name="Line">Line from 1.</param>
/// <param name="Column">Column from 1.</param>
/// <param name="BlockUuid">The block concerned; null for the pipeline as a whole.</param>
/// <param name="Code">The lines of the file around the place.</param>
/// <param name="CodeFirstLine">Number of the first of these lines.</param>
internal sealed record ProblemResource(
    ProblemSeverity Severity, string Message, string? File, int? Line, int? Column, string? BlockUuid, string? Code, int? CodeFirstLine)
{
    public static ProblemResource From(PipelineProblem problem) => new(
        problem.IsError ? ProblemSeverity.Error : ProblemSeverity.Warning, problem.Message, problem.File, problem.Line, problem.Column, problem.BlockUuid,
        problem.Excerpt?.Text, problem.Excerpt?.FirstLine);
}

/// <summary>How grave a problem is.</summary>
internal enum ProblemSeverity
{
    Warning,
    Error,
}

/// <summary>A block of a pipeline.</summary>
internal sealed record BlockResource
{
    /// <summary>Unique in its pipeline; may hold '/'.</summary>
    /// <example>load_titanic</example>
    public required string Uuid { get; init; }

    /// <summary>Name for people.</summary>
    public required string Name { get; init; }

    /// <summary>Kind of block, such as data_loader.</summary>
    /// <example>data_loader</example>
    public required string Type { get; init; }

    /// <summary>What its file is written in.</summary>
    /// <example>csharp</example>
    public required string Language { get; init; }

    /// <summary>Uuids of the blocks whose outputs it takes, in the order of its parameters.</summary>
    public required IReadOnlyList<string> UpstreamBlocks { get; init; }

    /// <summary>By what ends of its upstream blocks it starts: all_success, all_done, one_failed or one_success.</summary>
    /// <example>all_success</example>
    public required string TriggerRule { get; init; }

    /// <summary>Path of its file relative to the project; null where there is none.</summary>
    public string? File { get; init; }

    /// <summary>Mage's colour word; null for the type's own.</summary>
    public string? Color { get; init; }

    /// <summary>Its configuration as it stands in the file.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Configuration { get; init; }

    /// <summary>Why it cannot run here, such as a language without a runner; null where it can.</summary>
    public string? CannotRunBecause { get; init; }

    public static BlockResource From(Block block, Project project, IBlockHost host) => new()
    {
        Uuid = block.Uuid,
        Name = block.Name,
        Type = block.Type.Word,
        Language = block.Language.Word,
        UpstreamBlocks = block.UpstreamBlocks,
        TriggerRule = block.TriggerRule.ToWord(),
        File = block.FilePath is null ? null : Path.GetRelativePath(project.DirectoryPath, block.FilePath).Replace(Path.DirectorySeparatorChar, '/'),
        Color = block.Color,
        Configuration = block.Configuration,
        CannotRunBecause = block.Type.Runs ? host.WhyNot(block) : null,
    };
}
