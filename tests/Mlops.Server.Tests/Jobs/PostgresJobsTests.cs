using System.Globalization;
using Mlops.Server.Tests.Fixtures;
using Mlops.Testing;
using Npgsql;

namespace Mlops.Server.Tests.Jobs;

public sealed class PostgresJobsTests
{
    [Fact]
    public async Task A_run_on_PostgreSQL_is_woken_by_a_job_that_holds_only_its_id()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await using var server = new ServerUnderTest(PeopleServer.Write(new TestProjects("demo")), new() { ["Mlops:Database"] = database.ConnectionString });

        var run = await server.RunAsync("demo", "people");

        Assert.Equal("completed", run.GetProperty("status").GetString());
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select arguments::text from hangfire.job", connection);
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"""["{run.GetProperty("id").GetInt64()}", null]"""), await command.ExecuteScalarAsync());
    }
}
