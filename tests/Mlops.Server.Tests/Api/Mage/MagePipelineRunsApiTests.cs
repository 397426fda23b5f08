using System.Net;
using System.Text.Json;

namespace Mlops.Server.Tests.Api.Mage;

public sealed class MagePipelineRunsApiTests(MageServer mage) : IClassFixture<MageServer>
{
    [Fact]
    public async Task A_run_has_mages_fields_and_its_block_runs()
    {
        var run = await mage.RunAsync("people", """{"count": 4}""");

        Assert.Equal(("people", "python", "completed", "demo"), (Text(run, "pipeline_uuid"), Text(run, "pipeline_type"), Text(run, "status"), Text(run, "repo_path")));
        Assert.Equal((3, 3, 4, false), (
            run.GetProperty("block_runs_count").GetInt32(), run.GetProperty("completed_block_runs_count").GetInt32(), run.GetProperty("variables").GetProperty("count").GetInt32(),
            run.GetProperty("passed_sla").GetBoolean()));
        Assert.Equal(["load_people", "sub/keep_known_ages", "count_people"], run.GetProperty("block_runs").EnumerateArray().Select(block => Text(block, "block_uuid")));
        Assert.All(run.GetProperty("block_runs").EnumerateArray(), block => Assert.Equal(
            ("completed", run.GetProperty("id").GetInt64(), JsonValueKind.Null), (Text(block, "status"), block.GetProperty("pipeline_run_id").GetInt64(), block.GetProperty("metrics").ValueKind)));
        Assert.Equal(
            ["backfill_id", "block_runs", "block_runs_count", "completed_at", "completed_block_runs_count", "created_at", "event_variables", "execution_date", "executor_type",
                "global_data_product_uuid", "id", "metrics", "passed_sla", "pipeline_schedule_id", "pipeline_schedule_name", "pipeline_schedule_type", "pipeline_tags", "pipeline_type",
                "pipeline_uuid", "repo_path", "started_at", "status", "updated_at", "variables"],
            run.EnumerateObject().Select(property => property.Name).Order());
    }

    [Fact]
    public async Task A_block_that_failed_says_why_where_mage_says_it()
    {
        var run = await mage.RunAsync("scores", """{"fail": "no luck"}""");

        var error = run.GetProperty("block_runs")[0].GetProperty("metrics").GetProperty("error");
        Assert.Equal(("failed", "System.InvalidOperationException: no luck"), (Text(run, "status"), Text(error, "error")));
        Assert.Contains("custom/score.cs:", Text(error, "message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_of_a_backfill_are_found_by_it()
    {
        var (_, backfill) = await mage.Server.SendAsync(
            HttpMethod.Post, "/api/projects/demo/pipelines/chain/backfills", """{"start": "2025-01-01", "end": "2025-01-03", "interval_type": "day", "max_concurrent_runs": 2}""");
        var id = Id(backfill);
        await mage.Server.SendAsync(HttpMethod.Post, $"/api/backfills/{id}/start");

        var runs = await RunsUntilAsync(2);

        Assert.All(runs, run => Assert.Equal((id, "chain"), (run.GetProperty("backfill_id").GetInt64(), Text(run, "pipeline_uuid"))));
        Assert.Equal(["2025-01-01T00:00:00Z", "2025-01-02T00:00:00Z"], runs.Select(run => Text(run, "execution_date")).Order());

        async Task<List<JsonElement>> RunsUntilAsync(int count)
        {
            var start = TimeProvider.System.GetTimestamp();
            List<JsonElement> found;
            do
            {
                Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(60), "The backfill makes no runs.");
                found = [.. (await mage.GetAsync($"/mage/api/pipeline_runs?backfill_id={id}")).GetProperty("pipeline_runs").EnumerateArray()];
            }
            while (found.Count < count);
            return found;
        }
    }

    [Fact]
    public async Task A_run_is_cancelled_and_retried()
    {
        var id = Id((await mage.Server.SendAsync(HttpMethod.Post, "/api/projects/demo/pipelines/sleeps/runs", "{}")).Body);

        Assert.Equal(HttpStatusCode.OK, (await ChangeAsync(id, """{"status": "cancelled"}""")).Status);
        await mage.Server.WaitUntilAsync(id, "cancelled");
        Assert.Equal(HttpStatusCode.OK, (await ChangeAsync(id, """{"pipeline_run_action": "retry_blocks", "status": "cancelled"}""")).Status);
        await mage.Server.WaitUntilAsync(id, "running");
        await ChangeAsync(id, """{"status": "cancelled"}""");
        await mage.Server.WaitUntilAsync(id, "cancelled");
    }

    [Fact]
    public async Task A_run_is_retried_from_a_block_on()
    {
        var id = Id(await mage.RunAsync("people"));

        Assert.Equal(HttpStatusCode.OK, (await ChangeAsync(id, """{"pipeline_run_action": "retry_blocks", "from_block_uuid": "sub/keep_known_ages"}""")).Status);

        await mage.Server.WaitUntilAsync(id, "completed");
        Assert.Equal([1, 2, 2], (await mage.Server.GetJsonAsync($"/api/pipeline_runs/{id}")).GetProperty("block_runs").EnumerateArray().Select(block => block.GetProperty("attempt").GetInt32()));
        MageServer.Refused(await ChangeAsync(id, """{"pipeline_run_action": "retry_blocks"}"""), HttpStatusCode.Conflict, "conflict");
        MageServer.Refused(await ChangeAsync(id, """{"pipeline_run_action": "retry_blocks", "from_block_uuid": "none"}"""), HttpStatusCode.NotFound, "not_found");
    }

    [Theory]
    [InlineData("""{"status": "completed"}""")]
    [InlineData("""{"pipeline_run_action": "sing"}""")]
    [InlineData("{}")]
    public async Task Anything_else_is_refused_in_words(string json)
    {
        var id = Id(await mage.RunAsync("scores"));

        Assert.Contains("retry_blocks", MageServer.Refused(await ChangeAsync(id, json), HttpStatusCode.BadRequest, "invalid_request"), StringComparison.Ordinal);
        MageServer.Refused(await ChangeAsync(999999, """{"status": "cancelled"}"""), HttpStatusCode.NotFound, "not_found");
    }

    private Task<(HttpStatusCode Status, JsonElement Body)> ChangeAsync(long id, string json) => mage.CallAsync("PUT", $"/mage/api/pipeline_runs/{id}", $$"""{"pipeline_run": {{json}}}""");

    private static long Id(JsonElement run) => run.GetProperty("id").GetInt64();

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
