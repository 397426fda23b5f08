namespace Mlops.Core.Runs;

/// <summary>Takes a run from claimed to final: claims it, loops over its <c>RunPlan</c>, runs blocks in a leased session, stores every step.</summary>
public sealed class PipelineRunExecutor
{
    /// <summary>
    /// Executes the run to its end. Returns quietly where another worker owns it or it is final already.
    /// </summary>
    /// <param name="pipelineRunId">The run.</param>
    /// <param name="cancellationToken">The worker is stopping: the run is handed back so that another one takes it up.</param>
    public Task ExecuteAsync(long pipelineRunId, CancellationToken cancellationToken) => throw new NotImplementedException();
}
