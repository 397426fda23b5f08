using System.Text.Json;

namespace Mlops.Core.Runs.Calls;

/// <summary>That the code of a block wants a pipeline to be run; may come from another process.</summary>
/// <param name="BlockUuid">The block.</param>
/// <param name="Attempt">Its attempt.</param>
/// <param name="Number">Which call of the attempt, from 1: asked twice, it is started once.</param>
/// <param name="PipelineUuid">The pipeline.</param>
/// <param name="ProjectUuid">Its project; null for the block's own.</param>
/// <param name="Variables">Variables of the run.</param>
/// <param name="ChecksStatus">Whether to wait for its end.</param>
public sealed record PipelineCallMessage(
    string BlockUuid, int Attempt, int Number, string PipelineUuid, string? ProjectUuid, IReadOnlyDictionary<string, JsonElement> Variables, bool ChecksStatus);

/// <summary>What came of a <see cref="PipelineCallMessage"/>.</summary>
/// <param name="PipelineRunId">The run; 0 where none was started.</param>
/// <param name="ProjectUuid">Its project.</param>
/// <param name="PipelineUuid">Its pipeline.</param>
/// <param name="Status">Word of where it stands; empty where none was started.</param>
/// <param name="Error">Why it failed where no single block did, or why none was started; else null.</param>
public sealed record PipelineCallAnswer(long PipelineRunId, string ProjectUuid, string PipelineUuid, string Status, string? Error);

/// <summary>Runs a pipeline for the code of a block.</summary>
public delegate Task<PipelineCallAnswer> PipelineCalls(PipelineCallMessage message, CancellationToken cancellationToken);
