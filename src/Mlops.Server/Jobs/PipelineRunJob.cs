using Mlops.Core.Runs;

namespace Mlops.Server.Jobs;

/// <summary>What Hangfire calls: the id of a run is all that its storage holds of us.</summary>
public sealed class PipelineRunJob(PipelineRunExecutor executor)
{
    /// <param name="pipelineRunId">The run.</param>
    /// <param name="cancellationToken">Given by Hangfire: the worker is stopping, the run is handed back.</param>
    public Task ExecuteAsync(long pipelineRunId, CancellationToken cancellationToken) => executor.ExecuteAsync(pipelineRunId, cancellationToken);
}
