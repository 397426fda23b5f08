using System.Globalization;
using Mlops.Testing;
using Npgsql;

namespace Mlops.Blocks.Tests.Sql;

public sealed class PostgresSqlSensorTests : SqlSensorTests, IAsyncLifetime
{
    private PostgresDatabase? _database;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected override string Kind => "PostgreSQL, ";

    public async ValueTask InitializeAsync() => _database = await PostgresDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Theory]
    [InlineData("select 1e-400::numeric", true)]
    [InlineData("select '0.00'::money", false)]
    [InlineData("select '{}'::jsonb", true)]
    [InlineData("select '(0,0)'::point", true)]
    [InlineData("values (0), (1)", false)]
    [InlineData("select generate_series(1, 1000000000000)", true)]
    public async Task Values_of_its_own_types_say_yes_or_no_and_only_the_first_row_is_made(string sql, bool expected)
    {
        await using var project = await CreateAsync();

        Assert.Equal(expected, (await project.LookAsync(sql)).Completed().Result.Answer);
    }

    [Fact]
    public async Task A_cancelled_query_is_stopped_in_the_database()
    {
        await using var project = await CreateAsync();
        using var stop = new CancellationTokenSource();
        var look = project.LookAsync("select pg_sleep(60)", null, stop.Token);
        await UntilAsync("select count(*) = 1 from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'");

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => look.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancellation));
        await UntilAsync(NoConnection);
    }

    [Fact]
    public async Task No_connection_is_left_open_between_looks()
    {
        await using var project = await CreateAsync();

        Assert.False((await project.LookAsync("select count(*) from orders")).Completed().Result.Answer);
        Assert.Equal("sql_error", (await project.LookAsync("select nothing")).Error.Type);

        await UntilAsync(NoConnection);
    }

    [Fact]
    public async Task A_backslash_is_no_escape_whatever_the_database_is_set_to()
    {
        await using var project = await CreateAsync();
        await using (var connection = new NpgsqlConnection(_database!.ConnectionString))
        {
            await connection.OpenAsync(Cancellation);
            await using var command = new NpgsqlCommand($"alter database {connection.Database} set standard_conforming_strings = off", connection);
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        var looked = await project.LookAsync("select count(*) from orders where '{{ variables('x') }}' = 'x'", new { x = "\\' or true or '' = '" });

        Assert.False(looked.Completed().Result.Answer);
        Assert.True((await project.LookAsync("select length('{{ variables('x') }}') = 1", new { x = "\\" })).Completed().Result.Answer);
    }

    [Fact]
    public async Task The_profile_the_database_and_the_provider_are_those_of_the_configuration()
    {
        await using var project = await CreateAsync();
        project.Write("io_config.yaml", $"default: {{DUCKDB_DATABASE: data/x.duckdb}}\nboth:\n{Profile()}  DUCKDB_DATABASE: \"{{{{ env_var('MLOPS_TEST_NEVER_SET') }}}}\"\n");
        project.Configuration = Configuration("""{"data_provider": "postgres", "data_provider_profile": "both"}""");
        Assert.True((await project.LookAsync("select current_database() like 'test\\_%'")).Completed().Result.Answer);

        project.Configuration = Configuration("""{"data_provider": "postgres", "data_provider_profile": "both", "data_provider_database": "{{ variables('name') }}"}""");
        Assert.True((await project.LookAsync("select current_database() = 'postgres'", new { name = "postgres" })).Completed().Result.Answer);

        await AssertRefusedAsync(project, """{"data_provider_profile": "both"}""", "has keys of several databases (postgres, duckdb). Make a profile for each. An SQL block may name one of them in data_provider.");
        await AssertRefusedAsync(project, """{"data_provider": "postgres"}""", "The profile 'default' in io_config.yaml is of duckdb, and data_provider says postgres. Correct one of them, or name another profile in data_provider_profile.");
        await AssertRefusedAsync(project, """{"data_provider": "snowflake"}""", "The data_provider 'snowflake' is not known here. There is postgres and duckdb.");
        await AssertRefusedAsync(project, """{"data_provider_profile": "nope"}""", "There is no connection profile 'nope' in io_config.yaml. There is 'default', 'both'.");
        await AssertRefusedAsync(project, """{"data_provider_profile": 5}""", "data_provider_profile in the block's configuration is 5. Write a name.");
    }

    [Fact]
    public async Task A_warehouse_given_by_the_host_goes_before_profile_and_provider()
    {
        await using var project = new BlockProject(_database!.ConnectionString);
        project.Configuration = Configuration("""{"data_provider": "duckdb", "data_provider_profile": "warehouse", "data_provider_schema": "pg_catalog"}""");

        Assert.True((await project.LookAsync("select current_schema() = 'pg_catalog'")).Completed().Result.Answer);
        Assert.Empty((await project.DescribeSqlAsync("select 1")).Errors);
    }

    [Fact]
    public async Task An_error_never_shows_the_password()
    {
        await using var project = new BlockProject();
        project.Write("io_config.yaml", "default: {POSTGRES_HOST: 127.0.0.1, POSTGRES_PORT: 1, POSTGRES_DBNAME: d, POSTGRES_USER: me, POSTGRES_PASSWORD: verysecret}\n");

        var looked = await project.LookAsync("select true");

        Assert.Equal(("connection_error", "sensors/wait.sql"), (looked.Error.Type, looked.Error.File));
        Assert.StartsWith("sensors/wait.sql: The connection 'default' (PostgreSQL, 127.0.0.1, database d) could not answer the query: ", looked.Error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("verysecret", looked.Error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(project.Log, line => line.Text.Contains("verysecret", StringComparison.Ordinal));
    }

    private const string NoConnection = "select count(*) = 0 from pg_stat_activity where datname = current_database() and application_name = 'mlops'";

    private protected override string TextOf(string base64) => $"convert_from(decode('{base64}', 'base64'), 'UTF8')";

    private protected override async Task<BlockProject> CreateAsync()
    {
        var project = new BlockProject();
        project.Write("io_config.yaml", $"default:\n{Profile()}");
        await ExecuteAsync(project, "create table orders(id integer)");
        return project;
    }

    private protected override async Task ExecuteAsync(BlockProject project, string sql)
    {
        await using var connection = new NpgsqlConnection(_database!.ConnectionString);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private static async Task AssertRefusedAsync(BlockProject project, string configuration, string message)
    {
        project.Configuration = Configuration(configuration);
        var looked = await project.LookAsync("select true");
        var described = await project.DescribeSqlAsync("select true");

        Assert.Equal("connection_error", looked.Error.Type);
        Assert.StartsWith("sensors/wait.sql: ", looked.Error.Message, StringComparison.Ordinal);
        Assert.EndsWith(message, looked.Error.Message, StringComparison.Ordinal);
        Assert.Equal(looked.Error.Message, Assert.Single(described.Errors).Message);
    }

    private async Task UntilAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database!.ConnectionString);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        var start = TimeProvider.System.GetTimestamp();
        while (!(bool)(await command.ExecuteScalarAsync(Cancellation))!)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(20), sql);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        }
    }

    private string Profile()
    {
        var given = new NpgsqlConnectionStringBuilder(_database!.ConnectionString);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"  POSTGRES_HOST: \"{given.Host}\"\n  POSTGRES_PORT: {given.Port}\n  POSTGRES_DBNAME: {given.Database}\n  POSTGRES_USER: {given.Username}\n  POSTGRES_PASSWORD: \"{given.Password}\"\n");
    }
}
