using System.Text.Json;
using Mlops.Core.Projects;

namespace Mlops.Core.Pipelines;

/// <summary>A pipeline as its <c>metadata.yaml</c> says; immutable, read anew when the file changes.</summary>
public sealed record Pipeline
{
    /// <summary>The project it belongs to.</summary>
    public required string ProjectUuid { get; init; }

    /// <summary>Name of its folder; unique in the project.</summary>
    public required string Uuid { get; init; }

    /// <summary>Name for people; the uuid where the file gives none.</summary>
    public required string Name { get; init; }

    /// <summary>What it does, in a sentence; null where the file gives none.</summary>
    public string? Description { get; init; }

    /// <summary>Mage's word: <c>python</c> is Standard (batch).</summary>
    public string Type { get; init; } = "python";

    /// <summary>Tags in the order of the file.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The blocks in the order of the file.</summary>
    public IReadOnlyList<Block> Blocks { get; init; } = [];

    /// <summary>Blocks that are asked before others start; <see cref="Block.UpstreamBlocks"/> names those that they guard.</summary>
    public IReadOnlyList<Block> Conditionals { get; init; } = [];

    /// <summary>Blocks that are called when others ended; <see cref="Block.UpstreamBlocks"/> names those that they watch.</summary>
    public IReadOnlyList<Block> Callbacks { get; init; } = [];

    /// <summary>All blocks with code: <see cref="Blocks"/>, then the ones that are attached to them.</summary>
    public IEnumerable<Block> AllBlocks => Blocks.Concat(Conditionals).Concat(Callbacks);

    /// <summary>Default values of its variables by name, in the order of the file.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>Retries of its blocks that set none themselves; goes before the project's.</summary>
    public RetrySettings Retry { get; init; } = new();

    /// <summary>How many of its runs and blocks may run at once; goes before the project's.</summary>
    public RunLimits Limits { get; init; } = RunLimits.None;

    /// <summary>How long a run may take from its start, waits between retries included; null for no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Absolute path of its <c>metadata.yaml</c>.</summary>
    public required string FilePath { get; init; }

    /// <summary>When the file was last written, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What is wrong with it, in the order found; an error keeps it from being run, a warning does not.</summary>
    public IReadOnlyList<PipelineProblem> Problems { get; init; } = [];

    /// <summary>The blocks as a graph; null where problems leave none.</summary>
    public BlockGraph? Graph { get; init; }

    /// <summary>Whether it can be run: no problem is an error.</summary>
    public bool IsValid => Problems.All(problem => !problem.IsError);
}

/// <summary>Something wrong with a pipeline's files.</summary>
/// <param name="Message">In words: the thing, what was found, what was wanted, how to mend it.</param>
/// <param name="IsError">Whether it keeps the pipeline from being run.</param>
/// <param name="File">Path relative to the project, with forward slashes.</param>
/// <param name="Line">Line from 1; null where unknown.</param>
/// <param name="Column">Column from 1; null where unknown.</param>
/// <param name="BlockUuid">The block concerned; null for the pipeline as a whole.</param>
public sealed record PipelineProblem(string Message, bool IsError, string? File = null, int? Line = null, int? Column = null, string? BlockUuid = null)
{
    /// <summary>The lines of the file around the place; null where there is none.</summary>
    public FileExcerpt? Excerpt { get; init; }

    /// <summary>The same with the lines of <paramref name="text"/>, which is the text of its file.</summary>
    internal PipelineProblem In(string text) => Line is { } line ? this with { Excerpt = FileExcerpt.Around(text, line) } : this;
}
