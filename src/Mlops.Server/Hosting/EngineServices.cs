using Mlops.Blocks;
using Mlops.Core;
using Mlops.Server.Events;
using Mlops.Server.Jobs;
using Mlops.Server.Outputs;
using Mlops.Server.Runners;
using Mlops.Server.Secrets;

namespace Mlops.Server.Hosting;

/// <summary>What a server and a worker have in common.</summary>
internal static class EngineServices
{
    /// <summary>Adds all that takes runs, executes them, and lets them end before the process does.</summary>
    public static IServiceCollection AddMlopsEngine(this IServiceCollection services, MlopsServerOptions options) => services
        .AddSingleton(options)
        .AddSingleton(TimeProvider.System)
        .AddMlopsCore(options.ToCoreOptions())
        .AddMlopsSecrets(options.ToKeyRingOptions())
        .AddMlopsOutputs(options.ToOutputsOptions())
        .AddMlopsEvents(options.WatchedPlaces)
        .AddMlopsBlocks(options.ToBlocksOptions())
        .AddMlopsRunners(options.ToRunnerOptions())
        .AddMlopsJobs(options.ToJobsOptions())
        .AddMlopsLife();
}
