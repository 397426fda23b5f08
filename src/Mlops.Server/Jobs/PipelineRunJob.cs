using Mlops.Core.Runs;

namespace Mlops.Server.Jobs;

/// <summary>
/// What Hangfire calls: the id of a run is all that its storage holds of us. It only offers the run to a free slot and ends: the run's owner is known from
/// its lease, not from a job that is held for hours.
/// </summary>
public sealed class PipelineRunJob(RunDispatcher dispatcher)
{
    /// <param name="pipelineRunId">The run.</param>
    public void Execute(long pipelineRunId) => dispatcher.Offer(pipelineRunId);
}
