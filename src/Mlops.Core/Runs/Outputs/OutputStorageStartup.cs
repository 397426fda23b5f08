using Microsoft.Extensions.Hosting;

namespace Mlops.Core.Runs.Outputs;

/// <summary>Tries the output store before any hosted service starts: a wrong bucket is said at the start and not by the first block that ends.</summary>
internal sealed class OutputStorageStartup(IOutputStorage storage) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => storage.CheckAsync(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
