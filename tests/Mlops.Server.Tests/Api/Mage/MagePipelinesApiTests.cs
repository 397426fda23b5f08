using System.Net;
using System.Text.Json;

namespace Mlops.Server.Tests.Api.Mage;

public sealed class MagePipelinesApiTests(MageServer mage) : IClassFixture<MageServer>
{
    [Theory]
    [InlineData("", "chain people scores sleeps twin twin")]
    [InlineData("?project=other", "twin")]
    [InlineData("?tag[]=nice", "scores")]
    [InlineData("?tag[]=other&tag[]=scored", "scores")]
    [InlineData("?search=OF%20things", "scores")]
    [InlineData("?type[]=python,streaming&_limit=2&_offset=1", "people scores")]
    [InlineData("?type[]=streaming", "")]
    [InlineData("?status[]=inactive", "people")]
    [InlineData("?status[]=no_schedules", "twin")]
    [InlineData("?status=active&project=demo&_http_error_codes=1", "chain scores sleeps")]
    public async Task Pipelines_are_found_by_mages_filters(string query, string uuids)
    {
        var list = await mage.GetAsync("/api/pipelines" + query);

        Assert.Equal(uuids, string.Join(' ', list.GetProperty("pipelines").EnumerateArray().Select(pipeline => Text(pipeline, "uuid"))));
    }

    [Fact]
    public async Task A_page_says_how_many_there_are_and_whether_there_are_more()
    {
        Assert.Equal("""{"count":6,"next":true,"previous":true}""", (await mage.GetAsync("/api/pipelines?_limit=2&_offset=1")).GetProperty("metadata").GetRawText());
        Assert.Equal("""{"count":6,"next":false,"previous":true}""", (await mage.GetAsync("/api/pipelines?_limit=2&_offset=4")).GetProperty("metadata").GetRawText());
    }

    [Theory]
    [InlineData("/api/pipelines?_limit=0", "'_limit' is '0'")]
    [InlineData("/api/pipelines?_offset=-1", "'_offset' is '-1'")]
    [InlineData("/api/pipelines?_limit=many&status[]=asleep", "'status' is 'asleep'; one of active, inactive, no_schedules is wanted.")]
    public async Task A_query_that_cannot_be_read_is_refused_in_words(string address, string words) =>
        Assert.Contains(words, MageServer.Refused(await mage.CallAsync("GET", address), HttpStatusCode.BadRequest, "invalid_request"), StringComparison.Ordinal);

    [Fact]
    public async Task Schedules_and_code_come_where_they_are_asked_for()
    {
        var plain = (await mage.GetAsync("/api/pipelines/scores")).GetProperty("pipeline");
        var full = (await mage.GetAsync("/api/pipelines/scores?includes_content=1&include_schedules=1")).GetProperty("pipeline");
        var listed = (await mage.GetAsync("/api/pipelines?include_schedules=1&tag[]=nice")).GetProperty("pipelines")[0];

        Assert.Equal(("Scores of things", "python", "demo"), (Text(plain, "name"), Text(plain, "type"), Text(plain, "repo_path")));
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (plain.GetProperty("schedules").ValueKind, plain.GetProperty("blocks")[0].GetProperty("content").ValueKind));
        Assert.Contains("[Custom]", Text(full.GetProperty("blocks")[0], "content"), StringComparison.Ordinal);
        foreach (var schedules in new[] { full.GetProperty("schedules"), listed.GetProperty("schedules") })
        {
            Assert.Equal(["asleep", "call"], schedules.EnumerateArray().Select(schedule => Text(schedule, "name")));
            Assert.All(schedules.EnumerateArray(), schedule => Assert.Null(Text(schedule, "token")));
        }
    }

    [Fact]
    public async Task Blocks_have_their_neighbours_and_one_block_its_code()
    {
        var blocks = (await mage.GetAsync("/api/pipelines/people/blocks")).GetProperty("blocks");
        var block = (await mage.GetAsync("/api/pipelines/people/blocks/sub%2Fkeep_known_ages")).GetProperty("block");

        Assert.Equal(["load_people", "sub/keep_known_ages", "count_people"], blocks.EnumerateArray().Select(each => Text(each, "uuid")));
        Assert.Equal(("transformer", "csharp", """["load_people"]""", """["count_people"]"""), (
            Text(block, "type"), Text(block, "language"), block.GetProperty("upstream_blocks").GetRawText(), block.GetProperty("downstream_blocks").GetRawText()));
        Assert.Contains("[Transformer]", Text(block, "content"), StringComparison.Ordinal);
        Assert.Contains("It has: load_people,", MageServer.Refused(await mage.CallAsync("GET", "/api/pipelines/people/blocks/none"), HttpStatusCode.NotFound, "not_found"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/pipelines/none")]
    [InlineData("/api/pipelines/none/blocks")]
    [InlineData("/api/pipelines/none/logs")]
    [InlineData("/api/pipelines/none/pipeline_schedules")]
    public async Task A_pipeline_that_no_project_has_is_not_found(string address) => Assert.Equal(
        "No project has a pipeline 'none'. There are: chain, people, scores, sleeps, twin, twin.",
        MageServer.Refused(await mage.CallAsync("GET", address), HttpStatusCode.NotFound, "not_found"));

    [Theory]
    [InlineData("")]
    [InlineData("/blocks")]
    [InlineData("/logs")]
    [InlineData("/pipeline_schedules")]
    public async Task A_pipeline_that_several_projects_have_wants_the_project(string rest)
    {
        Assert.Equal(
            "Several projects have a pipeline 'twin': demo, other. Say which one is meant, by ?project=.",
            MageServer.Refused(await mage.CallAsync("GET", $"/api/pipelines/twin{rest}"), HttpStatusCode.Conflict, "conflict"));
        await mage.GetAsync($"/api/pipelines/twin{rest}?project=other");
        MageServer.Refused(await mage.CallAsync("GET", $"/api/pipelines/twin{rest}?project=none"), HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Incomplete_blocks_of_several_runs_are_retried_and_one_that_cannot_be_keeps_none_from_it()
    {
        var failed = Id(await mage.RunAsync("scores", """{"fail": "no luck"}"""));
        var completed = Id(await mage.RunAsync("scores"));
        var foreign = Id(await mage.RunAsync("people"));

        var answer = await ChangeAsync("scores", $$"""{"status": "retry_incomplete_block_runs", "pipeline_runs": [{"id": {{completed}}}, {{foreign}}, 999999, {"id": {{failed}}, "status": "failed"}]}""");

        var message = MageServer.Refused(answer, HttpStatusCode.Conflict, "conflict");
        Assert.Contains($"Run {completed}: ", message, StringComparison.Ordinal);
        Assert.Contains($"Run {foreign}: it is a run of 'people'", message, StringComparison.Ordinal);
        Assert.Contains("Run 999999: There is no pipeline run", message, StringComparison.Ordinal);
        Assert.DoesNotContain($"Run {failed}: ", message, StringComparison.Ordinal);
        await mage.Server.WaitUntilAsync(failed, "failed");
        var block = (await mage.Server.GetJsonAsync($"/api/pipeline_runs/{failed}")).GetProperty("block_runs")[0];
        Assert.Equal(2, block.GetProperty("attempt").GetInt32());
    }

    [Fact]
    public async Task Open_runs_are_cancelled_all_or_those_of_a_trigger_or_those_named()
    {
        var trigger = await mage.TriggerAsync("sleeps", "call");
        var runs = new List<long>();
        foreach (var address in new[] { $"/api/pipeline_schedules/{trigger.Id}/pipeline_runs", $"/api/pipeline_schedules/{trigger.Id}/pipeline_runs" })
        {
            runs.Add(Id((await mage.CallAsync("POST", address, """{"pipeline_run": {}}""")).Body.GetProperty("pipeline_run")));
        }

        runs.Add(Id((await mage.Server.SendAsync(HttpMethod.Post, "/api/projects/demo/pipelines/sleeps/runs", "{}")).Body));

        await AcceptAsync("sleeps", $$"""{"status": "cancelled", "pipeline_runs": [{"id": {{runs[0]}}}]}""");
        await mage.Server.WaitUntilAsync(runs[0], "cancelled");
        await AcceptAsync("sleeps", $$"""{"status": "cancelled", "pipeline_schedule_id": {{trigger.Id}}}""");
        await mage.Server.WaitUntilAsync(runs[1], "cancelled");
        Assert.NotEqual("cancelled", Text(await mage.Server.GetJsonAsync($"/api/pipeline_runs/{runs[2]}"), "status"));
        await AcceptAsync("sleeps", """{"status": "cancelled"}""");
        await mage.Server.WaitUntilAsync(runs[2], "cancelled");
    }

    [Fact]
    public async Task A_status_switches_all_triggers_of_a_pipeline()
    {
        await AcceptAsync("chain", """{"status": "inactive"}""");
        Assert.Equal(["inactive", "inactive"], await StatesAsync());
        await AcceptAsync("chain", """{"status": "active"}""");
        Assert.Equal(["active", "active"], await StatesAsync());

        async Task<IEnumerable<string?>> StatesAsync() =>
            (await mage.GetAsync("/api/pipelines/chain/pipeline_schedules")).GetProperty("pipeline_schedules").EnumerateArray().Select(each => Text(each, "status")).ToList();
    }

    [Theory]
    [InlineData("""{"status": "paused"}""", "'status' is 'paused'")]
    [InlineData("""{"name": "other"}""", "'status' is ''")]
    [InlineData("""{"status": "retry_incomplete_block_runs"}""", "'pipeline_runs' is missing")]
    [InlineData("""{"status": "cancelled", "pipeline_runs": ["a"]}""", "'pipeline_runs' has \"a\"")]
    public async Task A_change_that_cannot_be_made_is_refused_in_words(string pipeline, string words) =>
        Assert.Contains(words, MageServer.Refused(await ChangeAsync("scores", pipeline), HttpStatusCode.BadRequest, "invalid_request"), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"pipeline": null}""")]
    public async Task A_body_without_the_envelope_is_refused(string json) => Assert.Contains(
        "Wanted is an object such as {\"pipeline\":", MageServer.Refused(await mage.CallAsync("PUT", "/api/pipelines/scores", json), HttpStatusCode.BadRequest, "invalid_json"), StringComparison.Ordinal);

    private Task<(HttpStatusCode Status, JsonElement Body)> ChangeAsync(string pipeline, string json) => mage.CallAsync("PUT", $"/api/pipelines/{pipeline}", $$"""{"pipeline": {{json}}}""");

    private async Task AcceptAsync(string pipeline, string json)
    {
        var (status, body) = await ChangeAsync(pipeline, json);
        Assert.Equal((HttpStatusCode.OK, pipeline), (status, Text(body.GetProperty("pipeline"), "uuid")));
    }

    private static long Id(JsonElement run) => run.GetProperty("id").GetInt64();

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
