namespace Mlops.Core.Runs;

/// <summary>What a trigger says of its runs; null where it leaves that to the pipeline.</summary>
/// <param name="Timeout">How long a run may take from its start.</param>
/// <param name="TimeoutCancels">Whether a run beyond that is cancelled instead of failed.</param>
/// <param name="AllowBlocksToFail">Whether blocks that do not depend on a failed one go on; they do by default.</param>
/// <param name="PipelineRunLimit">Runs of the trigger at a time.</param>
public sealed record TriggerTerms(
    TimeSpan? Timeout = null, bool? TimeoutCancels = null, bool? AllowBlocksToFail = null, int? PipelineRunLimit = null)
{
    /// <summary>The terms of a run: the trigger's, and those of its pipeline where the trigger says nothing.</summary>
    public RunTerms Over(RunTerms pipeline) => pipeline with
    {
        Timeout = Timeout ?? pipeline.Timeout,
        TimeoutCancels = TimeoutCancels ?? pipeline.TimeoutCancels,
        AllowBlocksToFail = AllowBlocksToFail ?? pipeline.AllowBlocksToFail,
        Limits = pipeline.Limits with { PipelineRunLimit = PipelineRunLimit ?? pipeline.Limits.PipelineRunLimit },
    };
}
