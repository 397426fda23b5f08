using Hangfire;
using Hangfire.AspNetCore;
using Hangfire.Common;
using Hangfire.Logging;

namespace Mlops.Server.Jobs;

/// <summary>
/// The workers. Hangfire's own registration keeps storage, activator and filters in process-wide statics; made by hand, several servers can live
/// in one process and no retry filter applies (recovery owns retries).
/// </summary>
internal sealed class HangfireServer(
    JobStorage storage, IServiceScopeFactory scopes, JobsOptions options, TimeProvider time, ILoggerFactory loggers, ILogger<HangfireServer> logger)
    : IHostedService, IDisposable
{
    /// <summary>For handing back; a block that does not heed its token is left behind after 5 s.</summary>
    private static readonly TimeSpan HandBackTimeout = TimeSpan.FromSeconds(15);

    private readonly AspNetCoreLogProvider _logs = new(loggers);
    private readonly CancellationTokenSource _handBack = new();
    private readonly Lock _stopLock = new();
    private BackgroundJobServer? _server;
    private Task? _stopped;

    /// <summary>Whether the workers take runs.</summary>
    public bool IsRunning => _server is not null && _stopped is null;

    /// <summary>Cancelled when the runs of this process are to be handed back.</summary>
    public CancellationToken HandBack => _handBack.Token;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        LogProvider.SetCurrentLogProvider(_logs);
        _server = new BackgroundJobServer(
            new BackgroundJobServerOptions
            {
                Activator = new AspNetCoreJobActivator(scopes),
                FilterProvider = new JobFilterProviderCollection(),
                WorkerCount = options.Workers,
                // Hangfire's own token is only the last resort: HandBack comes before it.
                StopTimeout = options.DrainTime + HandBackTimeout,
                ShutdownTimeout = options.DrainTime + HandBackTimeout,
                ServerName = $"mlops-{Environment.MachineName}",
            },
            storage);
        logger.WorkersStarted(options.Workers, options.Database is null ? "memory" : "PostgreSQL");
        return Task.CompletedTask;
    }

    /// <summary>Takes no more runs and waits for those under way, for at most <paramref name="grace"/>; then asks that they be handed back.</summary>
    public async Task DrainAsync(TimeSpan grace, CancellationToken endGrace)
    {
        var stopped = StopTakingAsync();
        try
        {
            await stopped.WaitAsync(grace, time, endGrace);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            // The grace is over, which is what it is for.
        }

        await _handBack.CancelAsync();
    }

    /// <summary>Hands back every run and waits for that; so does whoever stops the host a second time.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var stopped = StopTakingAsync();
        await _handBack.CancelAsync();
        await stopped.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        _server?.Dispose();
        _handBack.Dispose();
    }

    /// <summary>The result ends with the last run.</summary>
    private Task StopTakingAsync()
    {
        lock (_stopLock)
        {
            if (_stopped is null)
            {
                _server?.SendStop();
                _stopped = _server?.WaitForShutdownAsync(CancellationToken.None) ?? Task.CompletedTask;
            }

            return _stopped;
        }
    }
}
