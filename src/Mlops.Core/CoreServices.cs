using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Mlops.Core.Database;
using Mlops.Core.Pipelines;
using Mlops.Core.Projects;
using Mlops.Core.Runs;
using Mlops.Core.Triggers;
using Mlops.Core.Workers;

namespace Mlops.Core;

/// <summary>Registration of Core.</summary>
public static class CoreServices
{
    /// <summary>
    /// Adds catalog, stores, services, executor and their options. The host adds an <c>IBlockHost</c> and an <c>IRunQueue</c>. Where a host is started,
    /// the database is brought up to date before any hosted service starts; without one, call <see cref="MetadataDatabase.MigrateAsync"/> first.
    /// </summary>
    public static IServiceCollection AddMlopsCore(this IServiceCollection services, MlopsCoreOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<MetadataDatabase>();
        services.AddSingleton<ProjectCatalog>();
        services.AddSingleton<ProjectPaths>();
        services.AddSingleton<ProjectFileEditor>();
        services.AddSingleton(provider => new PipelineService(
            provider.GetRequiredService<ProjectCatalog>(), provider.GetRequiredService<ProjectFileEditor>()));
        AddRuns(services);
        AddTriggers(services);
        AddWorkers(services);
        services.AddHostedService<DatabaseStartup>();

        // Hosted services stop in the reverse order: a process is in the list of workers until it has let go of its runs.
        services.AddHostedService(provider => provider.GetRequiredService<WorkerHeartbeat>());
        services.AddHostedService<RunRecovery>();
        if (options.Role == WorkerRole.Server)
        {
            services.AddHostedService<TriggerScheduler>();
        }

        return services;
    }

    /// <summary>Public services have internal constructors, since what they are made of is nobody else's business: hence the factories.</summary>
    private static void AddRuns(IServiceCollection services)
    {
        services.AddSingleton<RunEvents>();
        services.AddSingleton<PipelineRunStore>();
        services.AddSingleton<RunStepStore>();
        services.AddSingleton<RunLogStore>();
        services.AddSingleton<RunLeases>();
        services.AddSingleton<RunWaiter>();
        services.AddSingleton<BlockWorkFactory>();
        services.AddSingleton<PipelineRunStarter>();
        services.AddSingleton(provider => new BlockOutputStore(
            provider.GetRequiredService<PipelineRunStore>(), provider.GetRequiredService<MlopsCoreOptions>()));
        services.AddSingleton(provider => new PipelineRunExecutor(
            provider.GetRequiredService<RunStepStore>(), provider.GetRequiredService<RunLeases>(), provider.GetRequiredService<IBlockHost>(),
            provider.GetRequiredService<BlockWorkFactory>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<PipelineRunExecutor>>()));
        services.AddSingleton(provider => new PipelineRunService(
            provider.GetRequiredService<PipelineRunStarter>(), provider.GetRequiredService<PipelineRunStore>(), provider.GetRequiredService<RunStepStore>(),
            provider.GetRequiredService<IRunQueue>(), provider.GetRequiredService<RunLeases>(), provider.GetRequiredService<RunWaiter>()));
    }

    private static void AddTriggers(IServiceCollection services)
    {
        services.AddSingleton<TriggerStore>();
        services.AddSingleton<TriggerSync>();
        services.AddSingleton(provider => new TriggerService(
            provider.GetRequiredService<ProjectCatalog>(), provider.GetRequiredService<TriggerSync>(), provider.GetRequiredService<TriggerStore>(),
            provider.GetRequiredService<ProjectFileEditor>()));
    }

    private static void AddWorkers(IServiceCollection services)
    {
        services.AddSingleton<WorkerStore>();
        services.AddSingleton(provider => new WorkerService(provider.GetRequiredService<WorkerStore>()));
        services.AddSingleton(provider => new WorkerHeartbeat(
            provider.GetRequiredService<WorkerStore>(), provider.GetRequiredService<WorkerService>(), provider.GetRequiredService<RunLeases>(),
            provider.GetRequiredService<MlopsCoreOptions>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<WorkerHeartbeat>>()));
    }
}
