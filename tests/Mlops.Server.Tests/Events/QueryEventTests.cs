using Microsoft.Extensions.DependencyInjection;
using Mlops.Blocks;
using Mlops.Core.Projects;
using Mlops.Core.Secrets;
using Mlops.Core.Triggers.Events;
using Mlops.Testing;
using Npgsql;

namespace Mlops.Server.Tests.Events;

/// <summary>Rows that come to a table of a real PostgreSQL.</summary>
public sealed class QueryEventTests : IAsyncLifetime
{
    private const string Orders = """{"type": "query", "connection": "shop", "table": "orders", "column": "id", "channel": "new_orders", "interval": 60}""";

    private readonly TempFolder _folder = new();
    private PostgresDatabase _database = null!;
    private ServiceProvider _services = null!;
    private int _wakeCount;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await PostgresDatabase.CreateAsync();
        await ExecuteAsync("create table orders (id bigint, paid_at timestamptz, name text)");
        var given = new NpgsqlConnectionStringBuilder(_database.ConnectionString);
        _folder.Write("io_config.yaml",
            $$$"""
            shop:
              POSTGRES_HOST: {{{given.Host}}}
              POSTGRES_PORT: {{{given.Port}}}
              POSTGRES_DBNAME: {{{given.Database}}}
              POSTGRES_USER: {{{given.Username}}}
              POSTGRES_PASSWORD: "{{ secret('shop_password') }}"
            server: {POSTGRES_HOST: "{{ env_var('PATH') }}", POSTGRES_DBNAME: a, POSTGRES_USER: b}
            nowhere: {POSTGRES_HOST: 127.0.0.1, POSTGRES_PORT: 1, POSTGRES_DBNAME: a, POSTGRES_USER: b}
            duck: {DUCKDB_DATABASE: data/x.duckdb}
            """);
        _services = new ServiceCollection().AddLogging()
            .AddMlopsBlocks(new MlopsBlocksOptions { DataPath = _folder.Path, AllowsVariable = (_, _) => false })
            .BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Rows_beyond_the_greatest_value_that_was_seen_are_one_event()
    {
        await ExecuteAsync("insert into orders values (1), (41)");
        using var watch = Watch(Orders);
        var beginning = await watch.LookAsync(new EventStand(true, null), Cancellation);
        Assert.Equal(("41", 0), (beginning.Position, beginning.Events.Count));
        Assert.Empty((await watch.LookAsync(new EventStand(false, "41"), Cancellation)).Events);

        await ExecuteAsync("insert into orders values (42), (7), (100)");
        var found = Assert.Single((await watch.LookAsync(new EventStand(false, "41"), Cancellation)).Events);

        Assert.Equal("100", found.Position);
        Assert.Equal("""{"type":"query","connection":"shop","column":"id","from":"41","to":"100","count":2}""", System.Text.Json.JsonSerializer.Serialize(found.Describe()));
    }

    [Fact]
    public async Task A_table_that_was_empty_begins_with_its_first_row()
    {
        using var watch = Watch(Orders);
        Assert.Null((await watch.LookAsync(new EventStand(true, null), Cancellation)).Position);
        Assert.Empty((await watch.LookAsync(new EventStand(false, null), Cancellation)).Events);

        await ExecuteAsync("insert into orders values (1), (2)");

        Assert.Equal("2", Assert.Single((await watch.LookAsync(new EventStand(false, null), Cancellation)).Events).Position);
    }

    [Theory]
    [InlineData("select paid_at from orders where name = 'a';", "paid_at", "2026-05-06 10:00:00.123456+00")]
    [InlineData("select name as \"The name\" from orders", "The name", "b")]
    public async Task A_query_and_a_column_of_any_type_that_has_an_order_will_do(string query, string column, string greatest)
    {
        await ExecuteAsync("insert into orders values (1, '2026-05-06 12:00:00.123456+02', 'a'), (2, '2026-05-06 13:00+02', 'b')");
        using var watch = Watch(System.Text.Json.JsonSerializer.Serialize(new { type = "query", connection = "shop", query, column }));

        var found = Assert.Single((await watch.LookAsync(new EventStand(false, null), Cancellation)).Events);

        Assert.Equal(greatest, found.Position);
        Assert.Empty((await watch.LookAsync(new EventStand(false, greatest), Cancellation)).Events);
    }

    [Fact]
    public async Task A_row_that_is_told_of_wakes_the_watch_also_after_the_connection_broke()
    {
        using var watch = Watch(Orders);
        await watch.LookAsync(new EventStand(true, null), Cancellation);
        await ExecuteAsync("notify new_orders");
        await WokenAsync(1);

        await ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %' and datname = current_database()");
        await WokenAsync(2);
        await watch.LookAsync(new EventStand(false, null), Cancellation);
        await ExecuteAsync("notify new_orders");
        await WokenAsync(3);
    }

    [Theory]
    [InlineData("""{"type": "query", "connection": "other", "table": "orders", "column": "id"}""", "There is no connection profile 'other' in io_config.yaml.")]
    [InlineData("""{"type": "query", "connection": "duck", "table": "orders", "column": "id"}""", "The connection 'duck' is none of PostgreSQL")]
    [InlineData("""{"type": "query", "connection": "nowhere", "table": "orders", "column": "id"}""", "could not be asked for rows")]
    [InlineData("""{"type": "query", "connection": "server", "table": "orders", "column": "id"}""", "needs the environment variable PATH, which is not set, or not granted to this project by MLOPS_RUNNER_ENV")]
    [InlineData("""{"type": "query", "connection": "shop", "table": "order", "column": "id"}""", "relation \"order\" does not exist")]
    [InlineData("""{"type": "query", "connection": "shop", "table": "orders", "column": "number"}""", "column \"number\" does not exist")]
    [InlineData("""{"type": "query", "connection": "shop", "query": "select 1 as id) as a; delete from orders; select (2", "column": "id"}""", "missing FROM-clause entry for table \"rows\"")]
    [InlineData("""{"type": "query", "connection": "shop", "query": "with gone as (delete from orders returning id) select id from gone", "column": "id"}""", "WITH clause containing a data-modifying statement")]
    [InlineData("""{"type": "query", "connection": "shop", "query": "select id from orders where nextval('numbers') > 0", "column": "id"}""", "cannot execute nextval() in a read-only transaction")]
    public async Task What_is_wrong_is_said(string settings, string problem)
    {
        await ExecuteAsync("insert into orders values (1); create sequence numbers");
        using var watch = Watch(settings);

        var exception = await Assert.ThrowsAsync<EventException>(() => watch.LookAsync(new EventStand(false, null), Cancellation));

        Assert.Contains(problem, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type": "query", "connection": "shop", "column": "id"}""")]
    [InlineData("""{"type": "query", "connection": "shop", "column": "id", "table": "orders", "query": "select 1 as id"}""")]
    public void A_table_or_a_query_is_wanted(string settings) =>
        Assert.Equal("One of event.table and event.query is wanted: where the rows are.", Source.FindProblem(EventSettings.Read(settings, null)!));

    private IEventSource Source => _services.GetServices<IEventSource>().Single(source => source.Word == "query");

    private IEventWatch Watch(string settings)
    {
        var password = new NpgsqlConnectionStringBuilder(_database.ConnectionString).Password ?? "none";
        var secrets = new RunSecrets("p", new Dictionary<string, string> { ["shop_password"] = password }, []);
        var trigger = new WatchedEvents(1, new Project("p", _folder.Path), EventSettings.Read(settings, null)!, DateTimeOffset.UnixEpoch, _ => Task.FromResult(secrets));
        return Source.Watch(trigger, () => Interlocked.Increment(ref _wakeCount))!;
    }

    private async Task WokenAsync(int count)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (Volatile.Read(ref _wakeCount) < count)
        {
            await timer.WaitForNextTickAsync(Cancellation);
        }
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
