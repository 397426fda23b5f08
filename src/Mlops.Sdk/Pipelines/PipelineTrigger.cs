using System.Text.Json;

namespace Mlops.Sdk;

/// <summary>What a block asks for by <see cref="BlockContext.TriggerPipelineAsync"/>.</summary>
/// <param name="PipelineUuid">The pipeline.</param>
/// <param name="ProjectUuid">Its project; null for the block's own.</param>
/// <param name="Variables">Variables of the run, by name.</param>
/// <param name="ChecksStatus">Whether to wait for its end.</param>
public sealed record PipelineTrigger(string PipelineUuid, string? ProjectUuid, IReadOnlyDictionary<string, JsonElement> Variables, bool ChecksStatus);

/// <summary>A run that a block started.</summary>
/// <param name="PipelineRunId">The run.</param>
/// <param name="ProjectUuid">Its project.</param>
/// <param name="PipelineUuid">Its pipeline.</param>
/// <param name="Status">Where it stands: <c>initial</c> or <c>running</c>, or how it ended: <c>completed</c>, <c>failed</c> or <c>cancelled</c>.</param>
/// <param name="Error">Why it failed where no single block did; else null.</param>
public sealed record TriggeredPipelineRun(long PipelineRunId, string ProjectUuid, string PipelineUuid, string Status, string? Error = null);

/// <summary>A run that a block started did not complete, or could not be started.</summary>
public sealed class PipelineRunException(string message, TriggeredPipelineRun? run = null) : Exception(message)
{
    /// <summary>The run; null where none was started.</summary>
    public TriggeredPipelineRun? Run { get; } = run;
}
