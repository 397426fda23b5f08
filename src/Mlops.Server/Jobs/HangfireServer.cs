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
    private BackgroundJobServer? _server;

    /// <summary>Whether the workers take runs.</summary>
    public bool IsRunning => _server is not null;

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

    /// <summary>Signals every running job, whose run is then handed back, and waits for them.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _server, null) is { } server)
        {
            server.SendStop();
            await server.WaitForShutdownAsync(cancellationToken);
            server.Dispose();
        }
    }

    public void Dispose() => Interlocked.Exchange(ref _server, null)?.Dispose();
}
