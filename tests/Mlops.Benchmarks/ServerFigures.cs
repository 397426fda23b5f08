using System.Net.Http.Json;
using System.Text.Json;
using Mlops.Testing;

namespace Mlops.Benchmarks;

/// <summary>The built server in a process of its own: time to the first page, time of runs, memory.</summary>
internal static class ServerFigures
{
    private const string RunsAddress = "/api/projects/unit_0_setup/pipelines/example_pipeline/runs?wait=30";

    public static async Task MeasureAsync(TempFolder folder)
    {
        var projects = folder.CopyFolder(Repository.Combine("projects"), "projects");
        var data = folder.Combine("data");

        await using (var server = new ServerProcess(projects, data))
        {
            // The first start makes the database; every later one finds it.
            Figures.PrintValue("first_page_new_database", "ms", (await server.WaitForFirstPageAsync()).TotalMilliseconds);
            await MeasureRunsAsync(server);
        }

        await using (var server = new ServerProcess(projects, data))
        {
            Figures.PrintValue("first_page", "ms", (await server.WaitForFirstPageAsync()).TotalMilliseconds);
            await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System);
            Figures.PrintValue("idle_memory", "MiB", server.ResidentMebibytes);
        }
    }

    private static async Task MeasureRunsAsync(ServerProcess server)
    {
        Figures.PrintTimes("run_first", await Figures.TimeAsync(1, () => RunAsync(server)));
        await Figures.TimeAsync(20, () => RunAsync(server));
        Figures.PrintTimes("run_warm", await Figures.TimeAsync(200, () => RunAsync(server)));
        Figures.PrintTimes("baseline_http_request", await Figures.TimeAsync(200, () => server.Client.GetStringAsync("/health")));
        Figures.PrintValue("memory_after_runs", "MiB", server.ResidentMebibytes);
    }

    private static async Task RunAsync(ServerProcess server)
    {
        using var response = await server.Client.PostAsJsonAsync(RunsAddress, new { });
        var run = await response.Content.ReadFromJsonAsync<JsonElement>();
        if (!response.IsSuccessStatusCode || run.GetProperty("status").GetString() != "completed")
        {
            throw new InvalidOperationException($"The run did not complete: {(int)response.StatusCode} {run}");
        }
    }
}
