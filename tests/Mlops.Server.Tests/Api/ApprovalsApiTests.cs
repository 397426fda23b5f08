using System.Net;
using System.Text.Json;
using Mlops.Server.Tests.Fixtures;

namespace Mlops.Server.Tests.Api;

public sealed class ApprovalsApiTests(AskingServer fixture) : IClassFixture<AskingServer>
{
    private readonly ServerUnderTest _server = fixture.Server;

    [Fact]
    public async Task A_block_waits_until_somebody_approves_and_others_are_told_by_whom()
    {
        var asked = await fixture.AskAsync();
        var id = asked.GetProperty("id").GetInt64();
        var runId = asked.GetProperty("pipeline_run_id").GetInt64();
        var waiting = await _server.GetJsonAsync($"/api/pipeline_runs/{runId}");

        var (approved, approval) = await PostAsync($"/api/approvals/{id}/approve", """{"comment": "fine"}""");
        await _server.WaitUntilAsync(runId, "completed");
        var (again, conflict) = await PostAsync($"/api/approvals/{id}/reject");

        Assert.Equal(
            ("demo", "asking", "send", "Send prices", "Send <b>these</b> prices?", "open"),
            (Text(asked, "project_uuid"), Text(asked, "pipeline_uuid"), Text(asked, "block_uuid"), Text(asked, "block_name"), Text(asked, "message"), Text(asked, "status")));
        var block = waiting.GetProperty("block_runs")[0];
        Assert.Equal((true, JsonValueKind.Null), (block.GetProperty("waits_for_approval").GetBoolean(), block.GetProperty("next_attempt_at").ValueKind));
        Assert.Equal("Block 'send' waits for somebody to approve it.", Text(waiting, "waiting_for"));
        Assert.Equal(HttpStatusCode.OK, approved.StatusCode);
        Assert.Equal(("approved", "local operator", "fine"), (Text(approval, "status"), Text(approval, "decided_by"), Text(approval, "comment")));
        Assert.Equal((HttpStatusCode.Conflict, "urn:mlops:error:conflict"), (again.StatusCode, Text(conflict, "type")));
        Assert.Contains($"Block 'send' of run {runId} was approved by local operator at", conflict.GetProperty("errors")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal("approved", Text(await _server.GetJsonAsync($"/api/approvals/{id}"), "status"));
    }

    [Fact]
    public async Task A_block_that_is_rejected_fails_with_the_reason()
    {
        var asked = await fixture.AskAsync("brief");
        var runId = asked.GetProperty("pipeline_run_id").GetInt64();
        var waiting = await _server.GetJsonAsync($"/api/pipeline_runs/{runId}");

        var (response, _) = await PostAsync($"/api/approvals/{asked.GetProperty("id")}/reject", """{"comment": "too dear"}""");
        await _server.WaitUntilAsync(runId, "failed");

        var error = (await _server.GetJsonAsync($"/api/pipeline_runs/{runId}")).GetProperty("block_runs")[0].GetProperty("error");
        Assert.Equal((HttpStatusCode.OK, "rejected", "Rejected by local operator: too dear"), (response.StatusCode, Text(error, "type"), Text(error, "message")));
        // When its time is over is no attempt either.
        Assert.Equal(JsonValueKind.Null, waiting.GetProperty("block_runs")[0].GetProperty("next_attempt_at").ValueKind);
        Assert.Equal(TimeSpan.FromHours(1), asked.GetProperty("expires_at").GetDateTimeOffset() - asked.GetProperty("requested_at").GetDateTimeOffset());
    }

    [Fact]
    public async Task Approvals_are_listed_by_filter_a_page_at_a_time()
    {
        var first = (await fixture.AskAsync()).GetProperty("id").GetInt64();
        var second = (await fixture.AskAsync()).GetProperty("id").GetInt64();
        await PostAsync($"/api/approvals/{first}/reject");

        var open = await _server.GetJsonAsync("/api/approvals?project=demo&status=open&limit=100");
        var decided = await _server.GetJsonAsync("/api/approvals?status=decided&limit=100");
        var page = await _server.GetJsonAsync("/api/approvals?project=demo&limit=1");
        var next = await _server.GetJsonAsync(Text(page, "next")!);
        var other = await _server.GetJsonAsync("/api/approvals?project=other");

        Assert.Contains(second, Ids(open));
        Assert.DoesNotContain(first, Ids(open));
        Assert.Contains(first, Ids(decided));
        Assert.DoesNotContain(second, Ids(decided));
        Assert.Equal(second, Assert.Single(Ids(page)));
        Assert.Equal(first, Assert.Single(Ids(next)));
        Assert.Equal(Ids(open).Count, open.GetProperty("open_count").GetInt32());
        Assert.Equal((0, 0, JsonValueKind.Null), (Ids(other).Count, other.GetProperty("open_count").GetInt32(), other.GetProperty("next").ValueKind));
    }

    [Theory]
    [InlineData("GET", "/api/approvals/999999", null, 404, "There is no approval 999999.")]
    [InlineData("POST", "/api/approvals/999999/approve", null, 404, "There is no approval 999999.")]
    [InlineData("POST", "/api/approvals/999999/links", null, 404, "There is no approval 999999.")]
    [InlineData("GET", "/api/approvals?status=closed", null, 400, "'status' is 'closed'; one of open, decided is wanted.")]
    [InlineData("GET", "/api/approvals?limit=101", null, 400, "'limit' is 101; a whole number from 1 to 100 is wanted.")]
    [InlineData("GET", "/api/approvals?run=mine", null, 400, "'run' is 'mine'; a whole number is wanted.")]
    [InlineData("POST", "/api/approvals/1/reject", """{"reason": "no"}""", 400, "reason")]
    [InlineData("POST", "/api/approvals/1/links", """{"expires_in": 0}""", 400, "'expires_in' is 0; a whole number from 1 to 31,622,400 is wanted.")]
    [InlineData("POST", "/api/approvals/1/links", """{"expires_in": 31622401}""", 400, "'expires_in' is 31622401")]
    public async Task What_cannot_be_done_is_refused_in_words(string method, string address, string? json, int status, string words)
    {
        var (response, body) = await _server.SendAsync(new HttpMethod(method), address, json);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(words, body.GetProperty("errors")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_comment_that_is_too_long_decides_nothing()
    {
        var id = (await fixture.AskAsync()).GetProperty("id").GetInt64();

        var (response, body) = await PostAsync($"/api/approvals/{id}/approve", $$"""{"comment": "{{new string('x', 2001)}}"}""");

        Assert.Equal((HttpStatusCode.BadRequest, "urn:mlops:error:invalid_comment"), (response.StatusCode, Text(body, "type")));
        Assert.Equal("open", Text(await _server.GetJsonAsync($"/api/approvals/{id}"), "status"));
    }

    private Task<(HttpResponseMessage Response, JsonElement Body)> PostAsync(string address, string? json = null) => _server.SendAsync(HttpMethod.Post, address, json);

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static IReadOnlyList<long> Ids(JsonElement list) => [.. list.GetProperty("approvals").EnumerateArray().Select(item => item.GetProperty("id").GetInt64())];
}
