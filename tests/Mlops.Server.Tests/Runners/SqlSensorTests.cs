using System.Text.Json;
using Mlops.Server.Tests.Fixtures;

namespace Mlops.Server.Tests.Runners;

/// <summary>Sensors in SQL in a server whose only runner they must not hold.</summary>
public sealed class SqlSensorTests : IAsyncDisposable
{
    private readonly ServerUnderTest _server = new(
        new TestProjects("demo")
            .File("demo", "sensors/orders_arrived.sql", "select count(*) >= {{ variables('least') }}\nfrom glob('arrived/' || '{{ variables('day', '2026-01-01') }}' || '*.csv')\n")
            .File("demo", "custom/after.cs", "public static class After { [Custom] public static int Run() => 7; }")
            .PipelineYaml("demo", "waiting", """
                name: waiting
                uuid: waiting
                type: python
                variables: {least: 2}
                blocks:
                - {uuid: orders_arrived, name: Orders arrived, type: sensor, language: sql, upstream_blocks: [], configuration: {interval: 0.3}}
                - {uuid: after, name: After, type: custom, language: csharp, upstream_blocks: [orders_arrived]}
                """)
            .Pipeline("demo", "other", ("custom", "after", []))
            .PipelineYaml("demo", "lost", """
                name: lost
                uuid: lost
                type: python
                blocks:
                - {uuid: orders_arrived, name: Orders arrived, type: sensor, language: sql, configuration: {data_provider: snowflake}}
                """)
            .File("demo", "data_loaders/load.sql", "select 1")
            .PipelineYaml("demo", "later", "name: later\nuuid: later\ntype: python\nblocks:\n- {uuid: load, name: Load, type: data_loader, language: sql}\n"),
        new Dictionary<string, string> { ["Mlops:Runners"] = "1" });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_pipeline_waits_for_a_row_holding_no_runner_and_then_completes()
    {
        var (_, started) = await _server.SendAsync(HttpMethod.Post, "/api/projects/demo/pipelines/waiting/runs", "{}");
        var id = started.GetProperty("id").GetInt64();
        await UntilAsync(id, run => run.GetProperty("waiting_for").GetString()?.StartsWith("Sensor 'orders_arrived' waits", StringComparison.Ordinal) == true);

        var other = await _server.RunAsync("demo", "other");
        var waiting = await _server.GetJsonAsync($"/api/pipeline_runs/{id}");
        _server.Projects.File("demo", "arrived/2026-01-01_a.csv", "id\n1\n").File("demo", "arrived/2026-01-01_b.csv", "id\n2\n");
        await _server.WaitUntilAsync(id, "completed");

        Assert.Equal(("completed", "running"), (other.GetProperty("status").GetString(), waiting.GetProperty("status").GetString()));
        var blocks = (await _server.GetJsonAsync($"/api/pipeline_runs/{id}")).GetProperty("block_runs").EnumerateArray().ToList();
        Assert.Equal(["completed", "completed"], blocks.Select(block => block.GetProperty("status").GetString()));
        Assert.Equal(1, blocks[0].GetProperty("attempt").GetInt32());
    }

    [Fact]
    public async Task What_it_is_refused_stands_at_the_block_and_its_variables_in_the_form()
    {
        var inputs = await _server.GetJsonAsync("/api/projects/demo/pipelines/waiting/inputs");
        var lost = await _server.GetJsonAsync("/api/projects/demo/pipelines/lost/inputs");
        var run = await _server.RunAsync("demo", "waiting", """{"variables": {"least": "two' or true --"}}""");
        var pipeline = await _server.GetJsonAsync("/api/projects/demo/pipelines/later");
        var (response, refused) = await _server.SendAsync(HttpMethod.Post, "/api/projects/demo/pipelines/later/runs", "{}");

        Assert.Equal(
            [("least", "whole_number", "2"), ("day", "text", "2026-01-01")],
            inputs.GetProperty("inputs").EnumerateArray().Select(input => (input.GetProperty("name").GetString(), input.GetProperty("form").GetString(), input.GetProperty("default").ToString())));
        Assert.Empty(inputs.GetProperty("unreadable").EnumerateArray());
        Assert.Equal(
            "sensors/orders_arrived.sql: sensors/orders_arrived.sql: The data_provider 'snowflake' is not known here. There is postgres and duckdb.",
            Assert.Single(lost.GetProperty("unreadable").EnumerateArray()).GetProperty("reason").GetString());
        var error = run.GetProperty("block_runs")[0].GetProperty("error");
        Assert.Equal(("failed", "sql_error", "sensors/orders_arrived.sql"), (run.GetProperty("status").GetString(), error.GetProperty("type").GetString(), error.GetProperty("file").GetString()));
        const string Reason = "SQL is for sensors so far, and this is a Data loader block; it is listed only.";
        Assert.Equal(Reason, pipeline.GetProperty("blocks")[0].GetProperty("cannot_run_because").GetString());
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains(Reason, refused.ToString(), StringComparison.Ordinal);
    }

    private async Task UntilAsync(long id, Func<JsonElement, bool> isSo)
    {
        var start = TimeProvider.System.GetTimestamp();
        for (var run = default(JsonElement); run.ValueKind == JsonValueKind.Undefined || !isSo(run);)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(60), run.ToString());
            run = await _server.GetJsonAsync($"/api/pipeline_runs/{id}");
        }
    }
}
