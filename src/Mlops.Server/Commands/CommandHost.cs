using Mlops.Core;
using Mlops.Core.Runs;
using Mlops.Server.Hosting;
using Mlops.Server.Logging;

namespace Mlops.Server.Commands;

/// <summary>Core and blocks without a web server, for a command.</summary>
internal static class CommandHost
{
    /// <exception cref="InvalidSettingsException">The settings are wrong.</exception>
    public static async Task<IHost> StartAsync(string[] configurationArguments, CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = configurationArguments, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddMlopsEnvironment();
        var options = ServerOptionsReader.Read(builder.Configuration);
        builder.AddMlopsCommandLogging(options.DataPath);
        builder.Services
            .AddSingleton(TimeProvider.System)
            .AddMlopsCore(options.ToCoreOptions())
            .AddSingleton<IRunQueue, InlineRunQueue>();
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return host;
    }
}
