using System.Net;
using System.Text.Json;
using Mlops.Server.Tests.Fixtures;

namespace Mlops.Server.Tests.Api.Triggers;

/// <summary>Triggers by REST, each test in a pipeline of its own.</summary>
public sealed class TriggersApiTests(PeopleServer fixture) : IClassFixture<PeopleServer>
{
    private readonly ServerUnderTest _server = fixture.Server;

    [Fact]
    public async Task A_trigger_that_is_made_is_written_to_the_file_of_its_pipeline()
    {
        var pipeline = await PipelineAsync("made");

        var (response, made) = await _server.SendAsync(HttpMethod.Post, Address(pipeline),
            """{"name": "Every morning", "schedule_interval": "30 6 * * *", "start_time": "2036-01-01 00:00:00+00:00", "status": "active", "variables": {"count": 4}, "settings": {"time_zone": "Europe/London", "timeout": 60}, "tags": ["a"], "sla": 90, "description": "At \"dawn\": early"}""");

        Assert.Equal((HttpStatusCode.Created, $"/api/triggers/{Id(made)}"), (response.StatusCode, response.Headers.Location?.ToString()));
        Assert.Equal(("Every morning", "time", "active", "2036-01-01T06:30:00Z"), (TextOf(made, "name"), TextOf(made, "schedule_type"), TextOf(made, "status"), TextOf(made, "next_run_at")));
        Assert.Matches(
            """
            ^triggers:
            - name: Every morning
              schedule_type: time
              schedule_interval: "30 6 \* \* \*"
              start_time: 2036-01-01 00:00:00\+00:00
              status: active
              last_enabled_at: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\+00:00
              variables: {count: 4}
              sla: 90
              tags: \[a\]
              description: "At \\"dawn\\": early"
              settings: {time_zone: Europe/London, timeout: 60}
            $
            """.Trim('\n').Replace("\n$", "\n\\z", StringComparison.Ordinal),
            await ReadFileAsync(pipeline));
        Assert.Equal(made.GetRawText(), (await _server.GetJsonAsync($"/api/triggers/{Id(made)}")).GetRawText());
        Assert.Equal(Id(made), Id((await _server.GetJsonAsync(Address(pipeline))).GetProperty("triggers")[0]));
    }

    [Fact]
    public async Task A_second_trigger_goes_behind_the_first_and_leaves_the_file_as_it_is()
    {
        const string Text = "# ours\ntriggers:\n  - name: first   # keep\n    schedule_interval: '@daily'\n    unknown: {a: 1}\n\n# the end\n";
        var pipeline = await PipelineAsync("second", Text);

        await CreateAsync(pipeline, """{"name": "second", "schedule_type": "api"}""");

        Assert.Equal(
            "# ours\ntriggers:\n  - name: first   # keep\n    schedule_interval: '@daily'\n    unknown: {a: 1}\n  - name: second\n    schedule_type: api\n    status: inactive\n\n# the end\n",
            await ReadFileAsync(pipeline));
    }

    [Fact]
    public async Task What_a_trigger_waits_for_is_written_shown_changed_and_removed()
    {
        var pipeline = await PipelineAsync("waits");

        var made = await CreateAsync(pipeline, """{"name": "t", "schedule_type": "event", "event": {"type": "file", "path": "data/inbox", "pattern": "*.csv"}}""");
        Assert.Equal("""{"type":"file","path":"data/inbox","pattern":"*.csv"}""", made.GetProperty("event").GetRawText());
        Assert.Contains("  event: {type: file, path: data/inbox, pattern: \"*.csv\"}\n", await ReadFileAsync(pipeline), StringComparison.Ordinal);

        var (_, changed) = await _server.SendAsync(HttpMethod.Patch, $"/api/triggers/{Id(made)}",
            """{"event": null, "event_matchers": [{"event_type": "aws_event", "pattern": {"source": ["aws.s3"]}}], "status": "active"}""");
        Assert.Equal((JsonValueKind.Null, "aws_event"), (changed.GetProperty("event").ValueKind, changed.GetProperty("event_matchers")[0].GetProperty("event_type").GetString()));
        Assert.Null(TextOf(changed, "problem"));
        Assert.NotNull(TextOf(changed, "token"));

        var (refused, problem) = await _server.SendAsync(HttpMethod.Patch, $"/api/triggers/{Id(made)}", """{"event": {"type": "file", "path": "/etc"}, "event_matchers": null}""");
        Assert.Equal((HttpStatusCode.BadRequest, "urn:mlops:error:invalid_trigger"), (refused.StatusCode, TextOf(problem, "type")));
        Assert.Contains("in no folder that may be watched", problem.GetProperty("errors")[0].GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name": "t", "schedule_interval": "61 * * * *"}""", "invalid_trigger", "61 * * * *")]
    [InlineData("""{"name": "t", "schedule_interval": "@daily", "settings": {"time_zone": "Mars/Olympus"}}""", "invalid_trigger", "Mars/Olympus")]
    [InlineData("""{"name": "t", "schedule_interval": "@daily", "start_time": "soon"}""", "invalid_trigger", "start_time is 'soon'")]
    [InlineData("""{"name": "t", "schedule_interval": "@daily", "settings": {"catch_up": "some"}}""", "invalid_trigger", "catch_up")]
    [InlineData("""{"name": "t", "schedule_interval": "@daily", "sla": -1}""", "invalid_trigger", "sla")]
    [InlineData("""{"name": "t", "schedule_type": "tide"}""", "invalid_trigger", "tide")]
    [InlineData("""{"name": " ", "schedule_interval": "@daily"}""", "invalid_trigger", "name")]
    [InlineData("""{"schedule_interval": "@daily"}""", "invalid_json", "name")]
    [InlineData("""{"name": "t", "schedule": "@daily"}""", "invalid_json", "schedule")]
    public async Task What_could_not_fire_is_refused_and_nothing_is_written(string json, string type, string words)
    {
        var pipeline = await PipelineAsync("refused");

        var (response, body) = await _server.SendAsync(HttpMethod.Post, Address(pipeline), json);

        Assert.Equal((HttpStatusCode.BadRequest, $"urn:mlops:error:{type}"), (response.StatusCode, TextOf(body, "type")));
        Assert.Contains(words, body.GetProperty("errors")[0].GetString(), StringComparison.Ordinal);
        Assert.False(File.Exists(Path(pipeline)));
    }

    [Fact]
    public async Task Two_triggers_of_one_name_are_a_conflict()
    {
        var pipeline = await PipelineAsync("twice");
        await CreateAsync(pipeline, """{"name": "t", "schedule_interval": "@daily"}""");

        var (response, body) = await _server.SendAsync(HttpMethod.Post, Address(pipeline), """{"name": "t", "schedule_interval": "@hourly"}""");

        Assert.Equal((HttpStatusCode.Conflict, "urn:mlops:error:conflict"), (response.StatusCode, TextOf(body, "type")));
    }

    [Fact]
    public async Task A_change_sets_what_it_names_and_keeps_the_rest()
    {
        const string Text = "triggers:\n- name: t\n  schedule_interval: '@daily' # for now\n  description: old\n  unknown: 1\n  settings: {timeout: 5, mine: kept}\n";
        var pipeline = await PipelineAsync("changed", Text);
        var id = await IdAsync(pipeline);

        var (response, changed) = await _server.SendAsync(
            HttpMethod.Patch, $"/api/triggers/{id}", """{"schedule_interval": "@hourly", "description": "", "settings": {"timeout": null, "catch_up": "all"}}""");

        Assert.Equal((HttpStatusCode.OK, "@hourly", $"\"{TextOf(changed, "version")}\""), (response.StatusCode, TextOf(changed, "schedule_interval"), response.Headers.ETag?.ToString()));
        Assert.Equal(
            "triggers:\n- name: t\n  schedule_interval: \"@hourly\" # for now\n  description: null\n  unknown: 1\n  settings: {timeout: null, mine: kept, catch_up: all}\n",
            await ReadFileAsync(pipeline));
    }

    [Fact]
    public async Task A_change_of_a_version_that_the_file_no_longer_has_is_a_conflict_and_loses_nothing()
    {
        var pipeline = await PipelineAsync("conflict", "triggers:\n- {name: t, schedule_interval: '@daily'}\n- {name: u, schedule_interval: '@daily'}\n");
        var id = await IdAsync(pipeline);
        var version = TextOf(await _server.GetJsonAsync($"/api/triggers/{id}"), "version")!;

        // Another trigger's change is none of this one's.
        const string Edited = "triggers:\n- {name: t, schedule_interval: '@daily'}\n- {name: u, schedule_interval: '@monthly'}\n";
        await File.WriteAllTextAsync(Path(pipeline), Edited);
        Assert.Equal(HttpStatusCode.OK, (await ChangeAsync(id, version, """{"schedule_interval": "@weekly"}""")).Response.StatusCode);

        var (response, body) = await ChangeAsync(id, version, """{"schedule_interval": "@hourly"}""");
        Assert.Equal((HttpStatusCode.Conflict, "urn:mlops:error:conflict"), (response.StatusCode, TextOf(body, "type")));
        Assert.Equal(Edited.Replace("t, schedule_interval: '@daily'", "t, schedule_interval: \"@weekly\"", StringComparison.Ordinal), await ReadFileAsync(pipeline));

        using var client = _server.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"/api/triggers/{id}");
        request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        using var deleted = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Conflict, deleted.StatusCode);
    }

    [Fact]
    public async Task A_trigger_is_switched_and_removed()
    {
        var pipeline = await PipelineAsync("switched", "triggers:\n# one\n- name: t\n  schedule_interval: '@daily'\n# two\n- name: u\n  schedule_interval: '@daily'\n");
        var id = await IdAsync(pipeline);

        Assert.Equal("active", TextOf((await _server.SendAsync(HttpMethod.Post, $"/api/triggers/{id}/activate")).Body, "status"));
        Assert.Equal("inactive", TextOf((await _server.SendAsync(HttpMethod.Post, $"/api/triggers/{id}/deactivate")).Body, "status"));
        Assert.Equal(HttpStatusCode.NoContent, (await _server.SendAsync(HttpMethod.Delete, $"/api/triggers/{id}")).Response.StatusCode);

        Assert.Equal("triggers:\n# one\n# two\n- name: u\n  schedule_interval: '@daily'\n", await ReadFileAsync(pipeline));
        Assert.Equal(HttpStatusCode.NotFound, (await _server.SendAsync(HttpMethod.Get, $"/api/triggers/{id}")).Response.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await _server.SendAsync(HttpMethod.Delete, $"/api/triggers/{await IdAsync(pipeline)}")).Response.StatusCode);
        Assert.Equal("triggers: [] # one\n# two\n", await ReadFileAsync(pipeline));
    }

    [Fact]
    public async Task What_a_request_leaves_out_is_named()
    {
        var (response, body) = await _server.SendAsync(HttpMethod.Get, "/api/triggers/preview?time_zone=UTC");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("'interval' is missing; give it in the query string.", body.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task The_next_instants_are_listed_for_what_is_saved_and_what_is_not()
    {
        var preview = await _server.GetJsonAsync("/api/triggers/preview?interval=30%206%20*%20*%20*&time_zone=Europe/London&start_time=2036-03-29T00:00:00Z&count=2");
        Assert.Equal("""{"instants":["2036-03-29T06:30:00Z","2036-03-30T05:30:00Z"]}""", preview.GetRawText());
        var bounded = await _server.GetJsonAsync("/api/triggers/preview?interval=@daily&start_time=2036-03-29T00:00:00Z&windows=mon-fri&count=2");
        Assert.Equal("""{"instants":["2036-03-31T00:00:00Z","2036-04-01T00:00:00Z"]}""", bounded.GetRawText());
        Assert.Equal(5, (await _server.GetJsonAsync("/api/triggers/preview?interval=@hourly")).GetProperty("instants").GetArrayLength());
        Assert.Equal(1, (await _server.GetJsonAsync("/api/triggers/preview?interval=@once")).GetProperty("instants").GetArrayLength());
        foreach (var (query, words) in new[] { ("interval=61%20*%20*%20*%20*", "61 * * * *"), ("interval=@daily&time_zone=Mars/Olympus", "Mars/Olympus"), ("interval=@daily&count=0", "count") })
        {
            var (response, body) = await _server.SendAsync(HttpMethod.Get, $"/api/triggers/preview?{query}");
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Contains(words, body.GetProperty("errors")[0].GetString(), StringComparison.Ordinal);
        }

        var made = await CreateAsync(await PipelineAsync("next"), """{"name": "t", "schedule_interval": "0 0 1 1 *", "start_time": "2036-01-01", "status": "active"}""");
        Assert.Equal("""{"instants":["2036-01-01T00:00:00Z","2037-01-01T00:00:00Z"]}""", (await _server.GetJsonAsync($"/api/triggers/{Id(made)}/next?count=2")).GetRawText());
    }

    [Fact]
    public async Task A_schedule_that_is_made_runs_by_itself_until_it_is_removed()
    {
        var pipeline = await PipelineAsync("by_itself");
        var made = await CreateAsync(pipeline, """{"name": "every second", "schedule_interval": "* * * * * *", "status": "active"}""");
        var runs = default(JsonElement);
        while (runs.ValueKind == JsonValueKind.Undefined || runs.GetProperty("total_count").GetInt64() < 2)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
            runs = await _server.GetJsonAsync($"/api/pipeline_runs?pipeline={pipeline}&status=completed");
        }

        var run = runs.GetProperty("pipeline_runs")[0];
        Assert.Equal(("time", "every second", Id(made)), (TextOf(run, "origin"), TextOf(run, "trigger_name"), run.GetProperty("trigger_id").GetInt64()));
        Assert.Equal(HttpStatusCode.NoContent, (await _server.SendAsync(HttpMethod.Delete, $"/api/triggers/{Id(made)}")).Response.StatusCode);
        var count = (await _server.GetJsonAsync($"/api/pipeline_runs?pipeline={pipeline}")).GetProperty("total_count").GetInt64();
        var later = await CreateAsync(pipeline, """{"name": "after", "schedule_interval": "@once", "status": "active"}""");
        while ((await _server.GetJsonAsync($"/api/triggers/{Id(later)}")).GetProperty("run_count").GetInt64() == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.InRange((await _server.GetJsonAsync($"/api/pipeline_runs?pipeline={pipeline}")).GetProperty("total_count").GetInt64(), count + 1, count + 2);
    }

    /// <summary>A pipeline of the test's own, once the server has seen it.</summary>
    private async Task<string> PipelineAsync(string uuid, string? triggers = null)
    {
        var name = $"{uuid}_{Guid.NewGuid():N}";
        _server.Projects.Pipeline("demo", name, ("data_loader", "load_people", []));
        if (triggers is not null)
        {
            _server.Projects.File("demo", $"pipelines/{name}/triggers.yaml", triggers);
        }

        while ((await _server.SendAsync(HttpMethod.Get, $"/api/projects/demo/pipelines/{name}")).Response.StatusCode != HttpStatusCode.OK)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        return name;
    }

    private string Path(string pipeline) => System.IO.Path.Combine(_server.Projects.ProjectsPath, "demo/pipelines", pipeline, "triggers.yaml");

    private Task<string> ReadFileAsync(string pipeline) => File.ReadAllTextAsync(Path(pipeline));

    private static string Address(string pipeline) => $"/api/projects/demo/pipelines/{pipeline}/triggers";

    private async Task<JsonElement> CreateAsync(string pipeline, string json)
    {
        var (response, body) = await _server.SendAsync(HttpMethod.Post, Address(pipeline), json);
        Assert.True(response.StatusCode == HttpStatusCode.Created, body.ToString());
        return body;
    }

    /// <summary>The first trigger of a pipeline.</summary>
    private async Task<long> IdAsync(string pipeline) => Id((await _server.GetJsonAsync(Address(pipeline))).GetProperty("triggers")[0]);

    private async Task<(HttpResponseMessage Response, JsonElement Body)> ChangeAsync(long id, string version, string json)
    {
        using var client = _server.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/triggers/{id}");
        request.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        var response = await client.SendAsync(request);
        return (response, JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync()));
    }

    private static long Id(JsonElement trigger) => trigger.GetProperty("id").GetInt64();

    private static string? TextOf(JsonElement element, string name) => element.GetProperty(name).GetString();
}
