using System.Text.Json.Serialization;

namespace Mlops.Core.Projects;

/// <summary>How much may run at once, in Mage's words (<c>concurrency_config</c>); null is no limit.</summary>
/// <param name="BlockRunLimit">Blocks of one run; at least 1.</param>
/// <param name="PipelineRunLimit">Runs of the pipeline that one trigger made; those that no trigger made count as made by one.</param>
/// <param name="PipelineRunLimitAllTriggers">Runs of the pipeline, whatever made them.</param>
/// <param name="OnPipelineRunLimitReached">What becomes of a run that finds a limit reached; null is <see cref="RunLimitAction.Wait"/>.</param>
public sealed record RunLimits(
    int? BlockRunLimit = null, int? PipelineRunLimit = null, int? PipelineRunLimitAllTriggers = null, RunLimitAction? OnPipelineRunLimitReached = null)
{
    /// <summary>No limits.</summary>
    public static RunLimits None { get; } = new();

    /// <summary>Whether a run may have to wait for others.</summary>
    [JsonIgnore]
    public bool LimitsRuns => PipelineRunLimit is not null || PipelineRunLimitAllTriggers is not null;

    /// <summary>These limits, and those of <paramref name="other"/> where these say nothing.</summary>
    public RunLimits Over(RunLimits other) => new(
        BlockRunLimit ?? other.BlockRunLimit, PipelineRunLimit ?? other.PipelineRunLimit,
        PipelineRunLimitAllTriggers ?? other.PipelineRunLimitAllTriggers, OnPipelineRunLimitReached ?? other.OnPipelineRunLimitReached);
}

/// <summary>What becomes of a run that finds a limit reached.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunLimitAction>))]
public enum RunLimitAction
{
    /// <summary>It waits for its turn, oldest first.</summary>
    Wait,

    /// <summary>It is cancelled at once and says why.</summary>
    Skip,
}
