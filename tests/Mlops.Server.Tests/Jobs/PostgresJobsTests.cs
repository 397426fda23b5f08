using System.Globalization;
using System.Text.Json;
using Mlops.Server.Tests.Fixtures;
using Mlops.Testing;
using Npgsql;

namespace Mlops.Server.Tests.Jobs;

public sealed class PostgresJobsTests
{
    private const string WaitForFile =
        """
        public static class WaitForFile
        {
            [Custom]
            public static async Task<string> Run(string path, CancellationToken cancellationToken)
            {
                while (!System.IO.File.Exists(path))
                {
                    await Task.Delay(20, cancellationToken);
                }

                return path;
            }
        }
        """;

    [Fact]
    public async Task A_run_that_finds_no_free_slot_on_PostgreSQL_is_told_of_by_a_job_that_holds_only_its_id()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        var projects = new TestProjects("demo").File("demo", "custom/wait_for_file.cs", WaitForFile).Pipeline("demo", "waiting", ("custom", "wait_for_file", []));
        var gate = Path.Combine(projects.DataPath, "gate");
        await using var server = new ServerUnderTest(
            projects, new() { ["Mlops:Database"] = database.ConnectionString, ["Mlops:Runners"] = "1" });
        var body = JsonSerializer.Serialize(new { variables = new { path = gate } });

        var first = (await server.SendAsync(HttpMethod.Post, "/api/projects/demo/pipelines/waiting/runs", body)).Body;
        var second = (await server.SendAsync(HttpMethod.Post, "/api/projects/demo/pipelines/waiting/runs", body)).Body;
        var id = second.GetProperty("id").GetInt64();
        var arguments = await ReadJobAsync(database.ConnectionString);
        await File.WriteAllTextAsync(gate, "");

        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"""["{id}"]"""), arguments);
        Assert.Equal(("running", "initial"), (first.GetProperty("status").GetString(), second.GetProperty("status").GetString()));
        await server.WaitUntilAsync(id, "completed");
    }

    private static async Task<string> ReadJobAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        while (true)
        {
            await using var command = new NpgsqlCommand("select arguments::text from hangfire.job", connection);
            if (await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) is string arguments)
            {
                return arguments;
            }
        }
    }
}
