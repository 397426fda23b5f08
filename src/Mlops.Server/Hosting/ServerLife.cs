using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Mlops.Core.Database;

namespace Mlops.Server.Hosting;

/// <summary>Starts a server or worker, says that it is ready, and waits for its end.</summary>
internal static class ServerLife
{
    /// <summary>For what comes after the runs had their time to end: they are handed back within 15 s, connections are closed.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Adds how the process ends: first its runs, then the host.</summary>
    public static IServiceCollection AddMlopsLife(this IServiceCollection services) => services
        .Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout)
        .AddSingleton<IHostLifetime, DrainingLifetime>();

    /// <exception cref="InvalidSettingsException">An address cannot be listened on.</exception>
    /// <exception cref="DatabaseException">The database cannot be used.</exception>
    public static async Task ServeUntilStoppedAsync(this WebApplication app, MlopsServerOptions options)
    {
        await using var disposal = app;
        if (!await StartAsync(app, options))
        {
            return;
        }

        foreach (var address in Addresses(app))
        {
            await AnnounceAsync(app, BindingAddress.Parse(address));
        }

        await app.WaitForShutdownAsync();
    }

    /// <inheritdoc cref="ServeUntilStoppedAsync"/>
    public static async Task WorkUntilStoppedAsync(this IHost host, MlopsServerOptions options)
    {
        await using var disposal = (IAsyncDisposable)host;
        if (!await StartAsync(host, options))
        {
            return;
        }

        var runners = options.Runners == 1 ? "1 runner" : $"{options.Runners} runners";
        var health = string.Concat(Addresses(host).Select(address => $", {address}/health"));
        await Console.Out.WriteLineAsync($"Mlops worker is ready: {runners}, {host.Services.GetRequiredService<MetadataDatabase>().DisplayName}{health}");
        await host.WaitForShutdownAsync();
    }

    /// <summary>Where it listens; nothing of a host that does not.</summary>
    private static ICollection<string> Addresses(IHost host) =>
        host.Services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];

    /// <returns>False where it was asked to stop meanwhile, and has stopped.</returns>
    private static async Task<bool> StartAsync(IHost host, MlopsServerOptions options)
    {
        // Before the host makes its services: the queue in PostgreSQL would wait for that database in its own way.
        await host.Services.GetRequiredService<MetadataDatabase>().MigrateAsync(CancellationToken.None);
        try
        {
            await host.StartAsync();
            return true;
        }
        catch (OperationCanceledException) when (host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested)
        {
            // What had started by then may have taken runs, and gives them back.
            await host.StopAsync();
            return false;
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            throw new InvalidSettingsException([InUse(options)]);
        }
        catch (SocketException exception)
        {
            throw new InvalidSettingsException([$"Cannot listen on {options.Urls}: {exception.Message}. Choose another address by --urls http://localhost:6790."]);
        }
    }

    private static string InUse(MlopsServerOptions options)
    {
        var addresses = options.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(BindingAddress.Parse).ToList();
        var ports = string.Join(", ", addresses.Select(address => address.Port).Distinct());
        return $"Port {ports} is in use by another program (perhaps Mlops runs already). Stop it, or choose another: --urls http://localhost:{addresses[0].Port + 1}";
    }

    private static async Task AnnounceAsync(WebApplication app, BindingAddress address)
    {
        var isEverywhere = address.Host is "[::]" or "0.0.0.0" or "*" or "+";
        if (isEverywhere || (IPAddress.TryParse(address.Host, out var ip) && !IPAddress.IsLoopback(ip)))
        {
            app.Logger.ListensBeyondThisMachine(address.ToString());
        }

        // An address of all interfaces is shown by a name that a browser on this machine can open.
        await Console.Out.WriteLineAsync($"Mlops is ready: {address.Scheme}://{(isEverywhere ? "localhost" : address.Host)}:{address.Port}");
    }
}
