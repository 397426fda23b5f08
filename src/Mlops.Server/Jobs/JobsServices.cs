using Hangfire;
using Hangfire.Common;
using Hangfire.InMemory;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Mlops.Core.Runs;

namespace Mlops.Server.Jobs;

/// <summary>How runs are woken up.</summary>
/// <param name="Database">PostgreSQL connection string, whose queue all servers share; null for a queue in this process.</param>
/// <param name="Workers">Pipeline runs at a time in this process.</param>
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
        .AddSingleton<HangfireRunQueue>()
        .AddSingleton<IRunQueue>(provider => provider.GetRequiredService<HangfireRunQueue>())
        .AddHostedService(provider => provider.GetRequiredService<HangfireRunQueue>())
        .AddTransient(provider => new PipelineRunJob(provider.GetRequiredService<PipelineRunExecutor>(), provider.GetRequiredService<HangfireServer>()))
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
            EnableLongPolling = true,
            // A run may take hours: as long as its worker lives, nobody else is to be woken for it.
            UseSlidingInvisibilityTimeout = true,
        };
        return new PostgreSqlStorage(new NpgsqlConnectionFactory(database, options), options);
    }
}
