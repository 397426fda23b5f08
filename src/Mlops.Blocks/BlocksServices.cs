using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Mlops.Blocks.Connectors;
using Mlops.Blocks.Connectors.DuckDb;
using Mlops.Blocks.Connectors.Postgres;
using Mlops.Blocks.Connectors.Queries;
using Mlops.Blocks.CSharp;
using Mlops.Blocks.CSharp.Types;
using Mlops.Blocks.Sql;
using Mlops.Core.Runs;
using Mlops.Core.Triggers.Events;

namespace Mlops.Blocks;

/// <summary>Registration of everything that runs blocks. A new language or connector is a line here.</summary>
public static class BlocksServices
{
    /// <summary>Adds an <see cref="IBlockHost"/> that runs blocks in this process, and <see cref="CSharpWarmUp"/> for the host to call.</summary>
    public static IServiceCollection AddMlopsBlocks(this IServiceCollection services, MlopsBlocksOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);

        services.AddSingleton<IBlockRunner, CSharpBlockRunner>();
        services.AddSingleton<IBlockRunner, SqlBlockRunner>();
        services.AddSingleton<IConnector, PostgresConnector>();
        services.AddSingleton<IConnector, DuckDbConnector>();

        services.AddSingleton<CSharpReferences>();
        services.AddSingleton<CSharpCompiler>();
        services.AddSingleton(provider => new AssemblyCache(
            Path.Combine(options.DataPath, "cache", "csharp"), provider.GetRequiredService<ILogger<AssemblyCache>>()));
        services.AddSingleton(provider => new LoadedBlocks(provider.GetRequiredService<CSharpCompiler>(), provider.GetRequiredService<AssemblyCache>()));
        services.AddSingleton(provider => new Lazy<LoadedBlocks>(provider.GetRequiredService<LoadedBlocks>));
        services.AddSingleton(provider => new BlockTypeCheck(provider.GetRequiredService<Lazy<LoadedBlocks>>()));
        services.AddSingleton<ConnectionProfiles>();
        services.AddSingleton<IEventSource, QueryEventSource>();
        services.AddSingleton(provider => new BlockRunners(provider.GetServices<IBlockRunner>()));
        services.AddSingleton<InProcessBlockHost>();
        services.AddSingleton<IBlockHost>(provider => provider.GetRequiredService<InProcessBlockHost>());
        services.AddSingleton(provider => new CSharpWarmUp(
            provider.GetRequiredService<InProcessBlockHost>(), provider.GetRequiredService<CSharpCompiler>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
