using Mlops.Core.Runs;

namespace Mlops.Server.Jobs;

/// <summary>What Hangfire calls: the id of a run is all that its storage holds of us.</summary>
public sealed class PipelineRunJob
{
    private readonly PipelineRunExecutor _executor;
    private readonly HangfireServer _server;

    internal PipelineRunJob(PipelineRunExecutor executor, HangfireServer server)
    {
        _executor = executor;
        _server = server;
    }

    /// <param name="pipelineRunId">The run.</param>
    /// <param name="cancellationToken">Given by Hangfire: the worker ends.</param>
    public async Task ExecuteAsync(long pipelineRunId, CancellationToken cancellationToken)
    {
        using var handBack = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _server.HandBack);
        await _executor.ExecuteAsync(pipelineRunId, handBack.Token);
    }
}
