using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Mlops.Testing;
using static Microsoft.Playwright.Assertions;

namespace Mlops.Browser.Tests.Walks;

/// <summary>PostgreSQL is stopped and started again under an open page.</summary>
public sealed class DatabaseAwayTests(Chromium chromium) : BrowserTest(chromium)
{
    private OwnPostgres _postgres = null!;

    public override async ValueTask InitializeAsync()
    {
        _postgres = await OwnPostgres.StartAsync();
        Server.Settings["Mlops:Database"] = _postgres.ConnectionString;
        await base.InitializeAsync();
    }

    protected override ValueTask DisposeOthersAsync() => _postgres.DisposeAsync();

    [Fact]
    public async Task Every_page_says_since_when_the_database_does_not_answer_and_keeps_what_it_shows()
    {
        await OpenPipelineAsync("example_pipeline");
        await RunOnceAsync("Completed");
        var notice = Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "The database does not answer since" });

        await _postgres.StopAsync();
        await Expect(notice).ToContainTextAsync("Runs go on and are stored as soon as it is back.", new() { Timeout = 60_000 });
        await Expect(notice).ToContainTextAsync(new System.Text.RegularExpressions.Regex("since [0-9]{2}:[0-9]{2}:[0-9]{2}"));
        await Expect(Page.GetByText("3 of 3 blocks")).ToBeVisibleAsync();

        await _postgres.StartAgainAsync();
        await Expect(notice).ToHaveCountAsync(0, new() { Timeout = 60_000 });

        await _postgres.StopAsync();
        await Expect(notice).ToBeVisibleAsync(new() { Timeout = 60_000 });
        foreach (var look in new[] { new PageLook("light", 390, 700), new PageLook("dark", 390, 700), new PageLook("light", 1440, 700), new PageLook("dark", 1440, 700) })
        {
            await CheckLookAsync(look);
        }

        await _postgres.StartAgainAsync();
        await Expect(Page.GetByRole(AriaRole.Link, new() { Name = "example_pipeline", Exact = true })).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(Page.GetByText("does not answer")).ToHaveCountAsync(0, new() { Timeout = 60_000 });
    }

    /// <summary>A page that is opened meanwhile has nothing to show, and says why.</summary>
    private async Task CheckLookAsync(PageLook look)
    {
        await OpenBrowserAsync(look);
        await Page.GotoAsync("/projects/unit_0_setup/runs");
        await Expect(Page.GetByText("The database does not answer since")).ToBeVisibleAsync();
        await Expect(Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "The database does not answer." })).ToBeVisibleAsync();
        Assert.Empty((await Page.RunAxe()).Violations.SelectMany(rule => rule.Nodes, (rule, node) => $"{look}: {rule.Id}: {node.Html}"));
        Assert.Equal(0, await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
        await TakePictureAsync($"away-{look.Theme}{(look.Width < 400 ? "-narrow" : "")}");
    }
}
