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
    JobStorage storage, IServiceScopeFactory scopes, JobsOptions options, ILoggerFactory loggers, ILogger<HangfireServer> logger) : IHostedService, IDisposable
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
                WorkerCount = options.Workers,
                ShutdownTimeout = ShutdownTimeout,
                ServerName = $"mlops-{Environment.MachineName}",
            },
            storage);
        logger.WorkersStarted(options.Workers, options.Database is null ? "memory" : "PostgreSQL");
        return Task.CompletedTask;
    }

    /// <summary>Signals every running job, whose run is then handed back, and waits for them; so does whoever stops the host a second time.</summary>
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
        await (_server?.WaitForShutdownAsync(cancellationToken) ?? Task.CompletedTask);
    }
}
