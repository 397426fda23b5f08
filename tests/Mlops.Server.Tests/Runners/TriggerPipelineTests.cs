using System.Text.Json;
using Mlops.Server.Tests.Fixtures;

namespace Mlops.Server.Tests.Runners;

/// <summary>Code of blocks, in real runner processes, that runs other pipelines.</summary>
public sealed class TriggerPipelineTests : IAsyncDisposable
{
    private const string Caller =
        """
        public static class Caller
        {
            [Custom]
            public static async Task<object> Run(BlockContext context, string pipeline = "child", int calls = 1, bool wait = true, bool strict = true)
            {
                var runs = new List<TriggeredPipelineRun>();
                for (var i = 0; i < calls; i++)
                {
                    runs.Add(await context.TriggerPipelineAsync(pipeline, new { number = i }, checkStatus: wait, errorOnFailure: strict));
                }

                return runs;
            }
        }
        """;

    private const string Child =
        """
        public static class Child
        {
            [Custom]
            public static async Task<int> Run(int number = 7, bool fails = false, int seconds = 0, CancellationToken cancellationToken = default)
            {
                await Task.Delay(TimeSpan.FromSeconds(seconds), cancellationToken);
                return fails ? throw new InvalidOperationException("as asked") : number;
            }
        }
        """;

    // One slot and one runner: whoever waits for another run has to lend both.
    private readonly ServerUnderTest _server = new(Write(new TestProjects("demo")), new Dictionary<string, string> { ["Mlops:Runners"] = "1" });

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_block_runs_other_pipelines_one_after_the_other_with_one_slot_and_one_runner()
    {
        _server.StartServer();

        var run = await _server.RunAsync("demo", "caller", """{"variables": {"calls": 2}}""");

        Assert.Equal("completed", Text(run, "status"));
        var children = await ChildrenAsync("child");
        Assert.Equal([("completed", 0), ("completed", 1)], children.Select(child => (Text(child, "status"), child.GetProperty("variables").GetProperty("number").GetInt32())));
        Assert.All(children, child => Assert.Equal((run.GetProperty("id").GetInt64(), "pipeline"), (child.GetProperty("parent_run_id").GetInt64(), Text(child, "origin"))));
    }

    [Fact]
    public async Task Runs_that_wait_for_runs_that_wait_never_hold_all_slots()
    {
        _server.StartServer();

        var runs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => _server.RunAsync("demo", "caller", """{"variables": {"pipeline": "middle"}}""")));

        Assert.All(runs, run => Assert.Equal("completed", Text(run, "status")));
        Assert.Equal(3, (await ChildrenAsync("child")).Count);
    }

    [Fact]
    public async Task A_run_that_fails_fails_the_block_where_it_asks_for_that()
    {
        _server.StartServer();

        var strict = await _server.RunAsync("demo", "caller", """{"variables": {"pipeline": "broken"}}""");
        var careless = await _server.RunAsync("demo", "caller", """{"variables": {"pipeline": "broken", "strict": false}}""");

        Assert.Equal(("failed", "completed"), (Text(strict, "status"), Text(careless, "status")));
        var error = strict.GetProperty("block_runs")[0].GetProperty("error");
        Assert.Equal("Mlops.Sdk.PipelineRunException", Text(error, "type"));
        Assert.Matches("^Run [0-9]+ of pipeline 'broken' failed\\.$", Text(error, "message"));
    }

    [Fact]
    public async Task A_pipeline_that_cannot_be_started_is_an_error_in_words()
    {
        _server.StartServer();

        var run = await _server.RunAsync("demo", "caller", """{"variables": {"pipeline": "nowhere"}}""");

        Assert.StartsWith(
            "Pipeline 'nowhere' was not started: The project 'demo' has no pipeline 'nowhere'.",
            Text(run.GetProperty("block_runs")[0].GetProperty("error"), "message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancel_passes_down_to_the_run_that_code_waits_for()
    {
        _server.StartServer();
        var (_, run) = await _server.SendAsync(HttpMethod.Post, "/api/projects/demo/pipelines/caller/runs", """{"variables": {"pipeline": "slow"}}""");
        var id = run.GetProperty("id").GetInt64();
        var start = TimeProvider.System.GetTimestamp();
        JsonElement? child = null;
        while (child is null || Text(child.Value, "status") != "running")
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(60), $"No run of 'slow' came: {await _server.GetJsonAsync($"/api/pipeline_runs/{id}")}");
            child = (await ChildrenAsync("slow")).Cast<JsonElement?>().FirstOrDefault();
        }

        await _server.SendAsync(HttpMethod.Post, $"/api/pipeline_runs/{id}/cancel");

        await _server.WaitUntilAsync(id, "cancelled");
        await _server.WaitUntilAsync(child.Value.GetProperty("id").GetInt64(), "cancelled");
    }

    [Fact]
    public async Task A_command_runs_what_its_code_waits_for_without_a_server()
    {
        using var program = ProgramUnderTest.Start(_server.Projects, "run", "demo", "caller", "--json");

        var (code, output, error) = await program.WaitForExitAsync();

        Assert.True(code == 0, output + error);
        Assert.Contains("\"Status\":\"completed\"", output.Replace(" ", "", StringComparison.Ordinal).Replace("\\u0022", "\"", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
    }

    private static TestProjects Write(TestProjects projects) => projects
        .File("demo", "custom/caller.cs", Caller)
        .File("demo", "custom/middle.cs", Caller.Replace("class Caller", "class Middle", StringComparison.Ordinal).Replace("string pipeline = \"child\"", "string target = \"child\"", StringComparison.Ordinal).Replace("(pipeline,", "(target,", StringComparison.Ordinal))
        .File("demo", "custom/child.cs", Child)
        .Pipeline("demo", "caller", ("custom", "caller", []))
        .Pipeline("demo", "middle", ("custom", "middle", []))
        .Pipeline("demo", "child", ("custom", "child", []))
        .File("demo", "pipelines/broken/metadata.yaml", "name: broken\ntype: python\nuuid: broken\nvariables: {fails: true}\nblocks:\n- {uuid: child, type: custom, language: csharp}\n")
        .File("demo", "pipelines/slow/metadata.yaml", "name: slow\ntype: python\nuuid: slow\nvariables: {seconds: 600}\nblocks:\n- {uuid: child, type: custom, language: csharp}\n");

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private async Task<IReadOnlyList<JsonElement>> ChildrenAsync(string pipeline) =>
        [.. (await _server.GetJsonAsync($"/api/pipeline_runs?project=demo&pipeline={pipeline}")).GetProperty("pipeline_runs").EnumerateArray().Reverse()];
}
