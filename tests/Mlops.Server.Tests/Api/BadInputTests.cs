using System.Net;
using System.Text;
using System.Text.Json;
using Mlops.Server.Tests.Fixtures;

namespace Mlops.Server.Tests.Api;

/// <summary>One server with every kind of broken pipeline beside a good one: each says what is wrong, none harms the good one.</summary>
public sealed class BadInputTests(BadInputTests.BrokenServer fixture) : IClassFixture<BadInputTests.BrokenServer>
{
    private readonly ServerUnderTest _server = fixture.Server;

    [Theory]
    [InlineData("unparsable", "metadata.yaml")]
    [InlineData("cyclic", "one", "two")]
    [InlineData("unknown_upstream", "nobody")]
    [InlineData("twins", "load_people")]
    [InlineData("missing_file", "not_there")]
    public async Task A_pipeline_that_is_wrong_on_disk_is_listed_with_its_problem_and_cannot_be_run(string pipeline, params string[] words)
    {
        var listed = await _server.GetJsonAsync($"/api/projects/demo/pipelines/{pipeline}");
        var (response, body) = await _server.SendAsync(HttpMethod.Post, $"/api/projects/demo/pipelines/{pipeline}/runs?wait=30");

        Assert.False(listed.GetProperty("is_valid").GetBoolean());
        Assert.Equal((HttpStatusCode.BadRequest, "urn:mlops:error:invalid_pipeline"), (response.StatusCode, Text(body, "type")));
        foreach (var word in words)
        {
            Assert.Contains(word, listed.GetProperty("problems").GetRawText(), StringComparison.Ordinal);
            Assert.Contains(word, body.GetProperty("errors").GetRawText(), StringComparison.Ordinal);
        }

        await AssertGoodPipelineRunsAsync();
    }

    [Theory]
    [InlineData("two_loaders", "two_loaders", "First")]
    [InlineData("no_compile", "no_compile", "CS0029")]
    [InlineData("wrong_type", "wrong_type", "Age")]
    [InlineData("missing_column", "missing_column", "Salary")]
    [InlineData("throws", "throws", "the loader gave up")]
    [InlineData("failing_test", "failing_test", "never good enough")]
    [InlineData("empty_csv", "empty_csv", "empty.csv")]
    [InlineData("ragged_csv", "ragged_csv", "ragged.csv")]
    public async Task A_block_that_fails_says_why_and_where(string pipeline, string block, string words)
    {
        var run = await _server.RunAsync("demo", pipeline);

        var failed = run.GetProperty("block_runs").EnumerateArray().Single(item => Text(item, "block_uuid") == block);
        Assert.Equal(("failed", "failed"), (Text(run, "status"), Text(failed, "status")));
        Assert.Contains(words, Text(failed.GetProperty("error"), "message"), StringComparison.Ordinal);
        await AssertGoodPipelineRunsAsync();
    }

    [Fact]
    public async Task An_exception_names_file_and_line_and_stops_what_is_downstream()
    {
        var run = await _server.RunAsync("demo", "throws");

        var blocks = run.GetProperty("block_runs").EnumerateArray().ToDictionary(item => Text(item, "block_uuid")!);
        var error = blocks["throws"].GetProperty("error");
        Assert.Equal(("System.InvalidOperationException", "data_loaders/throws.cs", 4), (Text(error, "type"), Text(error, "file"), error.GetProperty("line").GetInt32()));
        Assert.Equal("upstream_failed", Text(blocks["keep"], "status"));
    }

    [Theory]
    [InlineData("""{"variables": {"count": "three"}}""")]
    [InlineData("""{"variables": {"count": [3]}}""")]
    public async Task A_variable_of_the_wrong_type_is_named(string json)
    {
        var (response, body) = await _server.SendAsync(HttpMethod.Post, "/api/projects/demo/pipelines/people/runs?wait=60", json);

        var text = response.StatusCode == HttpStatusCode.BadRequest
            ? body.GetProperty("errors").GetRawText()
            : body.GetProperty("block_runs")[0].GetProperty("error").GetRawText();
        Assert.Contains("count", text, StringComparison.Ordinal);
        await AssertGoodPipelineRunsAsync();
    }

    [Theory]
    [InlineData("{\"variables\": {\"a\": 1,}}", "line 1, column 23")]
    [InlineData("{\n\"variables\": nonsense}", "line 2")]
    [InlineData("{\"variables\": 3}", "$.variables")]
    [InlineData("{\"variabels\": {}}", "variabels")]
    [InlineData("{\"variables\": {\"a\": 1, \"a\": 2}}", "a")]
    public async Task A_body_that_is_not_the_json_that_is_wanted_is_refused_with_its_position(string json, string words)
    {
        var (response, body) = await _server.SendAsync(HttpMethod.Post, "/api/projects/demo/pipelines/people/runs", json);

        Assert.Equal((HttpStatusCode.BadRequest, "urn:mlops:error:invalid_json"), (response.StatusCode, Text(body, "type")));
        Assert.Contains(words, body.GetProperty("errors")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_of_another_media_type_is_refused()
    {
        using var client = _server.CreateClient();
        using var content = new StringContent("count=3", Encoding.UTF8, "application/x-www-form-urlencoded");

        using var response = await client.PostAsync(new Uri("/api/projects/demo/pipelines/people/runs", UriKind.Relative), content);

        var body = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "urn:mlops:error:unsupported_media_type"), (response.StatusCode, Text(body, "type")));
    }

    [Fact]
    public async Task A_body_of_10_megabytes_is_refused()
    {
        var (response, body) = await _server.SendAsync(
            HttpMethod.Post, "/api/projects/demo/pipelines/people/runs", "{\"variables\": {\"text\": \"" + new string('x', 10_000_000) + "\"}}");

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "urn:mlops:error:body_too_large"), (response.StatusCode, Text(body, "type")));
        await AssertGoodPipelineRunsAsync();
    }

    [Theory]
    [InlineData("GET", "/api/nothing", HttpStatusCode.NotFound, "urn:mlops:error:not_found")]
    [InlineData("GET", "/api", HttpStatusCode.NotFound, "urn:mlops:error:not_found")]
    [InlineData("DELETE", "/api/projects", HttpStatusCode.MethodNotAllowed, "urn:mlops:error:method_not_allowed")]
    [InlineData("POST", "/api/projects/nowhere/pipelines/people/runs", HttpStatusCode.NotFound, "urn:mlops:error:not_found")]
    [InlineData("POST", "/api/projects/demo/pipelines/nothing/runs", HttpStatusCode.NotFound, "urn:mlops:error:not_found")]
    [InlineData("POST", "/api/projects/..%2Fdemo/pipelines/people/runs", HttpStatusCode.NotFound, "urn:mlops:error:not_found")]
    public async Task What_is_not_there_is_a_problem_too(string method, string address, HttpStatusCode status, string type)
    {
        var (response, body) = await _server.SendAsync(HttpMethod.Parse(method), address);

        Assert.Equal((status, type), (response.StatusCode, Text(body, "type")));
    }

    private async Task AssertGoodPipelineRunsAsync() => Assert.Equal("completed", Text(await _server.RunAsync("demo", "people"), "status"));

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    /// <summary>By Kestrel, since the limit of a body is the server's.</summary>
    public sealed class BrokenServer : IAsyncLifetime
    {
        internal ServerUnderTest Server { get; } = new(Write(), kestrel: true);

        public ValueTask InitializeAsync()
        {
            Server.StartServer();
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();

        private static TestProjects Write()
        {
            var projects = PeopleServer.Write(new TestProjects("demo"))
                .PipelineYaml("demo", "unparsable", "name: [unparsable\nblocks: }")
                .Pipeline("demo", "cyclic", ("transformer", "one", ["two"]), ("transformer", "two", ["one"]))
                .Pipeline("demo", "unknown_upstream", ("data_loader", "load_people", ["nobody"]))
                .Pipeline("demo", "twins", ("data_loader", "load_people", []), ("data_loader", "load_people", []))
                .Pipeline("demo", "missing_file", ("data_loader", "not_there", []))
                .File("demo", "transformers/one.cs", PeopleServer.KeepKnownAges)
                .File("demo", "transformers/two.cs", PeopleServer.KeepKnownAges)
                .File("demo", "transformers/keep.cs", PeopleServer.KeepKnownAges)
                .File("demo", "data/empty.csv", "")
                .File("demo", "data/ragged.csv", "a,b\n1,2\n3\n4,5,6\n");
            foreach (var (uuid, code) in Loaders)
            {
                projects.File("demo", $"data_loaders/{uuid}.cs", code).Pipeline("demo", uuid, ("data_loader", uuid, []), ("transformer", "keep", [uuid]));
            }

            foreach (var (uuid, code) in Transformers)
            {
                projects.File("demo", $"transformers/{uuid}.cs", code).Pipeline("demo", uuid, ("data_loader", "load_people", []), ("transformer", uuid, ["load_people"]));
            }

            return projects;
        }

        private static Dictionary<string, string> Loaders { get; } = new()
        {
            ["two_loaders"] = "public static class B { [DataLoader] public static int First() => 1; [DataLoader] public static int Second() => 2; }",
            ["no_compile"] = "public static class B { [DataLoader] public static int Run() { int x = \"text\"; return x; } }",
            ["throws"] = "public static class B\n{\n    [DataLoader]\n    public static int Run() => throw new InvalidOperationException(\"the loader gave up\");\n}",
            ["failing_test"] = "public static class B { [DataLoader] public static int Run() => 1; [Test] public static void Never(int output) => Check.That(output == 2, \"never good enough\"); }",
            ["empty_csv"] = "public static class B { [DataLoader] public static Task<Table> Run(BlockContext context) => Table.ReadCsvAsync(context.ResolvePath(\"data/empty.csv\")); }",
            ["ragged_csv"] = "public static class B { [DataLoader] public static Task<Table> Run(BlockContext context) => Table.ReadCsvAsync(context.ResolvePath(\"data/ragged.csv\")); }",
        };

        private static Dictionary<string, string> Transformers { get; } = new()
        {
            ["wrong_type"] = "public sealed record P(Guid Age); public static class B { [Transformer] public static int Run(IReadOnlyList<P> people) => people.Count; }",
            ["missing_column"] = "public sealed record P(decimal Salary); public static class B { [Transformer] public static int Run(IReadOnlyList<P> people) => people.Count; }",
        };
    }
}
