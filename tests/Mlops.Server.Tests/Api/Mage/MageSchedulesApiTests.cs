using System.Net;
using System.Text.Json;

namespace Mlops.Server.Tests.Api.Mage;

public sealed class MageSchedulesApiTests(MageServer mage) : IClassFixture<MageServer>
{
    [Fact]
    public async Task A_trigger_is_made_read_changed_and_removed()
    {
        var (status, body) = await mage.CallAsync("POST", "/api/pipelines/twin/pipeline_schedules?project=demo",
            """{"pipeline_schedule": {"name": "Dawn", "schedule_type": "time", "schedule_interval": "30 6 * * *", "start_time": "2036-01-01 00:00:00", "status": "active", "variables": {"count": 4}, "settings": {"timeout": 60}, "sla": 90, "description": "Early", "tags": ["a"], "repo_path": "ignored"}}""");
        var made = body.GetProperty("pipeline_schedule");
        var address = $"/api/pipeline_schedules/{made.GetProperty("id")}";

        Assert.Equal((HttpStatusCode.Created, "Dawn", "time", "30 6 * * *", "active"), (status, Text(made, "name"), Text(made, "schedule_type"), Text(made, "schedule_interval"), Text(made, "status")));
        Assert.Equal(("2036-01-01T06:30:00Z", """{"count":4}""", """{"timeout":60}""", 90, """["a"]"""), (
            Text(made, "next_pipeline_run_date"), made.GetProperty("variables").GetRawText(), made.GetProperty("settings").GetRawText(), made.GetProperty("sla").GetInt32(), made.GetProperty("tags").GetRawText()));
        var file = Path.Combine(mage.Server.Projects.ProjectsPath, "demo/pipelines/twin/triggers.yaml");
        var written = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, (await mage.CallAsync("PUT", address, (await mage.GetAsync(address)).GetRawText())).Status);
        Assert.Equal(written, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));

        var (_, changed) = await mage.CallAsync("PUT", address, """{"pipeline_schedule": {"id": 9, "name": "Dawn", "status": "inactive", "description": null, "settings": {"timeout": 70}}}""");
        Assert.Equal(("inactive", "Early", """{"timeout":70}"""), (
            Text(changed.GetProperty("pipeline_schedule"), "status"), Text(changed.GetProperty("pipeline_schedule"), "description"), changed.GetProperty("pipeline_schedule").GetProperty("settings").GetRawText()));

        Assert.Equal("Dawn", Text((await mage.CallAsync("DELETE", address)).Body.GetProperty("pipeline_schedule"), "name"));
        MageServer.Refused(await mage.CallAsync("GET", address), HttpStatusCode.NotFound, "not_found");
        MageServer.Refused(await mage.CallAsync("DELETE", address), HttpStatusCode.NotFound, "not_found");
    }

    [Theory]
    [InlineData("""{"schedule_interval": "@daily"}""", "invalid_trigger", "name")]
    [InlineData("""{"name": "t", "schedule_interval": "61 * * * *"}""", "invalid_trigger", "61 * * * *")]
    [InlineData("""{"name": "t", "schedule_interval": "@daily", "status": "paused"}""", "invalid_request", "'status' is 'paused'; active or inactive is wanted.")]
    [InlineData("""{"name": "t", "event_matchers": [{"name": "x"}]}""", "invalid_request", "'event_matchers'")]
    [InlineData("""{"name": "t", "tags": "a"}""", "invalid_json", "Wanted is an object such as")]
    public async Task What_could_not_fire_is_refused(string json, string type, string words) => Assert.Contains(
        words, MageServer.Refused(await mage.CallAsync("POST", "/api/pipelines/people/pipeline_schedules", $$"""{"pipeline_schedule": {{json}}}"""), HttpStatusCode.BadRequest, type), StringComparison.Ordinal);

    [Fact]
    public async Task A_trigger_cannot_be_given_another_name_or_a_status_that_there_is_not()
    {
        var trigger = await mage.TriggerAsync("chain", "call");
        var address = $"/api/pipeline_schedules/{trigger.Id}";

        Assert.Contains("another name is another trigger", MageServer.Refused(await mage.CallAsync("PUT", address, """{"pipeline_schedule": {"name": "x"}}"""), HttpStatusCode.BadRequest, "invalid_request"), StringComparison.Ordinal);
        Assert.Contains("'status' is 'on'", MageServer.Refused(await mage.CallAsync("PUT", address, """{"pipeline_schedule": {"status": "on"}}"""), HttpStatusCode.BadRequest, "invalid_request"), StringComparison.Ordinal);
        MageServer.Refused(await mage.CallAsync("PUT", "/api/pipeline_schedules/999999", """{"pipeline_schedule": {"status": "active"}}"""), HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task A_token_is_shown_with_its_trigger_alone_and_can_be_changed()
    {
        var trigger = await mage.TriggerAsync("chain", "asleep");
        var list = (await mage.GetAsync("/api/pipeline_schedules?pipeline_uuid=chain")).GetProperty("pipeline_schedules");
        Assert.All(list.EnumerateArray(), each => Assert.Null(Text(each, "token")));

        var (status, body) = await mage.CallAsync("PUT", $"/api/pipeline_schedules/{trigger.Id}", """{"pipeline_schedule": {"rotate_token": true}}""");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.NotEqual(trigger.Token, Text(body.GetProperty("pipeline_schedule"), "token"));
    }

    [Theory]
    [InlineData("?status[]=active&pipeline_uuid[]=scores&pipeline_uuid[]=sleeps", "call call")]
    [InlineData("?schedule_type=time&project=demo&pipeline_uuid=people", "nightly")]
    [InlineData("?project=other", "asleep call")]
    [InlineData("?project=other&_limit=1&_offset=1", "call")]
    [InlineData("?tag[]=none", "")]
    public async Task Triggers_are_found_by_mages_filters(string query, string names) => Assert.Equal(
        names, string.Join(' ', (await mage.GetAsync("/api/pipeline_schedules" + query)).GetProperty("pipeline_schedules").EnumerateArray().Select(each => Text(each, "name"))));

    [Fact]
    public async Task A_run_is_made_for_a_trigger_of_any_type_and_counts_among_its_runs()
    {
        var trigger = await mage.TriggerAsync("scores", "call");
        var address = $"/api/pipeline_schedules/{trigger.Id}/pipeline_runs";

        var (status, body) = await mage.CallAsync("POST", address, """{"pipeline_run": {"variables": {"count": 5}, "execution_date": "2024-02-03 04:05:06"}}""");
        var run = body.GetProperty("pipeline_run");
        await mage.Server.WaitUntilAsync(run.GetProperty("id").GetInt64(), "completed");

        Assert.Equal((HttpStatusCode.Created, trigger.Id, "call", "2024-02-03T04:05:06Z", 5), (
            status, run.GetProperty("pipeline_schedule_id").GetInt64(), Text(run, "pipeline_schedule_name"), Text(run, "execution_date"), run.GetProperty("variables").GetProperty("count").GetInt32()));
        var listed = (await mage.GetAsync(address)).GetProperty("pipeline_runs");
        Assert.Contains(run.GetProperty("id").GetInt64(), listed.EnumerateArray().Select(each => each.GetProperty("id").GetInt64()));
        Assert.All(listed.EnumerateArray(), each => Assert.Equal(trigger.Id, each.GetProperty("pipeline_schedule_id").GetInt64()));
        var schedule = (await mage.GetAsync($"/api/pipeline_schedules/{trigger.Id}")).GetProperty("pipeline_schedule");
        Assert.Equal(("completed", 0), (Text(schedule, "last_pipeline_run_status"), schedule.GetProperty("pipeline_in_progress_runs_count").GetInt32()));
        Assert.True(schedule.GetProperty("runtime_average").GetDouble() > 0 && schedule.GetProperty("pipeline_runs_count").GetInt32() >= 1);
    }

    [Fact]
    public async Task A_run_is_refused_where_the_trigger_is_inactive_unknown_or_the_body_wrong()
    {
        var asleep = await mage.TriggerAsync("scores", "asleep");
        var address = $"/api/pipeline_schedules/{asleep.Id}/pipeline_runs";

        Assert.Contains("'asleep' is inactive", MageServer.Refused(await mage.CallAsync("POST", address, """{"pipeline_run": {}}"""), HttpStatusCode.Conflict, "conflict"), StringComparison.Ordinal);
        MageServer.Refused(await mage.CallAsync("POST", "/api/pipeline_schedules/999999/pipeline_runs", """{"pipeline_run": {}}"""), HttpStatusCode.NotFound, "not_found");
        MageServer.Refused(await mage.CallAsync("GET", "/api/pipeline_schedules/999999/pipeline_runs"), HttpStatusCode.NotFound, "not_found");
        MageServer.Refused(await mage.CallAsync("POST", address, """{"variables": {}}"""), HttpStatusCode.BadRequest, "invalid_json");
        Assert.Contains("'execution_date' is 'soon'", MageServer.Refused(
            await mage.CallAsync("POST", address, """{"pipeline_run": {"execution_date": "soon"}}"""), HttpStatusCode.BadRequest, "invalid_request"), StringComparison.Ordinal);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
