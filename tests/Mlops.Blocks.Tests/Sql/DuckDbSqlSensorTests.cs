using DuckDB.NET.Data;

namespace Mlops.Blocks.Tests.Sql;

public sealed class DuckDbSqlSensorTests : SqlSensorTests
{
    private protected override string Kind => "DuckDB, default.duckdb)";

    [Fact]
    public async Task A_cancelled_query_is_stopped()
    {
        await using var project = await CreateAsync();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));

        var look = project.LookAsync("select count(*) from range(10000000000000) as t where t.range % 7 = 3", null, stop.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => look.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken));
        Assert.True((await project.LookAsync("select true")).Completed().Result.Answer);
    }

    [Fact]
    public async Task A_database_that_is_not_made_yet_is_empty_and_is_not_made_by_a_look()
    {
        await using var project = new BlockProject();
        project.Write("io_config.yaml", "default:\n  DUCKDB_DATABASE: data/none.duckdb\n");

        Assert.True((await project.LookAsync("select true")).Completed().Result.Answer);
        var looked = await project.LookAsync("select 1\nfrom orders");
        project.Configuration = Configuration("""{"data_provider_schema": "mine"}""");
        var elsewhere = await project.LookAsync("select true");

        const string Who = "The connection 'default' (DuckDB, none.duckdb, to which no table was written yet) could not answer the query: ";
        Assert.StartsWith("sensors/wait.sql, line 2: " + Who, looked.Error.Message, StringComparison.Ordinal);
        Assert.StartsWith("sensors/wait.sql: " + Who, elsewhere.Error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(project.ProjectPath, "data", "none.duckdb")));
    }

    [Fact]
    public async Task Without_a_profile_the_files_of_the_project_are_asked()
    {
        await using var project = new BlockProject();
        const string Sql = "select count(*) > 0 from glob('arrived/*.csv')";

        Assert.False((await project.LookAsync(Sql)).Completed().Result.Answer);
        project.Write("arrived/orders.csv", "id\n1\n");
        Assert.True((await project.LookAsync(Sql)).Completed().Result.Answer);
        Assert.True((await project.LookAsync("select sum(id) from 'arrived/orders.csv'")).Completed().Result.Answer);
        var wrong = await project.LookAsync("select true\nfrom nowhere");
        Assert.StartsWith(
            "sensors/wait.sql, line 2: The embedded DuckDB, which is asked because io_config.yaml has no profile 'default', could not answer the query: ",
            wrong.Error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("default.duckdb")]
    [InlineData("none.duckdb")]
    public async Task With_a_profile_the_files_of_the_project_are_seen_too(string file)
    {
        await using var project = await CreateAsync();
        project.Write("io_config.yaml", $"default:\n  DUCKDB_DATABASE: data/{file}\n");
        const string Sql = "select count(*) > 0 from glob('arrived/*.csv')";

        Assert.False((await project.LookAsync(Sql)).Completed().Result.Answer);
        project.Write("arrived/orders.csv", "id\n1\n");
        Assert.True((await project.LookAsync(Sql)).Completed().Result.Answer);
        Assert.True((await project.LookAsync("select sum(id) from 'arrived/orders.csv'")).Completed().Result.Answer);
    }

    [Fact]
    public async Task The_place_of_an_error_in_a_long_line_is_found()
    {
        await using var project = await CreateAsync();
        var before = "select " + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i} as column_{i}, "));

        var looked = await project.LookAsync($"{before}nothing, 1 as one, 2 as two, 3 as three, 4 as four, 5 as five, 6 as six, 7 as seven from orders");

        Assert.Equal((1, before.Length + 1), (looked.Error.Line, looked.Error.Column));
        Assert.DoesNotContain("LINE", looked.Error.Message, StringComparison.Ordinal);
    }

    private protected override string TextOf(string base64) => $"decode(from_base64('{base64}'))";

    private protected override async Task<BlockProject> CreateAsync()
    {
        var project = new BlockProject();
        project.Write("io_config.yaml", "default:\n  DUCKDB_DATABASE: data/default.duckdb\n");
        project.Write("data/.keep", "");
        await ExecuteAsync(project, "create table orders(id integer)");
        return project;
    }

    private protected override async Task ExecuteAsync(BlockProject project, string sql)
    {
        await using var connection = new DuckDBConnection($"Data Source={Path.Combine(project.ProjectPath, "data", "default.duckdb")}");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
