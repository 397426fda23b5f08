using System.Net;
using System.Text.Json;

namespace Mlops.Server.Tests.Api.Mage;

public sealed class MageBackfillsApiTests(MageServer mage) : IClassFixture<MageServer>
{
    private const string Two = """{"backfill": {"name": "May", "start_datetime": "2026-05-01 00:00:00", "end_datetime": "2026-05-02", "interval_type": "day", "interval_units": "1", "variables": {"count": 2}, "settings": {"max_concurrent_runs": 2}, "repo_path": "ignored"}}""";

    [Fact]
    public async Task A_backfill_is_made_started_read_and_listed()
    {
        var (status, body) = await mage.CallAsync("POST", "/api/pipelines/twin/backfills?project=demo", Two);
        var made = body.GetProperty("backfill");
        var id = made.GetProperty("id").GetInt64();

        Assert.Equal((HttpStatusCode.Created, "May", "initial", "day", 2, 2), (
            status, Text(made, "name"), Text(made, "status"), Text(made, "interval_type"), made.GetProperty("total_run_count").GetInt32(), made.GetProperty("settings").GetProperty("max_concurrent_runs").GetInt32()));
        Assert.Equal(("2026-05-01T00:00:00Z", "2026-05-02T00:00:00Z"), (Text(made, "start_datetime"), Text(made, "end_datetime")));
        await mage.CallAsync("PUT", $"/api/backfills/{id}", """{"backfill": {"status": "initial"}}""");
        var start = TimeProvider.System.GetTimestamp();
        JsonElement now;
        do
        {
            // The address is ours too: without a key the answer is ours, under Mage's own folder it is Mage's.
            now = (await mage.CallAsync("GET", $"/mage/api/backfills/{id}")).Body.GetProperty("backfill");
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(90), now.ToString());
        }
        while (Text(now, "status") is "running" or "initial");

        Assert.Equal(("completed", """{"initial":0,"running":0,"completed":2,"failed":0,"cancelled":0}"""), (Text(now, "status"), now.GetProperty("run_status_counts").GetRawText()));
        Assert.False((await mage.CallAsync("GET", $"/api/backfills/{id}")).Body.TryGetProperty("backfill", out _));
        var list = (await mage.CallAsync("GET", "/api/pipelines/twin/backfills?project=demo&_limit=1")).Body;
        Assert.Equal((id, 1), (list.GetProperty("backfills")[0].GetProperty("id").GetInt64(), list.GetProperty("metadata").GetProperty("count").GetInt32()));
        MageServer.Refused(await mage.CallAsync("PUT", $"/api/backfills/{id}", """{"backfill": {"status": "initial"}}"""), HttpStatusCode.Conflict, "conflict");
        var (_, cancelled) = await mage.CallAsync("PUT", $"/api/backfills/{id}", """{"backfill": {"status": "cancelled"}}""");
        Assert.Equal("completed", Text(cancelled.GetProperty("backfill"), "status"));
    }

    [Theory]
    [InlineData("""{"start_datetime": "soon", "end_datetime": "2026-05-03", "interval_type": "day"}""", "invalid_backfill", "The start 'soon' is no time.")]
    [InlineData("""{"start_datetime": "2026-05-03", "end_datetime": "2026-05-01", "interval_type": "day"}""", "invalid_backfill", "end")]
    [InlineData("""{"start_datetime": "2026-05-01", "end_datetime": "2026-05-03", "interval_type": "fortnight"}""", "invalid_backfill", "fortnight")]
    public async Task What_cannot_be_made_is_said(string backfill, string type, string message)
    {
        var answer = await mage.CallAsync("POST", "/api/pipelines/twin/backfills?project=demo", $$"""{"backfill": {{backfill}}}""");

        MageServer.Refused(answer, HttpStatusCode.BadRequest, type);
        Assert.Contains(message, answer.Body.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_and_what_is_no_status_is_said()
    {
        MageServer.Refused(await mage.CallAsync("PUT", "/api/backfills/99999", """{"backfill": {"status": "initial"}}"""), HttpStatusCode.NotFound, "not_found");
        MageServer.Refused(await mage.CallAsync("PUT", "/api/backfills/99999", """{"backfill": {"status": "paused"}}"""), HttpStatusCode.BadRequest, "invalid_request");
        MageServer.Refused(await mage.CallAsync("PUT", "/api/backfills/99999", """{"backfill": {"name": "x"}}"""), HttpStatusCode.BadRequest, "invalid_request");
        MageServer.Refused(await mage.CallAsync("GET", "/mage/api/backfills/99999"), HttpStatusCode.NotFound, "not_found");
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
