using Mlops.Blocks.CSharp;

namespace Mlops.Server.Hosting;

/// <summary>Warms the C# compiler up once the server listens: nobody waits for it, and the first run need not either.</summary>
internal sealed class BlockWarmUp(CSharpWarmUp warmUp, IHostApplicationLifetime lifetime, ILogger<BlockWarmUp> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var onStarted = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        try
        {
            await warmUp.RunAsync(stoppingToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Only a run's speed was at stake; the run itself will report what is wrong.
            logger.WarmUpFailed(exception);
        }
    }
}
