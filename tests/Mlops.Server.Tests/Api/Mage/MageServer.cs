using System.Net;
using System.Text;
using System.Text.Json;
using Mlops.Server.Tests.Fixtures;

namespace Mlops.Server.Tests.Api.Mage;

/// <summary>A server as a client of Mage sees it: pipelines with triggers in two projects, one of which both have.</summary>
public sealed class MageServer : IAsyncLifetime
{
    private const string Score =
        """
        public sealed record Scored(string Name, double Score);

        public static class Score
        {
            [Custom]
            public static (IReadOnlyList<Scored>, int) Run(int count = 2, string fail = "")
            {
                if (fail.Length > 0) throw new InvalidOperationException(fail);
                return ([.. Enumerable.Range(1, count).Select(i => new Scored($"item {i}", i / 2d))], count);
            }
        }
        """;

    private const string Sleep =
        """
        public static class Sleep
        {
            [Custom]
            public static async Task<int> Run(CancellationToken cancellationToken, int seconds = 120)
            {
                await Task.Delay(TimeSpan.FromSeconds(seconds), cancellationToken);
                return seconds;
            }
        }
        """;

    private const string Calls = "triggers:\n- {name: call, schedule_type: api, status: active, variables: {count: 3}}\n- {name: asleep, schedule_type: api, status: inactive}\n";

    internal ServerUnderTest Server { get; } = new(
        PeopleServer.Write(new TestProjects("demo", "other"))
            .File("demo", "custom/score.cs", Score).File("demo", "custom/sleep.cs", Sleep).File("other", "custom/score.cs", Score)
            .PipelineYaml("demo", "scores", "name: Scores of things\nuuid: scores\ntype: python\ntags: [nice, scored]\nblocks:\n- {uuid: score, name: Score, type: custom, language: csharp, upstream_blocks: []}\n")
            .File("demo", "pipelines/scores/triggers.yaml", Calls)
            .Pipeline("demo", "sleeps", ("custom", "sleep", [])).File("demo", "pipelines/sleeps/triggers.yaml", Calls)
            .Pipeline("demo", "twin", ("custom", "score", [])).Pipeline("other", "twin", ("custom", "score", [])).File("other", "pipelines/twin/triggers.yaml", Calls)
            .Pipeline("demo", "chain", ("data_loader", "load_people", []), ("custom", "count_people", ["load_people"])).File("demo", "pipelines/chain/triggers.yaml", Calls)
            .File("demo", "global_data_products.yaml", "scored:\n  object_type: pipeline\n  object_uuid: scores\n  outdated_after: {seconds: 60}\n  outdated_starting_at: {hour_of_day: 6}\n  settings: {score: {partitions: 1}}\n"));

    public ValueTask InitializeAsync()
    {
        Server.StartServer();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>What an address answers, which must be JSON.</summary>
    internal async Task<(HttpStatusCode Status, JsonElement Body)> CallAsync(string method, string address, string? json = null, params (string Name, string Value)[] headers)
    {
        using var client = Server.CreateClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        // As curl sends it without being told otherwise.
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/x-www-form-urlencoded");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await client.SendAsync(request);
        return (response.StatusCode, JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync()));
    }

    /// <summary>The body of an answer that says that all went well.</summary>
    internal async Task<JsonElement> GetAsync(string address)
    {
        var (status, body) = await CallAsync("GET", address);
        Assert.True(status == HttpStatusCode.OK, $"{address}: {(int)status} {body}");
        return body;
    }

    /// <summary>Asserts that an answer is an error in Mage's envelope with the status of the answer, and gives its message.</summary>
    internal static string Refused((HttpStatusCode Status, JsonElement Body) answer, HttpStatusCode status, string type)
    {
        Assert.True(answer.Body.TryGetProperty("error", out var error), answer.Body.ToString());
        Assert.Equal((status, (int)status, (int)status, type), (answer.Status, error.GetProperty("code").GetInt32(), answer.Body.GetProperty("status").GetInt32(), error.GetProperty("type").GetString()));
        return error.GetProperty("message").GetString()!;
    }

    /// <summary>A trigger with its token.</summary>
    internal async Task<(long Id, string Token)> TriggerAsync(string pipeline, string name, string query = "")
    {
        var list = (await GetAsync($"/mage/api/pipelines/{pipeline}/pipeline_schedules{query}")).GetProperty("pipeline_schedules").EnumerateArray();
        var id = list.Single(item => item.GetProperty("name").GetString() == name).GetProperty("id").GetInt64();
        return (id, (await GetAsync($"/mage/api/pipeline_schedules/{id}")).GetProperty("pipeline_schedule").GetProperty("token").GetString()!);
    }

    /// <summary>A run of a pipeline of <c>demo</c>, at its end.</summary>
    internal async Task<JsonElement> RunAsync(string pipeline, string variables = "{}")
    {
        var run = await Server.RunAsync("demo", pipeline, $$"""{"variables": {{variables}}}""");
        return (await GetAsync($"/mage/api/pipeline_runs/{run.GetProperty("id")}")).GetProperty("pipeline_run");
    }
}
