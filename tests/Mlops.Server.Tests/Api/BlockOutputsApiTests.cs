using System.Globalization;
using System.Net;
using Microsoft.Data.Sqlite;
using Mlops.Sdk;
using Mlops.Server.Tests.Fixtures;
using Mlops.Testing;

namespace Mlops.Server.Tests.Api;

public sealed class BlockOutputsApiTests(PeopleServer fixture) : IClassFixture<PeopleServer>
{
    private readonly ServerUnderTest _server = fixture.Server;

    [Fact]
    public async Task A_table_comes_as_a_page_of_rows_with_every_digit()
    {
        var page = await _server.GetJsonAsync(await AddressAsync("load_people") + "?offset=1&limit=1");

        Assert.Equal(
            """{"schema":[{"name":"Id","type":"int64","nullable":false},{"name":"Name","type":"string","nullable":true},{"name":"Age","type":"double","nullable":true},{"name":"SeenAt","type":"timestamp[UTC]","nullable":false}],"rows":[{"Id":9007199254740994,"Name":"Name, \"2\"","Age":null,"SeenAt":"2026-01-02T03:04:05Z"}],"rowCount":3,"offset":1}""",
            page.GetRawText());
    }

    [Fact]
    public async Task A_block_of_a_sub_folder_is_named_with_an_escaped_slash()
    {
        var page = await _server.GetJsonAsync(await AddressAsync("sub%2Fkeep_known_ages"));

        Assert.Equal([9007199254740993, 9007199254740995], page.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("Id").GetInt64()));
    }

    [Fact]
    public async Task The_address_of_an_output_is_given_with_the_run()
    {
        var run = await _server.RunAsync("demo", "people");

        foreach (var output in run.GetProperty("block_runs").EnumerateArray().Select(block => block.GetProperty("outputs")[0]))
        {
            var (response, _) = await _server.SendAsync(HttpMethod.Get, output.GetProperty("url").GetString()!);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("?format=csv", null)]
    [InlineData("", "text/csv")]
    [InlineData("", "text/html;q=0.9, text/*")]
    public async Task A_table_comes_as_csv(string query, string? accept)
    {
        using var response = await GetAsync(await AddressAsync("load_people") + query, accept);

        Assert.Equal("text/csv", response.Content.Headers.ContentType?.MediaType);
        Assert.Matches("^run_[0-9]+_load_people_output_0\\.csv$", response.Content.Headers.ContentDisposition?.FileName);
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n');
        Assert.Equal("Id,Name,Age,SeenAt", lines[0]);
        Assert.StartsWith("9007199254740993,\"Name, \"\"1\"\"\",1.5,2026-01-02", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("9007199254740994,\"Name, \"\"2\"\"\",,", lines[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?format=parquet", null, 3)]
    [InlineData("", "application/vnd.apache.parquet", 3)]
    [InlineData("?format=parquet&offset=2", null, 1)]
    public async Task A_table_comes_as_parquet(string query, string? accept, int rows)
    {
        using var folder = new TempFolder();
        using var response = await GetAsync(await AddressAsync("load_people") + query, accept);
        var path = folder.Combine("copy.parquet");
        await File.WriteAllBytesAsync(path, await response.Content.ReadAsByteArrayAsync());

        using var table = Table.OpenParquet(path);

        Assert.Equal("application/vnd.apache.parquet", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal((rows, "Id,Name,Age,SeenAt"), ((int)table.RowCount, string.Join(',', table.Schema.FieldsList.Select(field => field.Name))));
    }

    [Fact]
    public async Task Json_comes_as_it_is()
    {
        var body = await _server.GetJsonAsync(await AddressAsync("count_people"));

        Assert.Equal(2, body.GetProperty("count").GetInt32());
    }

    [Theory]
    [InlineData("load_people", "output_0", "?format=zip", HttpStatusCode.NotAcceptable)]
    [InlineData("count_people", "output_0", "?format=csv", HttpStatusCode.NotAcceptable)]
    [InlineData("load_people", "output_0", "?format=xml", HttpStatusCode.BadRequest)]
    [InlineData("load_people", "output_0", "?limit=10001", HttpStatusCode.BadRequest)]
    [InlineData("load_people", "output_0", "?offset=-1", HttpStatusCode.BadRequest)]
    [InlineData("load_people", "output_7", "", HttpStatusCode.NotFound)]
    [InlineData("nobody", "output_0", "", HttpStatusCode.NotFound)]
    [InlineData("..%2F..%2F..%2Fetc", "passwd", "", HttpStatusCode.NotFound)]
    public async Task What_cannot_be_had_says_what_can(string block, string output, string query, HttpStatusCode expected)
    {
        var (response, body) = await _server.SendAsync(HttpMethod.Get, await AddressAsync(block, output) + query);

        Assert.Equal(expected, response.StatusCode);
        Assert.NotEmpty(body.GetProperty("errors").EnumerateArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("?format=csv")]
    [InlineData("?format=parquet&offset=1")]
    public async Task A_damaged_file_is_named_with_what_helps(string query)
    {
        var address = await AddressAsync("load_people");
        var id = address.Split('/')[3];
        var file = Directory.EnumerateFiles(_server.Projects.DataPath, "output_0.parquet", SearchOption.AllDirectories).Single(path => path.Contains($"/{id}/load_people/", StringComparison.Ordinal));
        await File.WriteAllTextAsync(file, "not Parquet");

        var (response, body) = await _server.SendAsync(HttpMethod.Get, address + query);

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal("urn:mlops:error:damaged_output", body.GetProperty("type").GetString());
        var error = Assert.Single(body.GetProperty("errors").EnumerateArray()).GetString();
        Assert.StartsWith($"The stored file of output_0 (demo/people/{id}/load_people/1/output_0.parquet) is damaged: ", error, StringComparison.Ordinal);
        Assert.EndsWith(". Run the pipeline again to make it anew.", error, StringComparison.Ordinal);
        Assert.DoesNotContain(_server.Projects.DataPath, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_of_ours_is_told_by_its_id_and_nothing_else()
    {
        await using var server = new ServerUnderTest(new TestProjects("demo"));
        server.StartServer();
        await using (var database = new SqliteConnection($"Data Source={Path.Combine(server.Projects.DataPath, "mlops.db")}"))
        {
            await database.OpenAsync();
            await using var command = database.CreateCommand();
            command.CommandText = "alter table pipeline_run rename to gone";
            await command.ExecuteNonQueryAsync();
        }

        var (response, body) = await server.SendAsync(HttpMethod.Get, "/api/pipeline_runs");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("urn:mlops:error:unexpected", body.GetProperty("type").GetString());
        Assert.NotEmpty(body.GetProperty("trace_id").GetString()!);
        Assert.DoesNotContain("arquet", body.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(_server.Projects.DataPath, body.GetRawText(), StringComparison.Ordinal);
    }

    private async Task<string> AddressAsync(string block, string output = "output_0")
    {
        var run = await _server.RunAsync("demo", "people");
        return string.Create(CultureInfo.InvariantCulture, $"/api/pipeline_runs/{run.GetProperty("id").GetInt64()}/blocks/{block}/outputs/{output}");
    }

    private async Task<HttpResponseMessage> GetAsync(string address, string? accept)
    {
        using var client = _server.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        return await client.SendAsync(request);
    }
}
