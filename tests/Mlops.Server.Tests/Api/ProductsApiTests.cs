using System.Net;
using System.Text.Json;
using Mlops.Server.Tests.Fixtures;

namespace Mlops.Server.Tests.Api;

/// <summary>Global data products by REST, made by real runners.</summary>
public sealed class ProductsApiTests : IAsyncDisposable
{
    private const string Products = "/api/projects/demo/global_data_products";

    private readonly ServerUnderTest _server = new(new TestProjects("demo", "other")
        .File("demo", "custom/rank.cs", "public static class Rank { [Custom] public static string[] Run() => [\"search\", \"mail\"]; }")
        .File("demo", "global_data_products.yaml",
            """
            # Made once a day.
            ranking:
              object_type: pipeline
              object_uuid: channels
              outdated_after: {seconds: 86400}
              outdated_starting_at: {hour_of_day: 6}
              settings: {rank: {partitions: 1}}
            broken: {object_uuid: channels, outdated_after: {days: 1}}
            """)
        .Pipeline("demo", "channels", ("custom", "rank", []))
        .PipelineYaml("other", "briefing",
            "name: briefing\nuuid: briefing\ntype: python\nblocks:\n- {uuid: best, name: best, type: global_data_product, language: yaml, configuration: {global_data_product: {project: demo, uuid: ranking}}}\n"));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Products_are_listed_with_their_state_and_made_anew()
    {
        var list = await _server.GetJsonAsync(Products);
        Assert.Equal(["broken never_made", "ranking never_made"], list.GetProperty("global_data_products").EnumerateArray().Select(
            product => $"{product.GetProperty("uuid").GetString()} {product.GetProperty("state").GetString()}"));
        var problem = Assert.Single(list.GetProperty("problems").EnumerateArray());
        Assert.Equal((8, "'days' is not known here. Write one of seconds, weeks, months, years."), (problem.GetProperty("line").GetInt32(), problem.GetProperty("message").GetString()));

        var (started, run) = await _server.SendAsync(HttpMethod.Post, $"{Products}/ranking/refresh");
        var id = run.GetProperty("id").GetInt64();
        Assert.Equal((HttpStatusCode.Created, $"/api/pipeline_runs/{id}", "channels", "product"), (
            started.StatusCode, started.Headers.Location!.ToString(), run.GetProperty("pipeline_uuid").GetString(), run.GetProperty("origin").GetString()));
        await _server.WaitUntilAsync(id, "completed");

        var product = await _server.GetJsonAsync($"{Products}/ranking");
        Assert.Equal((2, "fresh", id, JsonValueKind.Null, JsonValueKind.Null), (
            product.GetProperty("line").GetInt32(), product.GetProperty("state").GetString(), product.GetProperty("latest_run").GetProperty("id").GetInt64(),
            product.GetProperty("open_run").ValueKind, product.GetProperty("problem").ValueKind));
        Assert.True(product.GetProperty("outdated_at").GetDateTimeOffset() >= product.GetProperty("latest_run").GetProperty("execution_date").GetDateTimeOffset().AddDays(1));
        Assert.Equal("""[{"project_uuid":"other","pipeline_uuid":"briefing","block_uuid":"best"}]""", product.GetProperty("used_by").GetRawText());
        Assert.Equal("""{"hour_of_day":6}""", product.GetProperty("outdated_starting_at").GetRawText());
        Assert.Equal("""[{"uuid":"rank","partitions":1}]""", product.GetProperty("blocks").GetRawText());
    }

    [Fact]
    public async Task A_refresh_while_it_is_made_answers_with_the_run_that_makes_it()
    {
        _server.Projects.File("demo", "custom/rank.cs", "public static class Rank { [Custom] public static Task Run(CancellationToken stop) => Task.Delay(Timeout.InfiniteTimeSpan, stop); }");

        var (started, run) = await _server.SendAsync(HttpMethod.Post, $"{Products}/ranking/refresh");
        var (joined, same) = await _server.SendAsync(HttpMethod.Post, $"{Products}/ranking/refresh");
        var product = await _server.GetJsonAsync($"{Products}/ranking");
        await _server.SendAsync(HttpMethod.Post, $"/api/pipeline_runs/{run.GetProperty("id").GetInt64()}/cancel");

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (started.StatusCode, joined.StatusCode));
        Assert.Equal(run.GetProperty("id").GetInt64(), same.GetProperty("id").GetInt64());
        Assert.Equal(run.GetProperty("id").GetInt64(), product.GetProperty("open_run").GetProperty("id").GetInt64());
    }

    [Fact]
    public async Task What_is_not_there_is_named()
    {
        var (missing, problem) = await _server.SendAsync(HttpMethod.Post, $"{Products}/nothing/refresh");
        var (one, _) = await _server.SendAsync(HttpMethod.Get, $"{Products}/nothing");
        var (project, _) = await _server.SendAsync(HttpMethod.Get, "/api/projects/nothing/global_data_products");

        Assert.Equal([404, 404, 404], new[] { missing, one, project }.Select(response => (int)response.StatusCode));
        Assert.Contains("has no global data product 'nothing'. It has: broken, ranking.", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("[]", (await _server.GetJsonAsync("/api/projects/other/global_data_products")).GetProperty("global_data_products").GetRawText());
    }
}
