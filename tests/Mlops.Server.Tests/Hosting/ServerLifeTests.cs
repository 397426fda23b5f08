using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Mlops.Core.Database;
using Mlops.Server.Hosting;
using Mlops.Testing;

namespace Mlops.Server.Tests.Hosting;

public sealed class ServerLifeTests
{
    [Fact]
    public async Task A_server_that_is_asked_to_stop_while_it_starts_stops_what_had_started_and_ends_well()
    {
        using var folder = new TempFolder();
        var options = new MlopsServerOptions
        {
            ProjectsPath = folder.Path,
            DataPath = folder.Path,
            Urls = "http://127.0.0.1:0",
            Runners = 1,
            RunnerMemoryBytes = 1L << 30,
        };
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(options.Urls);
        builder.Services
            .AddSingleton(_ => new MetadataDatabase(options.ToCoreOptions(), TimeProvider.System, NullLogger<MetadataDatabase>.Instance))
            .AddSingleton<AskedToStop>()
            .AddHostedService(services => services.GetRequiredService<AskedToStop>());
        var app = builder.Build();
        var service = app.Services.GetRequiredService<AskedToStop>();

        await app.ServeUntilStoppedAsync(options);

        Assert.True(service.HasStopped);
    }

    /// <summary>Starts before the web server does; the signal comes just then.</summary>
    private sealed class AskedToStop(IHostApplicationLifetime application) : IHostedService
    {
        public bool HasStopped { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken)
        {
            application.StopApplication();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            HasStopped = true;
            return Task.CompletedTask;
        }
    }
}
