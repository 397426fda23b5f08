using System.Net;
using System.Text.Json;
using Mlops.Server.Tests.Fixtures;

namespace Mlops.Server.Tests.Api;

/// <summary>Secrets by REST, and what becomes of them in a run by real runners.</summary>
public sealed class SecretsApiTests : IAsyncDisposable
{
    private const string Value = "s3cr\\\"et/value";
    private const string Json = """{"value": "s3cr\\\"et/value"}""";

    private readonly ServerUnderTest _server = new(new TestProjects("demo", "other")
        .File("demo", "custom/tell.cs",
            """
            public static class Tell
            {
                [Custom]
                public static string Run(BlockContext context)
                {
                    var secret = context.Secret("TOKEN");
                    Console.WriteLine($"logs in with {secret}");
                    Console.WriteLine(System.Text.Json.JsonSerializer.Serialize(new { secret }));
                    Console.WriteLine(Uri.EscapeDataString(secret) + " " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(secret)));
                    if (context.Variables.ContainsKey("fail")) throw new InvalidOperationException($"no access with {secret}");
                    return context.Render("{{ secret('TOKEN') }}").Length + " " + context.Connection("scratch").Profile;
                }
            }
            """)
        .File("demo", "io_config.yaml", "scratch:\n  DUCKDB_DATABASE: \"data/{{ mage_secret_var('FILE') }}.duckdb\"\n")
        .Pipeline("demo", "telling", ("custom", "tell", [])));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_secret_is_set_listed_by_name_and_removed_and_no_answer_holds_its_value()
    {
        var (set, secret) = await _server.SendAsync(HttpMethod.Put, "/api/projects/demo/secrets/TOKEN", Json);
        await _server.SendAsync(HttpMethod.Put, "/api/secrets/SHARED", """{"value": "of all"}""");
        var listed = await _server.GetJsonAsync("/api/projects/demo/secrets");
        var other = await _server.GetJsonAsync("/api/projects/other/secrets");
        var removed = (await _server.SendAsync(HttpMethod.Delete, "/api/projects/demo/secrets/TOKEN")).Response;
        var again = (await _server.SendAsync(HttpMethod.Delete, "/api/projects/demo/secrets/TOKEN")).Response;
        var common = (await _server.SendAsync(HttpMethod.Delete, "/api/secrets/SHARED")).Response;

        Assert.Equal(
            (HttpStatusCode.OK, HttpStatusCode.NoContent, HttpStatusCode.NotFound, HttpStatusCode.NoContent),
            (set.StatusCode, removed.StatusCode, again.StatusCode, common.StatusCode));
        Assert.Equal(["name", "project_uuid", "updated_at", "updated_by"], secret.EnumerateObject().Select(property => property.Name));
        Assert.Equal(["SHARED ", "TOKEN demo"], Names(listed));
        Assert.Equal(["SHARED "], Names(other));
        Assert.Equal("local operator", listed.GetProperty("secrets")[1].GetProperty("updated_by").GetString());
        Assert.DoesNotContain("s3cr", $"{secret} {listed}", StringComparison.Ordinal);
        Assert.Empty(Names(await _server.GetJsonAsync("/api/secrets")));
    }

    [Theory]
    [InlineData("/api/projects/demo/secrets/TOKEN", """{"value": "abc"}""", 400, "secrets have at least 4")]
    [InlineData("/api/projects/demo/secrets/1", """{"value": "abcd"}""", 400, "'1' is no name for a secret.")]
    [InlineData("/api/projects/demo/secrets/TOKEN", """{"valeu": "abcd"}""", 400, "")]
    [InlineData("/api/projects/demo/secrets/TOKEN", "{}", 400, "")]
    [InlineData("/api/projects/nowhere/secrets/TOKEN", """{"value": "abcd"}""", 404, "nowhere")]
    public async Task What_cannot_be_set_is_refused_in_words(string address, string json, int status, string words)
    {
        var (response, body) = await _server.SendAsync(HttpMethod.Put, address, json);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(words, Unescape(body), StringComparison.Ordinal);
        Assert.DoesNotContain("abcd", Unescape(body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_uses_its_secrets_and_says_nothing_of_them()
    {
        await _server.SendAsync(HttpMethod.Put, "/api/projects/demo/secrets/TOKEN", Json);
        await _server.SendAsync(HttpMethod.Put, "/api/secrets/FILE", """{"value": "secret_name"}""");

        var good = await _server.RunAsync("demo", "telling");
        var bad = await _server.RunAsync("demo", "telling", """{"variables": {"fail": true}}""");

        Assert.Equal(("completed", "failed"), (good.GetProperty("status").GetString(), bad.GetProperty("status").GetString()));
        var output = await _server.GetJsonAsync($"/api/pipeline_runs/{good.GetProperty("id")}/blocks/tell/outputs/output_0");
        Assert.Contains($"{Value.Length} scratch", output.ToString(), StringComparison.Ordinal);
        var log = await _server.GetJsonAsync($"/api/pipeline_runs/{bad.GetProperty("id")}/logs");
        var lines = log.GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("text").GetString()!).ToList();
        Assert.Contains("logs in with ***", lines);
        Assert.Contains("""{"secret":"***"}""", lines);
        Assert.Contains(lines, line => line.StartsWith("*** ***", StringComparison.Ordinal));
        Assert.Contains("no access with ***", Unescape(bad), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr", $"{log} {bad} {good}", StringComparison.Ordinal);
    }

    private static string Unescape(JsonElement body) => body.ToString().Replace("\\u0027", "'", StringComparison.Ordinal);

    private static IEnumerable<string> Names(JsonElement list) =>
        list.GetProperty("secrets").EnumerateArray().Select(secret => $"{secret.GetProperty("name")} {secret.GetProperty("project_uuid")}");
}
