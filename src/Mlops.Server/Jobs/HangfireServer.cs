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
    JobStorage storage, RunDispatcher dispatcher, IServiceScopeFactory scopes, JobsOptions options, TimeProvider time, ILoggerFactory loggers,
    ILogger<HangfireServer> logger)
    : IHostedService, IDisposable
{
    private readonly AspNetCoreLogProvider _logs = new(loggers);
    private BackgroundJobServer? _server;
    private bool _isStopped;

    /// <summary>Whether runs are taken.</summary>
    public bool IsRunning => _server is not null && !_isStopped;

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
                ServerName = $"mlops-{Environment.MachineName}",
            },
            storage);
        dispatcher.Open();
        logger.WorkersStarted(options.Workers, options.Database is null ? "memory" : "PostgreSQL");
        return Task.CompletedTask;
    }

    /// <summary>Takes no more runs and waits for those under way, for at most <paramref name="grace"/>; then hands them back.</summary>
    public async Task DrainAsync(TimeSpan grace, CancellationToken endGrace)
    {
        _isStopped = true;
        _server?.SendStop();
        await dispatcher.StopAsync(grace, time, endGrace);
    }

    /// <summary>Hands back every run and waits for that; so does whoever stops the host a second time.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await DrainAsync(TimeSpan.Zero, cancellationToken);
        await (_server?.WaitForShutdownAsync(cancellationToken) ?? Task.CompletedTask);
    }

    public void Dispose() => _server?.Dispose();
}
