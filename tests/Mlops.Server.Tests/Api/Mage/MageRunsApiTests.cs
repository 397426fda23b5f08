using System.Net;
using System.Text.Json;

namespace Mlops.Server.Tests.Api.Mage;

/// <summary>Blocks that are asked for their outputs by the token of a trigger.</summary>
public sealed class MageRunsApiTests(MageServer mage) : IClassFixture<MageServer>
{
    [Fact]
    public async Task A_block_is_run_and_its_outputs_are_the_answer()
    {
        var trigger = await mage.TriggerAsync("scores", "call");
        const string Body = """{"run": {"pipeline_uuid": "scores", "block_uuid": "score", "variables": {"count": 2}, "record": true, "store_variables": true}}""";

        foreach (var (address, header) in new[] { ("/api/runs", $"Bearer {trigger.Token}"), ("/mage/api/runs", $"bearer {trigger.Token}"), ($"/api/runs/{trigger.Token}", ""), ($"/mage/api/runs/{trigger.Token}", "") })
        {
            var (status, body) = await mage.CallAsync("POST", address, Body, ("Authorization", header));

            Assert.True(status == HttpStatusCode.OK, $"{address}: {body}");
            Assert.Equal("""[[{"Name":"item 1","Score":0.5},{"Name":"item 2","Score":1}],2]""", body.GetProperty("run").GetProperty("output").GetRawText());
            var run = (await mage.GetAsync($"/mage/api/pipeline_runs/{body.GetProperty("run").GetProperty("id")}")).GetProperty("pipeline_run");
            Assert.Equal((trigger.Id, "completed"), (run.GetProperty("pipeline_schedule_id").GetInt64(), run.GetProperty("status").GetString()));
        }
    }

    [Fact]
    public async Task Variables_of_the_trigger_hold_where_the_call_gives_none()
    {
        var trigger = await mage.TriggerAsync("scores", "call");

        var (_, body) = await RunAsync(trigger.Token, """{"pipeline_uuid": "scores", "block_uuid": "score"}""");

        Assert.Equal(3, body.GetProperty("run").GetProperty("output")[1].GetInt32());
    }

    [Fact]
    public async Task What_a_block_needs_is_run_where_that_is_asked_for()
    {
        var trigger = await mage.TriggerAsync("chain", "call");

        var (status, body) = await RunAsync(trigger.Token, """{"pipeline_uuid": "chain", "block_uuid": "count_people", "run_upstream_blocks": true}""");

        Assert.True(status == HttpStatusCode.OK, body.ToString());
        Assert.Equal("""[{"count":3}]""", body.GetProperty("run").GetProperty("output").GetRawText());
        Assert.Contains("run_upstream_blocks", MageServer.Refused(
            await RunAsync(trigger.Token, """{"pipeline_uuid": "chain", "block_uuid": "count_people"}"""), HttpStatusCode.BadRequest, "needs_upstream"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_says_which_of_several_pipelines_is_meant()
    {
        var trigger = await mage.TriggerAsync("twin", "call", "?project=other");

        var (status, body) = await RunAsync(trigger.Token, """{"pipeline_uuid": "twin", "block_uuid": "score"}""");

        Assert.True(status == HttpStatusCode.OK, body.ToString());
        Assert.Equal("other", (await mage.GetAsync($"/mage/api/pipeline_runs/{body.GetProperty("run").GetProperty("id")}")).GetProperty("pipeline_run").GetProperty("repo_path").GetString());
        MageServer.Refused(await RunAsync(trigger.Token, """{"pipeline_uuid": "twin", "block_uuid": "score", "project": "demo"}"""), HttpStatusCode.Unauthorized, "wrong_token");
    }

    [Fact]
    public async Task A_wrong_token_another_pipelines_and_an_unknown_pipeline_get_the_same_answer()
    {
        var scores = await mage.TriggerAsync("scores", "call");
        var answers = new List<string>();
        foreach (var (token, pipeline) in new[] { ("", "scores"), ("wrong", "scores"), (scores.Token[..^1], "scores"), (scores.Token, "chain"), (scores.Token, "none"), (scores.Token, "people") })
        {
            answers.Add(MageServer.Refused(await RunAsync(token, $$"""{"pipeline_uuid": "{{pipeline}}", "block_uuid": "score"}"""), HttpStatusCode.Unauthorized, "wrong_token"));
        }

        Assert.Single(answers.Distinct());
        MageServer.Refused(await mage.CallAsync("POST", "/api/runs", """{"run": {"pipeline_uuid": "scores", "block_uuid": "score"}}"""), HttpStatusCode.Unauthorized, "wrong_token");
    }

    [Fact]
    public async Task An_inactive_trigger_is_a_conflict_and_an_unknown_block_is_not_found()
    {
        var asleep = await mage.TriggerAsync("scores", "asleep");
        var call = await mage.TriggerAsync("scores", "call");

        Assert.Contains("'asleep' is inactive", MageServer.Refused(await RunAsync(asleep.Token, """{"pipeline_uuid": "scores", "block_uuid": "score"}"""), HttpStatusCode.Conflict, "conflict"), StringComparison.Ordinal);
        Assert.Contains("It has: score.", MageServer.Refused(await RunAsync(call.Token, """{"pipeline_uuid": "scores", "block_uuid": "none"}"""), HttpStatusCode.NotFound, "not_found"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"pipeline_uuid": "scores"}""")]
    [InlineData("""{"pipeline_uuid": "scores", "block_uuid": null}""")]
    [InlineData("""{"pipeline_uuid": "scores", "block_uuid": "score", "variables": [1]}""")]
    [InlineData("null")]
    public async Task A_body_that_cannot_be_read_is_refused(string json)
    {
        var trigger = await mage.TriggerAsync("scores", "call");

        Assert.Contains("Wanted is an object such as {\"run\":", MageServer.Refused(await RunAsync(trigger.Token, json), HttpStatusCode.BadRequest, "invalid_json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_block_that_fails_is_an_error_with_its_reason_and_the_run()
    {
        var trigger = await mage.TriggerAsync("scores", "call");

        var message = MageServer.Refused(
            await RunAsync(trigger.Token, """{"pipeline_uuid": "scores", "block_uuid": "score", "variables": {"fail": "no luck"}}"""), HttpStatusCode.UnprocessableEntity, "run_failed");

        Assert.Matches(@"^Run \d+ is failed\. Block 'score': .*no luck.* \(custom/score\.cs:\d+\)$", message);
    }

    [Fact]
    public async Task An_output_that_does_not_fit_is_an_error_that_says_where_it_is()
    {
        var trigger = await mage.TriggerAsync("scores", "call");

        var large = await RunAsync(trigger.Token, """{"pipeline_uuid": "scores", "block_uuid": "score", "variables": {"count": 200000}}""");
        var larger = await RunAsync(trigger.Token, """{"pipeline_uuid": "scores", "block_uuid": "score", "variables": {"count": 3000000}}""");

        Assert.All([large, larger], answer => Assert.Matches(
            @"GET /api/pipeline_runs/\d+/blocks/score/outputs/output_0\.$", MageServer.Refused(answer, HttpStatusCode.RequestEntityTooLarge, "output_too_large")));
    }

    [Fact]
    public async Task A_run_that_takes_longer_goes_on_and_the_answer_names_it()
    {
        var trigger = await mage.TriggerAsync("sleeps", "call");

        var message = MageServer.Refused(
            await RunAsync(trigger.Token, """{"pipeline_uuid": "sleeps", "block_uuid": "sleep"}""", "?wait=1"), HttpStatusCode.GatewayTimeout, "run_goes_on");

        var id = long.Parse(message.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(HttpStatusCode.OK, (await mage.CallAsync("PUT", $"/mage/api/pipeline_runs/{id}", """{"pipeline_run": {"status": "cancelled"}}""")).Status);
        await mage.Server.WaitUntilAsync(id, "cancelled");
        Assert.Contains("'wait' is '301'", MageServer.Refused(
            await RunAsync(trigger.Token, """{"pipeline_uuid": "sleeps", "block_uuid": "sleep"}""", "?wait=301"), HttpStatusCode.BadRequest, "invalid_request"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_another_site_may_ask_with_a_token_and_for_nothing_else()
    {
        var trigger = await mage.TriggerAsync("scores", "call");
        var foreign = new[] { ("Origin", "https://shop.example"), ("Sec-Fetch-Site", "cross-site") };

        Assert.Equal(HttpStatusCode.OK, (await mage.CallAsync("POST", $"/api/runs/{trigger.Token}", """{"run": {"pipeline_uuid": "scores", "block_uuid": "score"}}""", foreign)).Status);
        MageServer.Refused(
            await mage.CallAsync("POST", $"/mage/api/pipeline_schedules/{trigger.Id}/pipeline_runs", """{"pipeline_run": {}}""", foreign), HttpStatusCode.Forbidden, "foreign_origin");
    }

    private Task<(HttpStatusCode Status, JsonElement Body)> RunAsync(string token, string run, string query = "") =>
        mage.CallAsync("POST", $"/api/runs{query}", $$"""{"run": {{run}}}""", ("Authorization", $"Bearer {token}"));
}
