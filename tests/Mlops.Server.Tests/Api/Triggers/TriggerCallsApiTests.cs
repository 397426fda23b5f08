using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mlops.Server.Tests.Fixtures;

namespace Mlops.Server.Tests.Api.Triggers;

/// <summary>Runs that programs and webhooks start by Mage's addresses; by Kestrel, since the limit of a body is the server's.</summary>
public sealed class TriggerCallsApiTests(TriggerCallsApiTests.CalledServer fixture) : IClassFixture<TriggerCallsApiTests.CalledServer>
{
    private readonly ServerUnderTest _server = fixture.Server;

    [Fact]
    public async Task A_token_in_the_path_starts_a_run_with_the_variables_of_the_body()
    {
        var trigger = await GetAsync("call");

        var (response, body) = await PostAsync($"{trigger.Address}/pipeline_runs/{trigger.Token}?wait=120", """{"pipeline_run": {"variables": {"count": 1}}, "ref": "main", "count": 9}""");

        var run = body.GetProperty("pipeline_run");
        Assert.Equal((HttpStatusCode.Created, $"/api/pipeline_runs/{run.GetProperty("id")}"), (response.StatusCode, response.Headers.Location?.ToString()));
        Assert.Equal(("completed", "people", trigger.Id), (Text(run, "status"), Text(run, "pipeline_uuid"), run.GetProperty("pipeline_schedule_id").GetInt64()));
        Assert.Equal(("main", 1), (run.GetProperty("variables").GetProperty("ref").GetString(), run.GetProperty("variables").GetProperty("count").GetInt32()));
        Assert.Equal("""{"ref":"main","count":9}""", run.GetProperty("event_variables").GetRawText());
        Assert.False(run.GetProperty("passed_sla").GetBoolean());
        var stored = await _server.GetJsonAsync($"/api/pipeline_runs/{run.GetProperty("id")}");
        Assert.Equal(("api", "call"), (Text(stored, "origin"), Text(stored, "trigger_name")));
    }

    [Fact]
    public async Task A_token_in_a_header_starts_a_run_without_a_body()
    {
        var trigger = await GetAsync("call");

        var (response, body) = await PostAsync($"{trigger.Address}/api_trigger", null, ("Authorization", $"Bearer {trigger.Token}"));

        Assert.Equal((HttpStatusCode.Created, 3L), (response.StatusCode, body.GetProperty("pipeline_run").GetProperty("variables").GetProperty("count").GetInt64()));
    }

    [Fact]
    public async Task A_signed_webhook_of_another_site_starts_a_run()
    {
        var trigger = await GetAsync("call");
        const string Body = """{ "action": "published" }""";
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(trigger.Token), Encoding.UTF8.GetBytes(Body)));

        var (response, body) = await PostAsync(
            $"{trigger.Address}/api_trigger", Body, ("X-Hub-Signature-256", $"sha256={signature}"), ("Origin", "https://hooks.example"), ("Sec-Fetch-Site", "cross-site"));

        Assert.Equal((HttpStatusCode.Created, "published"), (response.StatusCode, body.GetProperty("pipeline_run").GetProperty("event_variables").GetProperty("action").GetString()));
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync($"{trigger.Address}/api_trigger", Body + " ", ("X-Hub-Signature-256", $"sha256={signature}"))).Response.StatusCode);
    }

    [Fact]
    public async Task A_payload_that_does_not_fit_is_answered_with_the_reason_and_one_that_does_with_its_run()
    {
        var trigger = await GetAsync("merged");

        var (other, none) = await PostAsync($"{trigger.Address}/api_trigger", """{"pull_request": {"merged": false}}""", ("Authorization", $"Bearer {trigger.Token}"));
        var (fitting, body) = await PostAsync($"{trigger.Address}/pipeline_runs/{trigger.Token}", """{"pull_request": {"merged": true}}""");

        Assert.Equal((HttpStatusCode.OK, JsonValueKind.Null), (other.StatusCode, none.GetProperty("pipeline_run").ValueKind));
        Assert.Equal("No run, because 'pull_request.merged' is false; wanted is true.", Text(none, "message"));
        Assert.Equal(HttpStatusCode.Created, fitting.StatusCode);
        Assert.Equal("event", Text(await _server.GetJsonAsync($"/api/pipeline_runs/{body.GetProperty("pipeline_run").GetProperty("id")}"), "origin"));
    }

    [Fact]
    public async Task A_host_that_the_server_does_not_go_by_stays_refused()
    {
        var trigger = await GetAsync("call");

        var (response, body) = await PostAsync($"{trigger.Address}/pipeline_runs/{trigger.Token}", "{}", ("Host", "attacker.example"));

        Assert.Equal((HttpStatusCode.BadRequest, "urn:mlops:error:invalid_host"), (response.StatusCode, Text(body, "type")));
    }

    [Fact]
    public async Task A_wrong_token_and_an_unknown_trigger_get_the_same_answer()
    {
        var trigger = await GetAsync("call");
        var off = trigger.Token[..^1] + (trigger.Token[^1] == 'a' ? 'b' : 'a');

        var answers = new List<string>();
        foreach (var (address, token) in new[] { (trigger.Address, off), ("/api/pipeline_schedules/999999", trigger.Token), (trigger.Address, "x") })
        {
            var (response, body) = await PostAsync($"{address}/pipeline_runs/{token}", "{}");
            Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (response.StatusCode, response.Headers.WwwAuthenticate.ToString()));
            answers.Add(body.GetProperty("errors").GetRawText() + Text(body, "type"));
            Assert.DoesNotContain(token + "\"", body.GetProperty("instance").GetRawText(), StringComparison.Ordinal);
        }

        Assert.Single(answers.Distinct());
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync($"{trigger.Address}/api_trigger", "{}")).Response.StatusCode);
    }

    [Fact]
    public async Task An_inactive_trigger_is_a_conflict_in_words()
    {
        var trigger = await GetAsync("asleep");

        var (response, body) = await PostAsync($"{trigger.Address}/pipeline_runs/{trigger.Token}", "{}");

        Assert.Equal((HttpStatusCode.Conflict, "urn:mlops:error:conflict"), (response.StatusCode, Text(body, "type")));
        Assert.Contains("'asleep' is inactive", body.GetProperty("errors")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payload_of_10_megabytes_is_refused()
    {
        var trigger = await GetAsync("call");

        var (response, body) = await PostAsync($"{trigger.Address}/pipeline_runs/{trigger.Token}", "{\"text\": \"" + new string('x', 10_000_000) + "\"}");

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "urn:mlops:error:body_too_large"), (response.StatusCode, Text(body, "type")));
    }

    [Theory]
    [InlineData("{", "line 1")]
    [InlineData("[1]", "The body is of kind Array")]
    [InlineData("""{"pipeline_run": 3}""", "'pipeline_run' is of kind Number")]
    [InlineData("""{"pipeline_run": {"variables": []}}""", "'pipeline_run.variables' is of kind Array")]
    [InlineData("""{"a": 1, "a": 2}""", "'a'")]
    public async Task A_body_that_is_no_object_is_refused(string json, string words)
    {
        var trigger = await GetAsync("call");

        var (response, body) = await PostAsync($"{trigger.Address}/pipeline_runs/{trigger.Token}", json);

        Assert.Equal((HttpStatusCode.BadRequest, "urn:mlops:error:invalid_json"), (response.StatusCode, Text(body, "type")));
        Assert.Contains(words, body.GetProperty("errors")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rotated_token_takes_the_place_of_the_former_one()
    {
        var trigger = await GetAsync("rotated");

        var (_, rotated) = await _server.SendAsync(HttpMethod.Post, $"/api/triggers/{trigger.Id}/rotate_token");

        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync($"{trigger.Address}/pipeline_runs/{trigger.Token}", null)).Response.StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await PostAsync($"{trigger.Address}/pipeline_runs/{Text(rotated, "token")}", null)).Response.StatusCode);
        var schedule = (await _server.GetJsonAsync("/api/projects/demo/pipelines/people/triggers")).GetProperty("triggers").EnumerateArray().Single(item => Text(item, "name") == "nightly");
        Assert.Equal(HttpStatusCode.Conflict, (await _server.SendAsync(HttpMethod.Post, $"/api/triggers/{schedule.GetProperty("id")}/rotate_token")).Response.StatusCode);
    }

    [Fact]
    public async Task No_token_is_in_the_log()
    {
        var trigger = await GetAsync("logged");
        await PostAsync($"{trigger.Address}/pipeline_runs/{trigger.Token}?wait=60", "{}");
        await PostAsync($"{trigger.Address}/pipeline_runs/{trigger.Token}", "{}", ("Host", "attacker.example"));

        var log = new StringBuilder();
        foreach (var file in Directory.GetFiles(Path.Combine(_server.Projects.DataPath, "logs"), "mlops-*.log"))
        {
            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            log.Append(await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        }

        Assert.Contains("/pipeline_runs/***", log.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(trigger.Token, log.ToString(), StringComparison.Ordinal);
    }

    private async Task<(long Id, string Address, string Token)> GetAsync(string name)
    {
        var triggers = (await _server.GetJsonAsync("/api/projects/demo/pipelines/people/triggers")).GetProperty("triggers").EnumerateArray();
        var listed = triggers.Single(item => Text(item, "name") == name);
        Assert.Null(Text(listed, "token"));
        var id = listed.GetProperty("id").GetInt64();
        return (id, $"/api/pipeline_schedules/{id}", Text(await _server.GetJsonAsync($"/api/triggers/{id}"), "token")!);
    }

    private async Task<(HttpResponseMessage Response, JsonElement Body)> PostAsync(string address, string? json, params (string Name, string Value)[] headers)
    {
        using var client = _server.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, address);
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        request.Headers.ExpectContinue = json?.Length > 1_000_000;
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var response = await client.SendAsync(request);
        return (response, JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync()));
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    public sealed class CalledServer : IAsyncLifetime
    {
        internal ServerUnderTest Server { get; } = new(
            PeopleServer.Write(new TestProjects("demo")).File("demo", "pipelines/people/triggers.yaml",
                """
                triggers:
                - {name: nightly, schedule_interval: '@daily', status: inactive}
                - {name: call, schedule_type: api, status: active, variables: {count: 3}}
                - {name: asleep, schedule_type: api, status: inactive}
                - {name: rotated, schedule_type: api, status: active}
                - {name: logged, schedule_type: api, status: active}
                - {name: merged, schedule_type: event, status: active, event: {type: webhook, match: {pull_request: {merged: true}}}}
                """),
            kestrel: true);

        public ValueTask InitializeAsync()
        {
            Server.StartServer();
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
