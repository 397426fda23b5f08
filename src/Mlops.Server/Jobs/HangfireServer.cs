using Hangfire;
using Hangfire.AspNetCore;
using Hangfire.Common;
using Hangfire.Logging;
using Mlops.Core.Runs;

namespace Mlops.Server.Jobs;

/// <summary>
/// The workers. Hangfire's own registration keeps storage, activator and filters in process-wide statics; made by hand, several servers can live
/// in one process and no retry filter applies (recovery owns retries).
/// </summary>
internal sealed class HangfireServer(
    JobStorage storage, RunDispatcher dispatcher, IServiceScopeFactory scopes, JobsOptions options, TimeProvider time, ILoggerFactory loggers, ILogger<HangfireServer> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(15);
    private readonly AspNetCoreLogProvider _logs = new(loggers);
    private readonly Lock _stopLock = new();
    private BackgroundJobServer? _server;
    private Task? _stopped;

    /// <summary>Whether the workers take runs.</summary>
    public bool IsRunning => _server is not null && _stopped is null;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        LogProvider.SetCurrentLogProvider(_logs);
        _server = new BackgroundJobServer(
            new BackgroundJobServerOptions
            {
                Activator = new AspNetCoreJobActivator(scopes),
                FilterProvider = new JobFilterProviderCollection(),
                // Jobs only offer runs to slots: none takes longer than that.
                WorkerCount = 1,
                ShutdownTimeout = ShutdownTimeout,
                ServerName = $"mlops-{Environment.MachineName}",
            },
            storage);
        dispatcher.Open();
        logger.WorkersStarted(options.Workers, options.Database is null ? "memory" : "PostgreSQL");
        return Task.CompletedTask;
    }

    /// <summary>Takes no more runs, lets those that run end for a while, and hands the others back.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_stopLock)
        {
            return _stopped ??= StopServerAsync(cancellationToken);
        }
    }

    public void Dispose() => _server?.Dispose();

    private async Task StopServerAsync(CancellationToken cancellationToken)
    {
        _server?.SendStop();
        await dispatcher.StopAsync(TimeSpan.Zero, time, cancellationToken);
        await (_server?.WaitForShutdownAsync(cancellationToken) ?? Task.CompletedTask);
    }
}
