using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Mlops.Server.Tests.Fixtures;

/// <summary>The whole server over folders of its own; by Kestrel on a free port where limits of the server itself are tested.</summary>
internal sealed class ServerUnderTest : WebApplicationFactory<Program>
{
    private readonly TestProjects _projects;
    private readonly Dictionary<string, string> _settings;

    public ServerUnderTest(TestProjects projects, Dictionary<string, string>? settings = null, bool kestrel = false)
    {
        _projects = projects;
        _settings = new Dictionary<string, string>(settings ?? [])
        {
            ["Mlops:Projects"] = projects.ProjectsPath,
            ["Mlops:DataDir"] = projects.DataPath,
            // Runners are started where a run wants one: most tests want none.
            ["Mlops:WarmUp"] = "false",
        };
        if (kestrel)
        {
            UseKestrel(0);
        }
    }

    public TestProjects Projects => _projects;

    public async Task<JsonElement> GetJsonAsync(string address)
    {
        using var client = CreateClient();
        using var response = await client.GetAsync(new Uri(address, UriKind.Relative));
        return await ReadAsync(response);
    }

    public async Task<(HttpResponseMessage Response, JsonElement Body)> SendAsync(HttpMethod method, string address, string? json = null)
    {
        using var client = CreateClient();
        using var request = new HttpRequestMessage(method, address);
        request.Content = json is null ? null : new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        // As curl does: a large body is sent only once the server wants it, so that its refusal is not lost in the sending.
        request.Headers.ExpectContinue = json?.Length > 1_000_000;
        var response = await client.SendAsync(request);
        return (response, await ReadAsync(response));
    }

    /// <summary>Runs a pipeline to its end.</summary>
    public async Task<JsonElement> RunAsync(string project, string pipeline, string json = "{}") =>
        (await SendAsync(HttpMethod.Post, $"/api/projects/{project}/pipelines/{pipeline}/runs?wait=120", json)).Body;

    /// <summary>Waits until a run has the status; fails with the run where it does not get it.</summary>
    public async Task WaitUntilAsync(long runId, string status)
    {
        var start = TimeProvider.System.GetTimestamp();
        for (var run = default(JsonElement); run.ValueKind == JsonValueKind.Undefined || run.GetProperty("status").GetString() != status;)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(60), $"Run {runId} is not {status}: {run}");
            run = await GetJsonAsync($"/api/pipeline_runs/{runId}");
        }
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key, value);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _projects.Dispose();
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }
}
