using System.Net.Http.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Mlops.Browser.Tests.Walks;

/// <summary>The list of pipelines says how the last runs went, while they go.</summary>
public sealed class LastRunsTests(Chromium chromium) : BrowserTest(chromium)
{
    [Fact]
    public async Task Runs_started_elsewhere_appear_without_a_reload()
    {
        await Page.GotoAsync("/projects/unit_0_setup/pipelines");
        await WaitUntilLiveAsync();
        await StartAsync("titanic_survival", "data/titanic.csv");
        foreach (var source in new[] { "data/titanic.csv", "data/titanic.csv", "data/missing.csv", "data/titanic.csv" })
        {
            await StartAsync("example_pipeline", source);
        }

        await Expect(Bars("example_pipeline", "3 completed, 1 failed")).ToBeVisibleAsync();
        await Expect(Bars("titanic_survival", "1 completed")).ToBeVisibleAsync();
        await TakePictureAsync("pipelines-dark");

        await Bars("example_pipeline", "3 completed, 1 failed").ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Table, new() { Name = "Pipeline runs", Exact = true }).GetByRole(AriaRole.Link, new() { NameRegex = new("^Run [0-9]+$") })).ToHaveCountAsync(4);
    }

    private ILocator Bars(string pipeline, string counts) => Page.GetByRole(AriaRole.Link, new() { NameRegex = new($"runs? of {pipeline}: {counts}$") });

    private async Task StartAsync(string pipeline, string source)
    {
        using var client = Server.CreateClient();
        using var response = await client.PostAsJsonAsync(
            $"/api/projects/unit_0_setup/pipelines/{pipeline}/runs?wait=60", new { variables = new { source } }, Cancellation);
        response.EnsureSuccessStatusCode();
    }
}
