using System.Threading.Channels;
using Hangfire;
using Mlops.Core.Runs;

namespace Mlops.Server.Jobs;

/// <summary>
/// Hands runs to Hangfire from a background loop: writing a job to PostgreSQL costs milliseconds, which no caller should wait for.
/// </summary>
internal sealed class HangfireRunQueue(IBackgroundJobClient client, TimeProvider time, ILogger<HangfireRunQueue> logger) : BackgroundService, IRunQueue
{
    // The bound is a guard for memory only: what does not fit stays in the database, where recovery finds it.
    private const int Capacity = 100_000;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly Channel<long> _waiting = Channel.CreateBounded<long>(new BoundedChannelOptions(Capacity) { SingleReader = true });

    /// <inheritdoc/>
    public void Enqueue(long pipelineRunId)
    {
        if (!_waiting.Writer.TryWrite(pipelineRunId))
        {
            logger.QueueFull(pipelineRunId);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var pipelineRunId in _waiting.Reader.ReadAllAsync(stoppingToken))
        {
            while (!TryEnqueue(pipelineRunId))
            {
                await Task.Delay(RetryDelay, time, stoppingToken);
            }
        }
    }

    private bool TryEnqueue(long pipelineRunId)
    {
        try
        {
            client.Enqueue<PipelineRunJob>(job => job.ExecuteAsync(pipelineRunId, CancellationToken.None));
            return true;
        }
        catch (Exception exception) when (exception is BackgroundJobClientException or System.Data.Common.DbException or TimeoutException)
        {
            // The storage is away for a while; the run is safe in the database and this loop has nothing better to do than to wait.
            logger.EnqueueFailed(pipelineRunId, RetryDelay, exception);
            return false;
        }
    }
}
