using System.Text.Json;
using Mlops.Server.Tests.Fixtures;
using Mlops.Testing;
using Npgsql;

namespace Mlops.Server.Tests.Events;

/// <summary>Two whole servers on one PostgreSQL, which hold the same triggers.</summary>
public sealed class TwoServersTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_row_is_in_one_event_and_every_run_that_is_over_starts_one_other()
    {
        await using var database = await PostgresDatabase.CreateAsync(Cancellation);
        await ExecuteAsync(database, "create table orders (id bigint primary key)");
        var settings = new Dictionary<string, string> { ["Mlops:Database"] = database.ConnectionString };
        await using var first = new ServerUnderTest(Write(database), settings);
        await using var second = new ServerUnderTest(Write(database), settings);
        first.StartServer();
        second.StartServer();
        await UntilAsync(async () => await CountAsync(database, "select count(*) from trigger where event_begun_at = event_since") == 2);

        for (var i = 0; i < 100; i += 4)
        {
            await ExecuteAsync(database, $"insert into orders select generate_series({i}, {i + 3}); notify new_orders");
        }

        await UntilAsync(async () => await CountAsync(database, "select coalesce(sum(cast(variables::json -> 'event' ->> 'count' as bigint)), 0) from pipeline_run where trigger_name = 'rows'") >= 100);
        await UntilAsync(async () => await CountAsync(
            database,
            "select count(*) - (select count(*) from pipeline_run where trigger_name = 'next') from pipeline_run where trigger_name = 'rows'") == 0);

        // Each run goes on where the one before it ended, and every run of the one pipeline has one of the other.
        Assert.Equal(100, await CountAsync(database, "select sum(cast(variables::json -> 'event' ->> 'count' as bigint)) from pipeline_run where trigger_name = 'rows'"));
        Assert.Equal(0, await CountAsync(database,
            """
            select count(*) from pipeline_run as run where trigger_name = 'rows' and run.variables::json -> 'event' ->> 'from' is not null and not exists (
                select 1 from pipeline_run as before where before.trigger_name = 'rows' and before.variables::json -> 'event' ->> 'to' = run.variables::json -> 'event' ->> 'from')
            """));
        Assert.Equal(0, await CountAsync(database,
            """
            select count(*) from (
                select variables::json -> 'event' ->> 'pipeline_run_id' as upstream from pipeline_run where trigger_name = 'next' group by 1 having count(*) > 1) as twice
            """));
    }

    private static TestProjects Write(PostgresDatabase database)
    {
        var given = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        var profile = JsonSerializer.Serialize(new { POSTGRES_HOST = given.Host, POSTGRES_PORT = given.Port, POSTGRES_DBNAME = given.Database, POSTGRES_USER = given.Username, POSTGRES_PASSWORD = given.Password });
        return new TestProjects("demo")
            .File("demo", "io_config.yaml", $"shop: {profile}\n")
            .File("demo", "custom/nothing.cs", "public static class Nothing\n{\n    [Custom]\n    public static int Run() => 1;\n}\n")
            .Pipeline("demo", "load", ("custom", "nothing", []))
            .Pipeline("demo", "report", ("custom", "nothing", []))
            .File("demo", "pipelines/load/triggers.yaml",
                "triggers:\n- {name: rows, schedule_type: event, status: active, event: {type: query, connection: shop, table: orders, column: id, channel: new_orders, interval: 1}}\n")
            .File("demo", "pipelines/report/triggers.yaml",
                "triggers:\n- {name: next, schedule_type: event, status: active, event: {type: pipeline, pipeline: load, statuses: [completed, failed]}}\n");
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await condition())
        {
            await timer.WaitForNextTickAsync(Cancellation);
        }
    }

    private static async Task<long> CountAsync(PostgresDatabase database, string sql)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(Cancellation), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task ExecuteAsync(PostgresDatabase database, string sql)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
