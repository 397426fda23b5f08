using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Mlops.Core.Database;

namespace Mlops.Server.Hosting;

/// <summary>Starts the web application, says where it listens, and waits for its end.</summary>
internal static class ServerLife
{
    /// <exception cref="InvalidSettingsException">An address cannot be listened on.</exception>
    /// <exception cref="DatabaseException">The database cannot be used.</exception>
    public static async Task RunUntilStoppedAsync(this WebApplication app, MlopsServerOptions options)
    {
        await using var disposal = app;
        // Before the host makes its services: the queue in PostgreSQL would wait for that database in its own way.
        await app.Services.GetRequiredService<MetadataDatabase>().MigrateAsync(CancellationToken.None);
        try
        {
            await app.StartAsync();
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            throw new InvalidSettingsException([InUse(options)]);
        }
        catch (SocketException exception)
        {
            throw new InvalidSettingsException([$"Cannot listen on {options.Urls}: {exception.Message}. Choose another address by --urls http://localhost:6790."]);
        }

        foreach (var address in app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
        {
            await AnnounceAsync(app, BindingAddress.Parse(address));
        }

        await app.WaitForShutdownAsync();
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
