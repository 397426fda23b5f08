using System.Text.Json;
using Mlops.Core.Projects;

namespace Mlops.Core.Pipelines;

/// <summary>A step of a pipeline; its file may be used by several pipelines.</summary>
public sealed record Block
{
    /// <summary>Unique in its pipeline; may hold <c>/</c> for sub-folders.</summary>
    public required string Uuid { get; init; }

    /// <summary>Name for people.</summary>
    public required string Name { get; init; }

    /// <summary>What kind of block it is.</summary>
    public required BlockType Type { get; init; }

    /// <summary>What its file is written in.</summary>
    public required BlockLanguage Language { get; init; }

    /// <summary>Uuids of the blocks whose outputs it takes, in the order of its parameters.</summary>
    public IReadOnlyList<string> UpstreamBlocks { get; init; } = [];

    /// <summary>Absolute path of its file; null for a block that needs none or whose file is missing.</summary>
    public string? FilePath { get; init; }

    /// <summary>Mage's colour word for custom blocks; null for the type's own.</summary>
    public string? Color { get; init; }

    /// <summary>What it says of retries; goes before the pipeline's.</summary>
    public RetrySettings Retry { get; init; } = new();

    /// <summary>How long one attempt may take; null for no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>What must have become of its upstream blocks before it starts.</summary>
    public TriggerRule TriggerRule { get; init; }

    /// <summary>What people are asked before it starts; null where nobody is.</summary>
    public ApprovalSettings? Approval { get; init; }

    /// <summary>The pipeline whose run it is; null for a block with code.</summary>
    public PipelineCall? Call { get; init; }

    /// <summary>The global data product that it gives; null for any other block.</summary>
    public ProductUse? Product { get; init; }

    /// <summary>Whether it is a run of a pipeline instead of code.</summary>
    public bool IsRun => Call is not null || Product is not null;

    /// <summary>From one look of a sensor to the next; null where the file says nothing.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>The block's <c>configuration</c> as it stands in the file.</summary>
    public IReadOnlyDictionary<string, JsonElement> Configuration { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>Whether blocks downstream are run once for each item of its output (<c>configuration.dynamic</c>).</summary>
    public bool IsDynamic => IsSet("dynamic");

    /// <summary>Whether blocks downstream take what all its children made as one list (<c>configuration.reduce_output</c>).</summary>
    public bool ReducesOutput => IsSet("reduce_output");

    private bool IsSet(string key) => Configuration.TryGetValue(key, out var value) && value.ValueKind == JsonValueKind.True;
}
