using Mlops.Blocks;
using Mlops.Core;
using Mlops.Core.Database;
using Mlops.Core.Runs;
using Mlops.Core.Runs.Outputs;
using Mlops.Server.Hosting;
using Mlops.Server.Logging;
using Mlops.Server.Outputs;
using Mlops.Server.Secrets;

namespace Mlops.Server.Commands;

/// <summary>
/// Core and blocks for a command: no web server, and no hosted services, since triggers and the runs of others are the server's business.
/// </summary>
internal sealed class CommandHost : IAsyncDisposable
{
    private readonly IHost _host;

    private CommandHost(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    /// <exception cref="InvalidSettingsException">The settings are wrong.</exception>
    /// <exception cref="DatabaseException">The database cannot be used.</exception>
    /// <exception cref="OutputStorageException">The output store cannot be used.</exception>
    public static async Task<CommandHost> OpenAsync(string[] configurationArguments)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = configurationArguments, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddMlopsEnvironment();
        var options = ServerOptionsReader.Read(builder.Configuration);
        builder.AddMlopsCommandLogging(options.DataPath);
        builder.Services
            .AddSingleton(TimeProvider.System)
            .AddMlopsCore(options.ToCoreOptions())
            .AddMlopsSecrets(options.ToKeyRingOptions())
            .AddMlopsOutputs(options.ToOutputsOptions())
            .AddMlopsBlocks(options.ToBlocksOptions())
            .AddSingleton<IRunQueue, InlineRunQueue>();
        var host = new CommandHost(builder.Build());
        await host.Services.GetRequiredService<MetadataDatabase>().MigrateAsync(CancellationToken.None);
        await host.Services.GetRequiredService<IOutputStorage>().CheckAsync(CancellationToken.None);
        return host;
    }

    public ValueTask DisposeAsync() => ((IAsyncDisposable)_host).DisposeAsync();
}
