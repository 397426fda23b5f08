using System.Text.Json;
using System.Text.Json.Serialization;
using Mlops.Core.Pipelines;
using Mlops.Core.Projects;
using Mlops.Core.Runs.Products;

namespace Mlops.Core.Runs;

/// <summary>What holds for a run as a whole, as it was when the run was accepted: later edits of files change nothing of it.</summary>
public sealed record RunTerms
{
    /// <summary>The terms of a run whose pipeline and trigger say nothing.</summary>
    public static RunTerms Default { get; } = new();

    /// <summary>From its start to its end, waits between retries included; null for no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether a run beyond its timeout is cancelled; else it is failed.</summary>
    public bool TimeoutCancels { get; init; }

    /// <summary>
    /// Whether blocks that do not depend on a failed one go on; else running ones are asked to stop and nothing starts any more. The run is failed in the
    /// end either way.
    /// </summary>
    public bool AllowBlocksToFail { get; init; } = true;

    /// <summary>How much may run at once.</summary>
    public RunLimits Limits { get; init; } = RunLimits.None;

    /// <summary>The time that the run is to handle, of its schedule as it was; null for a run without one.</summary>
    public RunInterval? Interval { get; init; }

    /// <summary>How many runs it is inside of: 1 for a run that is a block of another one.</summary>
    public int Depth { get; init; }

    /// <summary>The stored form; the usual terms are stored as nothing.</summary>
    internal string ToJson() => this == Default ? "{}" : JsonSerializer.Serialize(this, RunJson.Default.RunTerms);

    /// <summary>The terms of a stored form.</summary>
    internal static RunTerms FromJson(string json) => json == "{}" ? Default : JsonSerializer.Deserialize(json, RunJson.Default.RunTerms)!;
}

/// <summary>What holds for a block run, as it was when the run was accepted.</summary>
public sealed record BlockTerms
{
    /// <summary>The terms of a block of which nothing is said.</summary>
    public static BlockTerms Default { get; } = new();

    /// <summary>How it is tried again when it fails.</summary>
    public RetryPolicy Retry { get; init; } = RetryPolicy.None;

    /// <summary>How long one attempt may take, all looks of a sensor together; null for no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Its <c>configuration</c> as it stands in the file, templates not rendered; null for none.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Configuration { get; init; }

    /// <summary>What must have become of the upstream blocks before it starts.</summary>
    public TriggerRule TriggerRule { get; init; }

    /// <summary>From one look of a sensor to the next; null for any other block.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>Whether it is a sensor that does not look in this run, and completes at once.</summary>
    public bool IsSkipped { get; init; }

    /// <summary>What people are asked before it starts; null where nobody is.</summary>
    public ApprovalSettings? Approval { get; init; }

    /// <summary>The pipeline whose run it is; null for a block with code.</summary>
    public PipelineCall? Call { get; init; }

    /// <summary>The global data product that it gives; null for any other block.</summary>
    public ProductTerms? Product { get; init; }

    /// <summary>Whether it is a run of a pipeline instead of code.</summary>
    [JsonIgnore]
    public bool IsRun => Call is not null || Product is not null;

    /// <summary>Blocks that are asked before it starts, in order; all must hold.</summary>
    public IReadOnlyList<AttachedBlock> Conditions { get; init; } = [];

    /// <summary>Whether blocks downstream are run once for each item of its output.</summary>
    public bool IsDynamic { get; init; }

    /// <summary>Whether blocks downstream take what all its children made as one list.</summary>
    public bool ReducesOutput { get; init; }

    /// <summary>The dynamic blocks for whose items it is run; empty for a block that is run once.</summary>
    public IReadOnlyList<string> Axes { get; init; } = [];

    /// <summary>The items that a child is run for, one for each of <see cref="Axes"/>; empty for any other block.</summary>
    public IReadOnlyList<FanItem> Items { get; init; } = [];

    /// <summary>The stored form; the usual terms are stored as nothing.</summary>
    internal string ToJson() => this == Default ? "{}" : JsonSerializer.Serialize(this, RunJson.Default.BlockTerms);

    /// <summary>The terms of a stored form.</summary>
    internal static BlockTerms FromJson(string json) => json == "{}" ? Default : JsonSerializer.Deserialize(json, RunJson.Default.BlockTerms)!;
}

/// <summary>A block that is attached to another one, as it was when the run was accepted.</summary>
/// <param name="Uuid">Its uuid.</param>
/// <param name="Language">Word of its language.</param>
/// <param name="FilePath">Path of its file relative to the project, with forward slashes.</param>
public sealed record AttachedBlock(string Uuid, string Language, string FilePath);
