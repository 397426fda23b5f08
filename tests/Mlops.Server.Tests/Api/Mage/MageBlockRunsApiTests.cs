using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Mlops.Server.Tests.Api.Mage;

public sealed class MageBlockRunsApiTests(MageServer mage) : IClassFixture<MageServer>
{
    [Fact]
    public async Task The_block_runs_of_a_run_are_listed()
    {
        var run = await mage.RunAsync("people");

        var list = await mage.GetAsync($"/api/block_runs?pipeline_run_id={run.GetProperty("id")}");

        Assert.Equal(run.GetProperty("block_runs").GetRawText(), list.GetProperty("block_runs").GetRawText());
        Assert.Equal("""{"count":3,"next":false,"previous":false}""", list.GetProperty("metadata").GetRawText());
        Assert.Equal(["sub/keep_known_ages"], (await mage.GetAsync($"/api/block_runs?pipeline_run_id={run.GetProperty("id")}&_limit=1&_offset=1")).GetProperty("block_runs").EnumerateArray().Select(block => Text(block, "block_uuid")));
    }

    [Theory]
    [InlineData("/api/block_runs", HttpStatusCode.BadRequest, "invalid_request", "'pipeline_run_id' names no run")]
    [InlineData("/api/block_runs?pipeline_run_id[]=1,2", HttpStatusCode.BadRequest, "invalid_request", "'pipeline_run_id' names several runs")]
    [InlineData("/api/block_runs?pipeline_run_id=999999", HttpStatusCode.NotFound, "not_found", "no pipeline run 999999")]
    [InlineData("/api/block_runs/999999/outputs", HttpStatusCode.NotFound, "not_found", "no block run 999999")]
    [InlineData("/api/block_runs/999999/logs", HttpStatusCode.NotFound, "not_found", "no block run 999999")]
    [InlineData("/api/block_runs/1/outputs?sample_count=0", HttpStatusCode.BadRequest, "invalid_request", "'sample_count' is '0'")]
    public async Task What_cannot_be_answered_is_refused_in_words(string address, HttpStatusCode status, string type, string words) =>
        Assert.Contains(words, MageServer.Refused(await mage.CallAsync("GET", address), status, type), StringComparison.Ordinal);

    [Fact]
    public async Task A_table_is_a_sample_with_its_shape_and_a_number_a_text()
    {
        var run = await mage.RunAsync("scores", """{"count": 30}""");

        var outputs = (await mage.GetAsync($"{Address(run, "score")}/outputs?sample_count=2")).GetProperty("outputs");

        Assert.Equal(
            """{"variable_uuid":"output_0","type":"table","text_data":null,"sample_data":{"columns":["Name","Score"],"rows":[["item 1",0.5],["item 2",1]]},"shape":[30,2]}""",
            outputs[0].GetRawText());
        Assert.Equal("""{"variable_uuid":"output_1","type":"text","text_data":"30","sample_data":null,"shape":null}""", outputs[1].GetRawText());
        Assert.Equal(10, (await mage.GetAsync($"{Address(run, "score")}/outputs")).GetProperty("outputs")[0].GetProperty("sample_data").GetProperty("rows").GetArrayLength());
    }

    [Fact]
    public async Task The_log_of_a_block_run_is_a_text()
    {
        var run = await mage.RunAsync("people");

        var log = Assert.Single((await mage.GetAsync($"{Address(run, "load_people")}/logs")).GetProperty("logs").EnumerateArray());

        Assert.Equal(("load_people.log", $"/api/pipeline_runs/{run.GetProperty("id")}/logs?format=text&block=load_people"), (Text(log, "name"), Text(log, "path")));
        Assert.Contains("load_people: Making 3 people\n", Text(log, "content"), StringComparison.Ordinal);
        Assert.Contains("load_people: made up\n", Text(log, "content"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_logs_of_a_pipeline_are_lines_by_run_and_block()
    {
        var run = await mage.RunAsync("people");
        var id = run.GetProperty("id");

        var list = await mage.GetAsync($"/api/pipelines/people/logs?pipeline_run_id[]={id}");

        var logs = Assert.Single(list.GetProperty("logs").EnumerateArray());
        var line = logs.GetProperty("block_run_logs").EnumerateArray().SelectMany(block => block.EnumerateArray()).Single(line => Text(line.GetProperty("data"), "message") == "Making 3 people");
        var data = line.GetProperty("data");
        Assert.Equal(("load_people.log", "WARNING", "load_people", id.GetInt64()), (Text(line, "name"), Text(data, "level"), Text(data, "block_uuid"), data.GetProperty("pipeline_run_id").GetInt64()));
        Assert.Equal(1, logs.GetProperty("total_pipeline_run_log_count").GetInt32());
        Assert.All(logs.GetProperty("pipeline_run_logs").EnumerateArray().SelectMany(each => each.EnumerateArray()), each => Assert.Null(Text(each.GetProperty("data"), "block_uuid")));

        var one = (await mage.GetAsync($"/api/pipelines/people/logs?pipeline_run_id={id}&block_uuid[]=load_people,count_people")).GetProperty("logs")[0];
        Assert.Empty(one.GetProperty("pipeline_run_logs").EnumerateArray());
        Assert.All(one.GetProperty("block_run_logs").EnumerateArray().SelectMany(each => each.EnumerateArray()), each => Assert.NotEqual("sub/keep_known_ages.log", Text(each, "name")));

        var second = (long)data.GetProperty("timestamp").GetDouble();
        Assert.NotEmpty(await LinesAsync($"start_timestamp={second}&end_timestamp={second + 60}"));
        Assert.Empty(await LinesAsync($"start_timestamp={second + 3600}"));

        async Task<List<JsonElement>> LinesAsync(string query) => [.. (await mage.GetAsync($"/api/pipelines/people/logs?pipeline_run_id={id}&{query}")).GetProperty("logs")[0].GetProperty("block_run_logs").EnumerateArray()];
    }

    [Theory]
    [InlineData("block_run_id[]=3", "block_runs/3/logs")]
    [InlineData("_limit=21", "'_limit' is '21'")]
    [InlineData("start_timestamp=soon", "'start_timestamp' is 'soon'")]
    public async Task Logs_that_cannot_be_had_so_are_refused_in_words(string query, string words) => Assert.Contains(
        words, MageServer.Refused(await mage.CallAsync("GET", $"/api/pipelines/people/logs?{query}"), HttpStatusCode.BadRequest, "invalid_request"), StringComparison.Ordinal);

    private static string Address(JsonElement run, string block) => string.Create(
        CultureInfo.InvariantCulture, $"/api/block_runs/{run.GetProperty("block_runs").EnumerateArray().Single(each => Text(each, "block_uuid") == block).GetProperty("id").GetInt64()}");

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
