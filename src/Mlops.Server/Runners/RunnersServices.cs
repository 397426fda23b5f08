using Mlops.Core.Runs;

namespace Mlops.Server.Runners;

/// <summary>Registration of the child processes that run users' code.</summary>
internal static class RunnersServices
{
    /// <summary>To be added after the blocks, whose host in this process it takes the place of.</summary>
    public static IServiceCollection AddMlopsRunners(this IServiceCollection services, RunnerOptions options) => services
        .AddSingleton(options)
        .AddSingleton<RunnerPool>()
        .AddSingleton<IBlockHost, RunnerBlockHost>()
        .AddHostedService<RunnerSpares>();
}
