using System.Threading.Channels;
using Hangfire;
using Mlops.Core.Runs;

namespace Mlops.Server.Jobs;

/// <summary>
/// Hands runs that found no free slot to Hangfire, from a background loop: writing a job to PostgreSQL costs milliseconds, which no caller should wait for,
/// and runs that a slot took in the meantime need no job. Of many that come within a second only the newest gets one: whoever executes its job goes on
/// with all that wait, and a job for each cost more than the runs themselves.
/// </summary>
internal sealed class HangfireRunQueue(IBackgroundJobClient client, RunStillWaits stillWaits, TimeProvider time, ILogger<HangfireRunQueue> logger)
    : BackgroundService, IRunQueue
{
    // The bound is a guard for memory only: what does not fit stays in the database, where recovery finds it.
    private const int Capacity = 100_000;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BurstTime = TimeSpan.FromSeconds(1);

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
        while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
        {
            var newest = 0L;
            while (_waiting.Reader.TryRead(out var pipelineRunId))
            {
                newest = pipelineRunId;
            }

            while (!await TryEnqueueAsync(newest, stoppingToken))
            {
                await Task.Delay(RetryDelay, time, stoppingToken);
            }

            await Task.Delay(BurstTime, time, stoppingToken);
        }
    }

    private async Task<bool> TryEnqueueAsync(long pipelineRunId, CancellationToken cancellationToken)
    {
        try
        {
            if (await stillWaits(pipelineRunId, cancellationToken))
            {
                client.Enqueue<PipelineRunJob>(job => job.Execute(pipelineRunId));
            }

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

/// <summary>Whether a run still waits for a worker.</summary>
internal delegate Task<bool> RunStillWaits(long pipelineRunId, CancellationToken cancellationToken);
