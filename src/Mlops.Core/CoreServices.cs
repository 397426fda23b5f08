using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Mlops.Core.Database;
using Mlops.Core.Pipelines;
using Mlops.Core.Projects;
using Mlops.Core.Runs;
using Mlops.Core.Runs.Approvals;
using Mlops.Core.Runs.Calls;
using Mlops.Core.Runs.Inputs;
using Mlops.Core.Runs.Outputs;
using Mlops.Core.Runs.Products;
using Mlops.Core.Runs.Retention;
using Mlops.Core.Secrets;
using Mlops.Core.Triggers;
using Mlops.Core.Triggers.Backfills;
using Mlops.Core.Triggers.Events;
using Mlops.Core.Triggers.Types;
using Mlops.Core.Variables;
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
        services.AddSingleton(provider => new BlockCreator(
            provider.GetRequiredService<ProjectCatalog>(), provider.GetRequiredService<ProjectFileEditor>(), options));
        services.AddSingleton(provider => new PipelineService(
            provider.GetRequiredService<ProjectCatalog>(), provider.GetRequiredService<ProjectFileEditor>()));
        services.AddSingleton(provider => new VariableService(
            provider.GetRequiredService<ProjectCatalog>(), provider.GetRequiredService<ProjectFileEditor>(), options));
        AddSecrets(services);
        AddRuns(services);
        AddOutputs(services);
        AddTriggers(services);
        AddBackfills(services);
        AddWorkers(services);
        services.AddHostedService<DatabaseStartup>();
        services.AddHostedService<OutputStorageStartup>();

        // Hosted services stop in the reverse order: a process is in the list of workers until it has let go of its runs.
        services.AddHostedService(provider => provider.GetRequiredService<WorkerHeartbeat>());
        services.AddHostedService<RunRecovery>();
        services.AddHostedService<RunChangeFeed>();
        services.AddHostedService<RunRetention>();
        if (options.Role == WorkerRole.Server)
        {
            services.AddHostedService<TriggerScheduler>();
            services.AddHostedService<BackfillScheduler>();
            services.AddHostedService<EventWatcher>();
        }

        return services;
    }

    /// <summary>The host adds the <see cref="SecretCipher"/>; without one nothing but setting and reading secrets fails.</summary>
    private static void AddSecrets(IServiceCollection services)
    {
        services.AddSingleton<SecretStore>();
        services.AddSingleton(provider => new KeyRingStore(provider.GetRequiredService<MetadataDatabase>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new SecretService(
            provider.GetRequiredService<ProjectCatalog>(), provider.GetRequiredService<SecretStore>(),
            new Lazy<SecretCipher>(provider.GetRequiredService<SecretCipher>), provider.GetRequiredService<TimeProvider>()));
    }

    /// <summary>Public services have internal constructors, since what they are made of is nobody else's business: hence the factories.</summary>
    private static void AddRuns(IServiceCollection services)
    {
        services.AddSingleton<RunEvents>();
        services.AddSingleton<PipelineRunStore>();
        services.AddSingleton<RunStepStore>();
        services.AddSingleton<RunClaims>();
        services.AddSingleton<RunLogStore>();
        services.AddSingleton<RunLeases>();
        services.AddSingleton<RunWaiter>();
        services.AddSingleton<RunSlas>();
        services.AddSingleton<ApprovalStore>();
        services.AddSingleton(provider => new ApprovalService(
            provider.GetRequiredService<ApprovalStore>(), provider.GetRequiredService<RunDispatcher>(), provider.GetRequiredService<RunLeases>(),
            provider.GetRequiredService<RunEvents>()));
        services.AddSingleton<BlockWorkFactory>();
        services.AddSingleton<PipelineRunStarter>();
        services.AddSingleton<ProductOutputs>();
        services.AddSingleton<RunBlockStarter>();
        services.AddSingleton(provider => new PipelineCaller(
            provider.GetRequiredService<PipelineRunStarter>(), provider.GetRequiredService<PipelineRunStore>(), Wake(provider)));
        services.AddSingleton(provider => new CodeCaller(
            provider.GetRequiredService<MetadataDatabase>(), provider.GetRequiredService<PipelineCaller>(), provider.GetRequiredService<PipelineRunStore>(),
            provider.GetRequiredService<RunWaiter>(), provider.GetRequiredService<RunDispatcher>, provider.GetRequiredService<PipelineRunExecutor>));
        services.AddSingleton<IRunBlock>(provider => provider.GetRequiredService<PipelineCaller>());
        services.AddSingleton(provider => new ProductService(
            provider.GetRequiredService<ProjectCatalog>(), provider.GetRequiredService<MetadataDatabase>(), provider.GetRequiredService<PipelineRunStarter>(),
            provider.GetRequiredService<RunEvents>(), Wake(provider), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IRunBlock>(provider => new ProductMaker(
            provider.GetRequiredService<MetadataDatabase>(), provider.GetRequiredService<PipelineRunStarter>(), provider.GetRequiredService<ProductOutputs>(),
            provider.GetRequiredService<RunEvents>(), Wake(provider), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new ForsakenRuns(
            provider.GetRequiredService<PipelineRunStore>(), provider.GetRequiredService<RunStepStore>(), provider.GetRequiredService<RunLeases>(),
            Wake(provider), provider.GetRequiredService<ILogger<ForsakenRuns>>()));
        services.AddSingleton(provider => new PipelineInputService(
            provider.GetRequiredService<ProjectCatalog>(), provider.GetRequiredService<VariableService>(), provider.GetRequiredService<IBlockHost>()));
        services.AddSingleton(provider => new BlockOutputStore(
            provider.GetRequiredService<PipelineRunStore>(), provider.GetRequiredService<IOutputStorage>()));
        services.AddSingleton(provider => new PipelineRunExecutor(
            provider.GetRequiredService<PipelineRunStore>(), provider.GetRequiredService<RunClaims>(), provider.GetRequiredService<RunStepStore>(),
            provider.GetRequiredService<RunLeases>(), provider.GetRequiredService<RunEvents>(),
            provider.GetRequiredService<IBlockHost>(), provider.GetRequiredService<BlockWorkFactory>(), provider.GetRequiredService<RunBlockStarter>(), provider.GetRequiredService<CodeCaller>(),
            provider.GetRequiredService<ForsakenRuns>(), provider.GetRequiredService<MlopsCoreOptions>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<PipelineRunExecutor>>()));
        services.AddSingleton(provider => new PipelineRunService(
            provider.GetRequiredService<PipelineRunStarter>(), provider.GetRequiredService<PipelineRunStore>(), provider.GetRequiredService<RunStepStore>(),
            provider.GetRequiredService<PipelineRunExecutor>(), provider.GetRequiredService<RunDispatcher>(), provider.GetRequiredService<RunLeases>(),
            provider.GetRequiredService<RunWaiter>()));
        services.AddSingleton(provider => new RunDispatcher(
            provider.GetRequiredService<PipelineRunExecutor>(), provider.GetRequiredService<RunClaims>(), provider.GetRequiredService<IRunQueue>(),
            provider.GetRequiredService<MlopsCoreOptions>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RunDispatcher>>()));
    }

    /// <summary>Found when it is needed: the dispatcher needs the executor, which needs those that wake runs.</summary>
    private static Action<long> Wake(IServiceProvider provider) => id => provider.GetRequiredService<RunDispatcher>().Wake(id);

    /// <summary>Outputs are kept in a folder unless the host registers another <see cref="IOutputStorage"/> after this.</summary>
    private static void AddOutputs(IServiceCollection services)
    {
        services.AddSingleton<IOutputStorage, FolderOutputStorage>();
        services.AddSingleton(provider => new HeldRuns(provider.GetRequiredService<RunLeases>()));
        services.AddSingleton<RetentionStore>();
        services.AddSingleton<OrphanedOutputs>();
    }

    private static void AddTriggers(IServiceCollection services)
    {
        services.AddSingleton<TriggerStore>();
        services.AddSingleton<TriggerClaims>();
        services.AddSingleton<TriggerSync>();
        services.AddSingleton<TriggerFile>();
        services.AddSingleton<TriggerEditor>();
        services.AddSingleton<TriggerFirer>();
        services.AddSingleton<SchedulerSurroundings>();
        services.AddSingleton<LandingTimes>();
        services.AddSingleton<TriggerTypes>();
        services.AddSingleton<ITriggerType, ScheduleTrigger>();
        services.AddSingleton<ITriggerType, ApiTrigger>();
        services.AddSingleton<ITriggerType, EventTrigger>();
        AddEvents(services);
        services.AddSingleton(provider => new TriggerService(
            provider.GetRequiredService<ProjectCatalog>(), provider.GetRequiredService<TriggerSync>(), provider.GetRequiredService<TriggerStore>(),
            provider.GetRequiredService<TriggerEditor>(), provider.GetRequiredService<TriggerTypes>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new TriggerCalendar(provider.GetRequiredService<TriggerTypes>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new TriggerCalls(
            provider.GetRequiredService<TriggerSync>(), provider.GetRequiredService<TriggerStore>(), provider.GetRequiredService<TriggerTypes>(),
            provider.GetRequiredService<PipelineRunService>(), provider.GetRequiredService<TimeProvider>()));
    }

    private static void AddBackfills(IServiceCollection services)
    {
        services.AddSingleton<BackfillStore>();
        services.AddSingleton<BackfillFiller>();
        services.AddSingleton<BackfillSurroundings>();
        services.AddSingleton(provider => new BackfillService(
            provider.GetRequiredService<ProjectCatalog>(), provider.GetRequiredService<BackfillStore>(), provider.GetRequiredService<PipelineRunStarter>(),
            provider.GetRequiredService<PipelineRunService>()));
        services.AddSingleton(provider => new BackfillRunner(
            provider.GetRequiredService<BackfillFiller>(), provider.GetRequiredService<BackfillService>(), provider.GetRequiredService<PipelineRunExecutor>(),
            provider.GetRequiredService<RunLeases>(), provider.GetRequiredService<TimeProvider>()));
    }

    /// <summary>Hosts register further sources beside these.</summary>
    private static void AddEvents(IServiceCollection services)
    {
        services.AddSingleton<EventSources>();
        services.AddSingleton<IEventSource, FileEventSource>();
        services.AddSingleton<IEventSource, PipelineEventSource>();
        services.AddSingleton<IEventSource, WebhookEventSource>();
        services.AddSingleton<EventStore>();
        services.AddSingleton<EventTaker>();
        services.AddSingleton<EventTaker.Surroundings>();
        services.AddSingleton<EventWatches>();
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
