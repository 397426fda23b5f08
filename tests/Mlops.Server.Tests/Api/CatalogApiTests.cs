using System.Net;
using System.Text.Json;
using Mlops.Server.Tests.Fixtures;

namespace Mlops.Server.Tests.Api;

public sealed class CatalogApiTests(PeopleServer fixture) : IClassFixture<PeopleServer>
{
    private readonly ServerUnderTest _server = fixture.Server;

    [Fact]
    public async Task Projects_are_listed_in_the_order_of_the_settings()
    {
        var body = await _server.GetJsonAsync("/api/projects");

        Assert.Equal("""{"platform":"testbed","projects":[{"uuid":"demo","pipeline_count":1,"problem":null},{"uuid":"empty","pipeline_count":0,"problem":null}]}""", body.GetRawText());
    }

    [Fact]
    public async Task A_pipeline_shows_its_blocks_with_relative_files()
    {
        var body = await _server.GetJsonAsync("/api/projects/demo/pipelines/people");

        Assert.True(body.GetProperty("is_valid").GetBoolean());
        Assert.Equal(
            [("load_people", "data_loader", "data_loaders/load_people.cs"), ("sub/keep_known_ages", "transformer", "transformers/sub/keep_known_ages.cs"), ("count_people", "custom", "custom/count_people.cs")],
            body.GetProperty("blocks").EnumerateArray().Select(block => (Text(block, "uuid"), Text(block, "type"), Text(block, "file"))));
        Assert.DoesNotContain(_server.Projects.ProjectsPath, body.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_of_pipelines_holds_the_same_as_the_pipeline()
    {
        var list = await _server.GetJsonAsync("/api/projects/demo/pipelines");
        var one = await _server.GetJsonAsync("/api/projects/demo/pipelines/people");

        Assert.Equal([one.GetRawText()], list.GetProperty("pipelines").EnumerateArray().Select(pipeline => pipeline.GetRawText()));
    }

    [Fact]
    public async Task Triggers_are_listed_with_their_state()
    {
        var body = await _server.GetJsonAsync("/api/projects/demo/triggers?pipeline=people");

        var trigger = Assert.Single(body.GetProperty("triggers").EnumerateArray());
        Assert.Equal(("nightly", "@daily", "inactive"), (Text(trigger, "name"), Text(trigger, "schedule_interval"), Text(trigger, "status")));
        Assert.Equal(5, trigger.GetProperty("variables").GetProperty("count").GetInt32());
    }

    [Theory]
    [InlineData("/api/projects/nowhere/pipelines", "project", "nowhere")]
    [InlineData("/api/projects/demo/pipelines/nothing", "pipeline", "nothing")]
    [InlineData("/api/projects/nowhere/triggers", "project", "nowhere")]
    public async Task What_does_not_exist_is_named_in_a_404(string address, string kind, string id)
    {
        var (response, body) = await _server.SendAsync(HttpMethod.Get, address);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(("urn:mlops:error:not_found", kind, id), (Text(body, "type"), Text(body, "kind"), Text(body, "id")));
        Assert.Contains(id, body.GetProperty("errors")[0].GetString(), StringComparison.Ordinal);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
