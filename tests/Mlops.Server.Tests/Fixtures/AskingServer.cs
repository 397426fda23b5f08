using System.Net;
using System.Text.Json;

namespace Mlops.Server.Tests.Fixtures;

/// <summary>A server with the project <c>demo</c>, whose pipelines <c>asking</c> and <c>brief</c> wait for a person; by Kestrel, since the limit of a form is the server's.</summary>
public sealed class AskingServer : IAsyncLifetime
{
    internal ServerUnderTest Server { get; } = new(Write(new TestProjects("demo", "other")), kestrel: true);

    internal static TestProjects Write(TestProjects projects) => projects
        .File("demo", "custom/send.cs", "public static class Send { [Custom] public static string Run() => \"sent\"; }")
        .PipelineYaml("demo", "asking",
            """
            name: asking
            uuid: asking
            type: python
            blocks:
            - uuid: send
              name: Send prices
              type: custom
              language: csharp
              configuration: {approval: {message: "Send <b>these</b> prices?"}}
            """)
        .PipelineYaml("demo", "brief",
            """
            name: brief
            uuid: brief
            type: python
            blocks:
            - {uuid: send, name: send, type: custom, language: csharp, configuration: {approval: {timeout: 3600}}}
            """);

    /// <summary>Starts a run that waits for an approval, which is the answer.</summary>
    internal async Task<JsonElement> AskAsync(string pipeline = "asking")
    {
        var (response, run) = await Server.SendAsync(HttpMethod.Post, $"/api/projects/demo/pipelines/{pipeline}/runs", "{}");
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var approvals = (await Server.GetJsonAsync($"/api/approvals?run={run.GetProperty("id")}")).GetProperty("approvals");
            var waits = (await Server.GetJsonAsync($"/api/pipeline_runs/{run.GetProperty("id")}")).GetProperty("waiting_for").ValueKind != System.Text.Json.JsonValueKind.Null;
            if (approvals.GetArrayLength() > 0 && waits)
            {
                return approvals[0];
            }

            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(60), $"Nobody is asked for run {run}");
        }
    }

    public ValueTask InitializeAsync()
    {
        Server.StartServer();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
