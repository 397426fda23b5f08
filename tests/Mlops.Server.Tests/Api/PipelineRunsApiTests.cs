using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Mlops.Server.Tests.Fixtures;

namespace Mlops.Server.Tests.Api;

public sealed class PipelineRunsApiTests(PeopleServer fixture) : IClassFixture<PeopleServer>
{
    private const string Runs = "/api/projects/demo/pipelines/people/runs";
    private readonly ServerUnderTest _server = fixture.Server;

    [Fact]
    public async Task Waiting_for_a_run_answers_with_the_completed_run_and_its_outputs()
    {
        var (response, run) = await _server.SendAsync(HttpMethod.Post, Runs + "?wait=120", """{"variables": {"count": 5}}""");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal($"/api/pipeline_runs/{Id(run)}", response.Headers.Location?.ToString());
        Assert.Equal(("completed", "api"), (Text(run, "status"), Text(run, "origin")));
        Assert.Equal("""{"count":5}""", run.GetProperty("variables").GetRawText());
        Assert.Equal(
            [("load_people", "completed", 5L), ("sub/keep_known_ages", "completed", 3L), ("count_people", "completed", null)],
            run.GetProperty("block_runs").EnumerateArray().Select(block => (Text(block, "block_uuid"), Text(block, "status"), RowCount(block))));
    }

    [Fact]
    public async Task A_run_without_a_body_takes_the_defaults_and_is_answered_at_once()
    {
        var (response, run) = await _server.SendAsync(HttpMethod.Post, Runs);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(Id(run), Id(await _server.GetJsonAsync(response.Headers.Location!.ToString())));
    }

    [Fact]
    public async Task Runs_are_paged_by_the_id_of_the_last_one_seen()
    {
        var ids = new List<long>();
        for (var i = 0; i < 3; i++)
        {
            ids.Insert(0, Id(await _server.RunAsync("demo", "people")));
        }

        var first = await _server.GetJsonAsync($"/api/pipeline_runs?project=demo&pipeline=people&status=completed&limit=2&after={ids[0] + 1}");
        var second = await _server.GetJsonAsync(Text(first, "next")!);

        Assert.Equal(ids[..2], Ids(first));
        Assert.Equal(ids[2], Ids(second)[0]);
        Assert.Contains("status=completed", Text(first, "next"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_block_that_is_a_run_names_it_and_the_run_names_its_caller()
    {
        await using var server = new ServerUnderTest(PeopleServer.Write(new TestProjects("demo")).File("demo", "pipelines/all/metadata.yaml",
            """
            name: all
            type: python
            uuid: all
            blocks:
            - {uuid: people, name: People, type: pipeline, language: yaml, configuration: {pipeline: {uuid: people, variables: {count: 4}}}}
            """));
        server.StartServer();

        var (_, run) = await server.SendAsync(HttpMethod.Post, "/api/projects/demo/pipelines/all/runs?wait=120");

        var block = Assert.Single(run.GetProperty("block_runs").EnumerateArray());
        Assert.Equal(("completed", "completed", "pipeline"), (Text(run, "status"), Text(block, "status"), Text(block, "type")));
        var called = await server.GetJsonAsync($"/api/pipeline_runs/{Id(block.GetProperty("called_run"))}");
        Assert.Equal(("people", "pipeline", Id(run)), (Text(called, "pipeline_uuid"), Text(called, "origin"), called.GetProperty("parent_run_id").GetInt64()));
        Assert.Equal("""{"count":4}""", called.GetProperty("variables").GetRawText());
    }

    [Fact]
    public async Task Cancelling_a_final_run_leaves_it_as_it_is()
    {
        var run = await _server.RunAsync("demo", "people");

        var (response, body) = await _server.SendAsync(HttpMethod.Post, $"/api/pipeline_runs/{Id(run)}/cancel");

        Assert.Equal((HttpStatusCode.OK, "completed"), (response.StatusCode, Text(body, "status")));
    }

    [Fact]
    public async Task Retrying_a_completed_run_is_a_conflict()
    {
        var run = await _server.RunAsync("demo", "people");

        var (response, body) = await _server.SendAsync(HttpMethod.Post, $"/api/pipeline_runs/{Id(run)}/retry");

        Assert.Equal((HttpStatusCode.Conflict, "urn:mlops:error:conflict"), (response.StatusCode, Text(body, "type")));
    }

    [Fact]
    public async Task The_log_can_be_read_on_from_a_number_and_filtered()
    {
        var run = await _server.RunAsync("demo", "people");
        var address = $"/api/pipeline_runs/{Id(run)}/logs";

        var all = (await _server.GetJsonAsync(address)).GetProperty("lines").EnumerateArray().ToList();
        var rest = (await _server.GetJsonAsync($"{address}?after=1")).GetProperty("lines").EnumerateArray().ToList();
        var warnings = (await _server.GetJsonAsync($"{address}?block=load_people&level=warning&text=MAKING")).GetProperty("lines");

        Assert.Equal(Enumerable.Range(1, all.Count), all.Select(line => line.GetProperty("number").GetInt32()));
        Assert.Equal(all.Skip(1).Select(line => line.GetRawText()), rest.Select(line => line.GetRawText()));
        Assert.Equal(["Making 3 people"], warnings.EnumerateArray().Select(line => Text(line, "text")));
        Assert.Contains("made up", all.Select(line => Text(line, "text")));
    }

    [Fact]
    public async Task The_log_comes_as_text_where_text_is_asked_for()
    {
        var run = await _server.RunAsync("demo", "people");
        using var client = _server.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/pipeline_runs/{Id(run)}/logs?level=warning");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/plain"));

        using var response = await client.SendAsync(request);

        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        Assert.EndsWith("Warning load_people: Making 3 people\n", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/pipeline_runs/999999", HttpStatusCode.NotFound)]
    [InlineData("/api/pipeline_runs/999999/logs", HttpStatusCode.NotFound)]
    [InlineData("/api/pipeline_runs/abc", HttpStatusCode.BadRequest)]
    [InlineData("/api/pipeline_runs?limit=0", HttpStatusCode.BadRequest)]
    [InlineData("/api/pipeline_runs?limit=many", HttpStatusCode.BadRequest)]
    [InlineData("/api/pipeline_runs?status=2", HttpStatusCode.BadRequest)]
    [InlineData("/api/pipeline_runs/1/logs?level=loud", HttpStatusCode.BadRequest)]
    [InlineData("/api/pipeline_runs/1/logs?after=-1", HttpStatusCode.BadRequest)]
    public async Task What_cannot_be_answered_says_why(string address, HttpStatusCode expected)
    {
        var (response, body) = await _server.SendAsync(HttpMethod.Get, address);

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.NotEmpty(body.GetProperty("errors").EnumerateArray());
        Assert.NotEmpty(Text(body, "trace_id")!);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(301)]
    public async Task Nobody_waits_longer_than_five_minutes_or_less_than_none(int seconds)
    {
        var (response, body) = await _server.SendAsync(HttpMethod.Post, $"{Runs}?wait={seconds}");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal($"'wait' is {seconds}; a whole number from 0 to 300 is wanted.", body.GetProperty("errors")[0].GetString());
    }

    private static long Id(JsonElement run) => run.GetProperty("id").GetInt64();

    private static List<long> Ids(JsonElement page) => [.. page.GetProperty("pipeline_runs").EnumerateArray().Select(Id)];

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static long? RowCount(JsonElement block) =>
        block.GetProperty("outputs")[0].GetProperty("row_count") is { ValueKind: JsonValueKind.Number } count ? count.GetInt64() : null;
}
