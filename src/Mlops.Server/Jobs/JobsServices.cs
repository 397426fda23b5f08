using Hangfire;
using Hangfire.Common;
using Hangfire.InMemory;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Mlops.Core.Runs;

namespace Mlops.Server.Jobs;

/// <summary>How runs are woken up.</summary>
/// <param name="Database">PostgreSQL connection string, whose queue all servers share; null for a queue in this process.</param>
/// <param name="Workers">Pipeline runs at a time in this process: the number of its runners.</param>
/// <param name="DrainTime">How long runs may go on when the process is asked to stop.</param>
internal sealed record JobsOptions(string? Database, int Workers, TimeSpan DrainTime);

/// <summary>Registration of the job queue.</summary>
internal static class JobsServices
{
    public static IServiceCollection AddMlopsJobs(this IServiceCollection services, JobsOptions options) => services
        .AddSingleton(options)
        .AddSingleton(_ => CreateStorage(options.Database))
        .AddSingleton<IBackgroundJobClient>(provider => new BackgroundJobClient(provider.GetRequiredService<JobStorage>(), new JobFilterProviderCollection()))
        .AddSingleton<HangfireServer>()
        .AddHostedService(provider => provider.GetRequiredService<HangfireServer>())
        .AddSingleton<RunStillWaits>(provider => async (id, cancellationToken) =>
            // Asked for late, since the service itself wakes runs by this queue.
            (await provider.GetRequiredService<PipelineRunService>().FindStatusAsync(id, cancellationToken)) == RunStatus.Initial)
        .AddSingleton<HangfireRunQueue>()
        .AddSingleton<IRunQueue>(provider => provider.GetRequiredService<HangfireRunQueue>())
        .AddHostedService(provider => provider.GetRequiredService<HangfireRunQueue>())
        .AddTransient<PipelineRunJob>()
        .AddSingleton<RunDrain>();

    private static JobStorage CreateStorage(string? database)
    {
        if (database is null)
        {
            return new InMemoryStorage(new InMemoryStorageOptions { MaxExpirationTime = TimeSpan.FromMinutes(10) });
        }

        var options = new PostgreSqlStorageOptions
        {
            SchemaName = "hangfire",
            PrepareSchemaIfNecessary = true,
            // Runs that wait are told of with the commit that makes them wait, on the one connection of this process that listens: Hangfire's own
            // listener would be a second one. Its jobs are the wake-up that a process finds which did not listen at that moment.
            EnableLongPolling = false,
            QueuePollInterval = TimeSpan.FromSeconds(5),
            UseSlidingInvisibilityTimeout = true,
        };
        return new PostgreSqlStorage(new NpgsqlConnectionFactory(database, options), options);
    }
}
