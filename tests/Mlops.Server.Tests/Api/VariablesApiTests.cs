using System.Net;
using System.Text.Json;
using Mlops.Server.Tests.Fixtures;

namespace Mlops.Server.Tests.Api;

public sealed class VariablesApiTests : IAsyncDisposable
{
    private readonly TestProjects _projects = PeopleServer.Write(new TestProjects("demo"));
    private readonly ServerUnderTest _server;

    public VariablesApiTests() => _server = new ServerUnderTest(_projects);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Variables_are_set_in_their_files_and_listed_with_where_they_come_from()
    {
        _projects.File("demo", "metadata.yaml", "project_type: standalone # kept\nvariables:\n  count: 2 # of people\n");
        var answers = new[]
        {
            await PutAsync("/api/variables/count", "1"), await PutAsync("/api/variables/region", "\"north\""), await PutAsync("/api/projects/demo/variables/share", "0.5"),
            await PutAsync("/api/projects/demo/variables/count?pipeline=people", "4"), await PutAsync("/api/projects/demo/variables/tags?pipeline=people", """["a", {"b": null}]"""),
        };

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode));
        var ofPipeline = await _server.GetJsonAsync("/api/projects/demo/variables?pipeline=people");
        Assert.Equal(
            ["count=4 (pipeline): pipeline 4, project 2, global 1", "region=north (global): global north", "share=0.5 (project): project 0.5", """tags=["a",{"b":null}] (pipeline): pipeline ["a",{"b":null}]"""],
            ofPipeline.GetProperty("variables").EnumerateArray().Select(Describe));
        Assert.Equal(
            ["count=2 (project): project 2, global 1", "region=north (global): global north", "share=0.5 (project): project 0.5"],
            (await _server.GetJsonAsync("/api/projects/demo/variables")).GetProperty("variables").EnumerateArray().Select(Describe));
        Assert.Equal(
            "project_type: standalone # kept\nvariables:\n  count: 2 # of people\n  share: 0.5\n",
            await File.ReadAllTextAsync(Path.Combine(_projects.ProjectsPath, "demo", "metadata.yaml"), TestContext.Current.CancellationToken));
        var run = await _server.RunAsync("demo", "people");
        Assert.Equal((4, "north"), (run.GetProperty("variables").GetProperty("count").GetInt32(), run.GetProperty("variables").GetProperty("region").GetString()));
    }

    [Fact]
    public async Task A_variable_is_removed_from_its_file_and_all_else_of_it_stays()
    {
        _projects.File("demo", "metadata.yaml", "# first\nproject_type: standalone\nvariables:\n  # how many\n  count: 2 # of people\n  share: 0.5\nunknown: {a: 1}\n");
        await PutAsync("/api/variables/count", "1");
        await PutAsync("/api/projects/demo/variables/count?pipeline=people", "4");

        var answers = new List<int>();
        foreach (var address in new[] { "/api/projects/demo/variables/count?pipeline=people", "/api/projects/demo/variables/count", "/api/variables/count", "/api/projects/demo/variables/count" })
        {
            answers.Add((int)(await _server.SendAsync(HttpMethod.Delete, address)).Response.StatusCode);
        }

        Assert.Equal([204, 204, 204, 404], answers);
        Assert.Equal(["share=0.5 (project): project 0.5"], (await _server.GetJsonAsync("/api/projects/demo/variables?pipeline=people")).GetProperty("variables").EnumerateArray().Select(Describe));
        Assert.Equal(
            "# first\nproject_type: standalone\nvariables:\n  # how many\n  share: 0.5\nunknown: {a: 1}\n",
            await File.ReadAllTextAsync(Path.Combine(_projects.ProjectsPath, "demo", "metadata.yaml"), TestContext.Current.CancellationToken));
        var (_, problem) = await _server.SendAsync(HttpMethod.Delete, "/api/projects/demo/variables/count");
        Assert.Equal("metadata.yaml of 'demo' sets no variable 'count'. It sets: share.", problem.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("/api/projects/demo/variables/no%20name", "1", 400, "'no name' is no name for a variable.")]
    [InlineData("/api/projects/nowhere/variables/x", "1", 404, "nowhere")]
    [InlineData("/api/projects/demo/variables/x?pipeline=nowhere", "1", 404, "nowhere")]
    public async Task What_cannot_be_set_is_refused_in_words(string address, string value, int status, string words)
    {
        var (response, body) = await _server.SendAsync(HttpMethod.Put, address, $$"""{"value": {{value}}}""");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(words, body.ToString().Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static string Describe(JsonElement variable) =>
        $"{variable.GetProperty("name")}={variable.GetProperty("value")} ({variable.GetProperty("source")}): "
        + string.Join(", ", variable.GetProperty("values").EnumerateArray().Select(value => $"{value.GetProperty("source")} {value.GetProperty("value")}"));

    private async Task<HttpResponseMessage> PutAsync(string address, string value) =>
        (await _server.SendAsync(HttpMethod.Put, address, $$"""{"value": {{value}}}""")).Response;
}
