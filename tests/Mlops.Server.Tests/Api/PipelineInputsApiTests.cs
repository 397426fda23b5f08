using System.Text.Json;
using Mlops.Server.Tests.Fixtures;

namespace Mlops.Server.Tests.Api;

public sealed class PipelineInputsApiTests : IAsyncDisposable
{
    private readonly ServerUnderTest _server = new(new TestProjects("demo")
        .File("demo", "metadata.yaml", "project_type: standalone\nvariables: {region: north, unused: 1}\n")
        .File("demo", "custom/make.cs",
            """
            public enum Strategy { Median, Mean }

            public static class Make
            {
                [Custom]
                public static int Run(string region, int count, DateOnly? until = null, Strategy strategy = Strategy.Mean, bool strict = true, double share = 0.5, string ds = "") => count;
            }
            """)
        .File("demo", "custom/broken.cs", "public static class Broken { [Custom] public static int Run() => \"x\"; }")
        .PipelineYaml("demo", "made", """
            name: made
            uuid: made
            type: python
            variables: {share: 1, note: [1]}
            blocks:
            - {uuid: make, name: Make, type: custom, language: csharp}
            - {uuid: broken, name: Broken, type: custom, language: csharp}
            """)
        .PipelineYaml("demo", "told", """
            name: told
            uuid: told
            type: python
            blocks:
            - {uuid: make, name: Make, type: custom, language: csharp, configuration: {variables: {Region: south, count: 3, until: null, strategy: Mean}}}
            """));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task What_a_run_can_be_given_is_listed_with_types_defaults_choices_and_where_it_comes_from()
    {
        var list = await _server.GetJsonAsync("/api/projects/demo/pipelines/made/inputs");

        Assert.Equal(
            [
                "share: double number required=False default=1 [] of Make from pipeline",
                "note: json json required=False default=[1] [] of  from pipeline",
                "region: string text required=False default=north [] of Make from project",
                "count: int whole_number required=True default= [] of Make from ",
                "until: DateOnly? date required=False default= [] of Make from ",
                "strategy: Strategy choice required=False default=Mean [\"Median\",\"Mean\"] of Make from ",
                "strict: bool switch required=False default=True [] of Make from ",
            ],
            list.GetProperty("inputs").EnumerateArray().Select(Describe));
        var unreadable = Assert.Single(list.GetProperty("unreadable").EnumerateArray());
        Assert.Equal("Broken", unreadable.GetProperty("name").GetString());
        Assert.Contains("custom/broken.cs, line 1: ", unreadable.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_block_sets_for_itself_is_no_input() => Assert.Equal(
        ["strict", "share"],
        (await _server.GetJsonAsync("/api/projects/demo/pipelines/told/inputs")).GetProperty("inputs").EnumerateArray().Select(input => input.GetProperty("name").GetString()));

    [Fact]
    public async Task Of_a_pipeline_that_is_not_there_nothing_is_listed()
    {
        var (response, _) = await _server.SendAsync(HttpMethod.Get, "/api/projects/demo/pipelines/nowhere/inputs");

        Assert.Equal(404, (int)response.StatusCode);
    }

    private static string Describe(JsonElement input) =>
        $"{input.GetProperty("name")}: {input.GetProperty("type")} {input.GetProperty("form")} required={input.GetProperty("is_required")} "
        + $"default={input.GetProperty("default")} {input.GetProperty("choices").GetRawText()} of {string.Join(',', input.GetProperty("blocks").EnumerateArray())} from {input.GetProperty("source")}";
}
