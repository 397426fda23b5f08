using Hangfire.InMemory;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Mlops.Benchmarks.Engine;
using Mlops.Testing;

namespace Mlops.Benchmarks.Baselines;

/// <summary>What the figures of the engine are to be compared with.</summary>
internal static class AllBaselines
{
    public static async Task MeasureAsync(BenchmarkOptions options, TempFolder folder, DurablePostgres postgres)
    {
        if (options.Wants("baseline_process_start"))
        {
            await ProcessStart.MeasureAsync();
        }

        if (options.Wants("baseline_rpc"))
        {
            await RunnerRoundTrip.MeasureAsync(folder);
        }

        if (options.Wants("baseline_transaction"))
        {
            SqliteTransaction.Measure(folder);
            await PostgresTransaction.MeasureAsync(await postgres.CreateDatabaseAsync());
        }

        if (options.Wants("baseline_hangfire"))
        {
            await HangfireJobs.MeasureAsync(new InMemoryStorage(), "memory", count: 200);
            var settings = new PostgreSqlStorageOptions { EnableLongPolling = true };
            var connections = new NpgsqlConnectionFactory(await postgres.CreateDatabaseAsync(), settings);
            await HangfireJobs.MeasureAsync(new PostgreSqlStorage(connections, settings), "postgres", count: 40);
        }
    }
}
