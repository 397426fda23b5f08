using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DuckDB.NET.Data;
using Mlops.Browser.Tests.Walks;
using Mlops.Testing;
using Npgsql;

namespace Mlops.Browser.Tests.Projects;

/// <summary>The pipelines that come with the product give the known numbers, on both databases and both warehouses.</summary>
public sealed class Unit0SetupTests : IAsyncDisposable
{
    private readonly MlopsServer _server = new();
    private readonly List<PostgresDatabase> _databases = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        foreach (var database in _databases)
        {
            await database.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_example_cleans_both_files(bool isOnPostgres)
    {
        await UseDatabaseAsync(isOnPostgres);
        File.Copy(TestData.TitanicCsv(), _server.ProjectFile("data", "passengers.csv"));
        await ExpectCleanAsync("data/titanic.csv", TitanicNumbers.People);
        await ExpectCleanAsync("data/passengers.csv", TitanicNumbers.Passengers());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Predictions_replace_those_of_the_run_before(bool isOnPostgres)
    {
        await UseDatabaseAsync(isOnPostgres);
        string? warehouse = null;
        if (isOnPostgres)
        {
            warehouse = _server.Settings["Mlops:Warehouse"] = await NewDatabaseAsync();
        }

        await RunAsync("titanic_survival", new { });
        var run = await RunAsync("titanic_survival", new { threshold = 0.0 });
        Assert.Equal(["AUC", "Accuracy", "F1", "Log-loss"], MetricNames(run));

        var (rows, passengers, unlikely, refused) = warehouse is null ? await ReadDuckDbAsync() : await ReadPostgresAsync(warehouse);
        Assert.Equal((2207L, 2207L, 0L, 0L), (rows, passengers, unlikely, refused));
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_model()
    {
        var first = await RunAsync("titanic_survival", new { seed = 7 });
        var second = await RunAsync("titanic_survival", new { seed = 7 });
        var other = await RunAsync("titanic_survival", new { seed = 8 });
        Assert.Equal(Metrics(first), Metrics(second));
        Assert.NotEqual(Metrics(first), Metrics(other));
    }

    [Fact]
    public async Task The_clean_file_is_byte_for_byte_what_pandas_writes()
    {
        File.Copy(TestData.TitanicCsv(), _server.ProjectFile("data", "passengers.csv"));
        await RunAsync("example_pipeline", new { source = "data/passengers.csv" });
        var bytes = await File.ReadAllBytesAsync(_server.ProjectFile("titanic_clean.csv"), Cancellation);
        // Of df[columns].fillna(...).to_csv(path), pandas 1.5.3; the made-up file has no such reference, so its first row is compared.
        Assert.Equal(
            TestData.IsReal ? "644c3e809205998ee3a00ff57b5ef582c427e085fd91dde8f70b1d96c3e2f642" : "0,8.0,8.25,1,2,1,1",
            TestData.IsReal ? Convert.ToHexStringLower(SHA256.HashData(bytes)) : Encoding.UTF8.GetString(bytes).Split('\n')[1]);
    }

    private async Task ExpectCleanAsync(string source, TitanicNumbers expected)
    {
        var run = await RunAsync("example_pipeline", new { source });
        Assert.Equal(expected.Sums, TitanicNumbers.SumColumns(await File.ReadAllTextAsync(_server.ProjectFile("titanic_clean.csv"), Cancellation)));
        using var client = _server.CreateClient();
        var clean = await client.GetFromJsonAsync<JsonElement>(
            $"/api/pipeline_runs/{run.GetProperty("id")}/blocks/fill_in_missing_values/outputs/output_0?limit=1", Cancellation);
        Assert.Equal(TitanicNumbers.CleanHeader, string.Join(',', clean.GetProperty("schema").EnumerateArray().Select(column => column.GetProperty("name").GetString())));
        Assert.Equal(expected.FirstRow, clean.GetProperty("rows")[0].EnumerateObject().Select(cell => cell.Value.ToString()));
    }

    private async Task UseDatabaseAsync(bool isOnPostgres)
    {
        if (isOnPostgres)
        {
            _server.Settings["Mlops:Database"] = await NewDatabaseAsync();
        }
    }

    private async Task<string> NewDatabaseAsync()
    {
        _databases.Add(await PostgresDatabase.CreateAsync(Cancellation));
        return _databases[^1].ConnectionString;
    }

    private async Task<JsonElement> RunAsync(string pipeline, object variables)
    {
        using var client = _server.CreateClient();
        using var response = await client.PostAsJsonAsync($"/api/projects/unit_0_setup/pipelines/{pipeline}/runs?wait=60", new { variables }, Cancellation);
        var run = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.True(run.TryGetProperty("status", out var status) && status.ToString() == "completed", run.ToString());
        return run;
    }

    private static JsonElement ModelMetrics(JsonElement run) => run.GetProperty("block_runs").EnumerateArray()
        .Single(block => block.GetProperty("block_uuid").ToString() == "train_survival").GetProperty("outputs")[0].GetProperty("metrics");

    private static IEnumerable<string> MetricNames(JsonElement run) => ModelMetrics(run).EnumerateArray().Select(metric => metric.GetProperty("name").ToString());

    private static string Metrics(JsonElement run) => ModelMetrics(run).ToString();

    private const string Summary =
        "select count(*), count(distinct passenger_id), count(*) filter (where probability not between 0 and 1), count(*) filter (where not decision) from titanic_predictions";

    private async Task<(long Rows, long Passengers, long Unlikely, long Refused)> ReadDuckDbAsync()
    {
        await using var connection = new DuckDBConnection($"DataSource={_server.ProjectFile("data", "warehouse.duckdb")}");
        await connection.OpenAsync(Cancellation);
        return await ReadSummaryAsync(connection);
    }

    private static async Task<(long Rows, long Passengers, long Unlikely, long Refused)> ReadPostgresAsync(string warehouse)
    {
        await using var connection = new NpgsqlConnection(warehouse);
        await connection.OpenAsync(Cancellation);
        return await ReadSummaryAsync(connection);
    }

    private static async Task<(long Rows, long Passengers, long Unlikely, long Refused)> ReadSummaryAsync(System.Data.Common.DbConnection connection)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Summary;
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        Assert.True(await reader.ReadAsync(Cancellation));
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
    }
}
