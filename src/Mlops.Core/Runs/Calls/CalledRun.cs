namespace Mlops.Core.Runs.Calls;

/// <summary>A run that is an attempt of a block of another run.</summary>
/// <param name="Id">The run.</param>
/// <param name="BlockRunId">The block run.</param>
/// <param name="Attempt">Which attempt of it.</param>
/// <param name="ProjectUuid">Its project.</param>
/// <param name="PipelineUuid">Its pipeline.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Error">Why it failed where no single block did; else null.</param>
public sealed record CalledRun(long Id, long BlockRunId, int Attempt, string ProjectUuid, string PipelineUuid, RunStatus Status, string? Error)
{
    /// <summary>The pipeline as it is called in words: with its project where that is another one than <paramref name="projectUuid"/>.</summary>
    public string Name(string projectUuid) => ProjectUuid == projectUuid ? $"'{PipelineUuid}'" : $"'{ProjectUuid}/{PipelineUuid}'";
}

/// <summary>The block that a run is an attempt of.</summary>
/// <param name="PipelineRunId">The run of the block.</param>
/// <param name="BlockRunId">The block run.</param>
/// <param name="Attempt">Which attempt of it.</param>
/// <param name="IsAwaited">Whether the block ends with the run.</param>
public sealed record CallingBlock(long PipelineRunId, long BlockRunId, int Attempt, bool IsAwaited);
