using System.Runtime.InteropServices;
using Mlops.Server.Jobs;

namespace Mlops.Server.Hosting;

/// <summary>
/// Ends the process on SIGTERM, SIGINT (Ctrl+C) or SIGQUIT. Runs come before the host: pages and REST are served while runs under way get their time
/// to end, since the host closes every connection as soon as it begins to stop. A second signal ends that time.
/// </summary>
internal sealed class DrainingLifetime(RunDrain drain, IHostApplicationLifetime application, MlopsServerOptions options, ILogger<DrainingLifetime> logger)
    : IHostLifetime, IDisposable
{
    private static readonly PosixSignal[] Signals = [PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT];

    private readonly CancellationTokenSource _endGrace = new();
    private IReadOnlyList<PosixSignalRegistration> _registrations = [];
    private bool _isDraining;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _registrations = [.. Signals.Select(signal => PosixSignalRegistration.Create(signal, Stop))];
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _endGrace.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        if (!Interlocked.Exchange(ref _isDraining, true))
        {
            logger.Draining(options.DrainTime);
            _ = DrainAsync();
        }
        else
        {
            logger.DrainEnded();
            _endGrace.Cancel();
        }
    }

    private async Task DrainAsync()
    {
        try
        {
            await drain.DrainAsync(options.DrainTime, _endGrace.Token);
        }
        finally
        {
            application.StopApplication();
        }
    }
}
