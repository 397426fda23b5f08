using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Mlops.Core.Runs.Approvals;
using static Microsoft.Playwright.Assertions;

namespace Mlops.Browser.Tests.Walks;

/// <summary>Blocks that wait for a person, and the person.</summary>
public sealed class ApprovalTests(Chromium chromium) : BrowserTest(chromium)
{
    private const string Address = "/projects/unit_0_setup/approvals";

    private ILocator Main => Page.GetByRole(AriaRole.Main);

    private ILocator Asked => Page.GetByRole(AriaRole.Table, new() { Name = "Open approvals" }).Locator("tbody tr");

    private ILocator Count => Page.GetByRole(AriaRole.Navigation, new() { Name = "Sections" }).GetByRole(AriaRole.Link, new() { NameRegex = new("^Approvals") }).Locator(".sidenav__count");

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Server.WriteFile("custom/make.cs", "public static class A { [Custom] public static int Run() => 1; }");
        Server.WriteFile("custom/send.cs", "public static class A { [Custom] public static int Run(int made) => made; }");
        Server.WritePipeline("asking", """
            name: asking
            uuid: asking
            type: python
            blocks:
            - {uuid: make, name: Make, type: custom, language: csharp, upstream_blocks: []}
            - {uuid: send, name: Send prices, type: custom, language: csharp, upstream_blocks: [make], configuration: {approval: {message: Do the prices look right?, timeout: 86400}}}
            """);
    }

    [Fact]
    public async Task A_run_is_asked_for_approved_by_keyboard_and_goes_on()
    {
        await Page.GotoAsync(Address);
        await Expect(Main).ToContainTextAsync("Nothing waits for approval");
        await AskAsync();

        // It comes by itself, in list and navigation.
        await Expect(Asked).ToHaveCountAsync(1);
        await Expect(Asked).ToContainTextAsync(new Regex("Do the prices look right\\?.*asking · Send prices.*#1.*Approve", RegexOptions.Singleline));
        await Expect(Count).ToHaveTextAsync("1");
        await Page.Keyboard.PressAsync("j");
        await Page.Keyboard.PressAsync("a");
        var panel = Page.GetByRole(AriaRole.Dialog, new() { Name = "Approve Send prices" });
        await Expect(panel.GetByLabel("Comment")).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync("they do");
        await Page.Keyboard.PressAsync("Control+Enter");

        await Expect(panel).ToHaveCountAsync(0);
        await Expect(Main).ToContainTextAsync("Nothing waits for approval");
        await Expect(Count).ToHaveCountAsync(0);
        await Page.GetByRole(AriaRole.Link, new() { Name = "Decided" }).ClickAsync();
        var decided = Page.GetByRole(AriaRole.Table, new() { Name = "Decided approvals" }).Locator("tbody tr");
        await Expect(decided).ToContainTextAsync(new Regex("Approved.*Do the prices look right.*local operator.*they do", RegexOptions.Singleline));
        await decided.GetByRole(AriaRole.Link, new() { Name = "Run 1" }).ClickAsync();
        await ExpectRunStatusAsync("Completed");
        await Expect(Page.GetByRole(AriaRole.Region, new() { Name = "Approvals" })).ToContainTextAsync(new Regex("Approved.*Send prices.*by local operator.*they do", RegexOptions.Singleline));
    }

    [Fact]
    public async Task The_page_of_the_run_says_what_it_waits_for_and_rejects_right_there()
    {
        await AskAsync();
        await Page.GotoAsync("/projects/unit_0_setup/pipelines/asking/runs/1");
        await ExpectRunStatusAsync("Running");
        var approvals = Page.GetByRole(AriaRole.Region, new() { Name = "Approvals" });
        await Expect(approvals).ToContainTextAsync("Do the prices look right?");
        await Expect(Page.GetByRole(AriaRole.Region, new() { Name = "Graph" })).ToContainTextAsync("Waits for approval");
        await Expect(Page.GetByRole(AriaRole.Table, new() { Name = "Block runs over time" })).ToContainTextAsync("waits for approval");
        await Expect(Main).Not.ToContainTextAsync("9999");

        await approvals.GetByRole(AriaRole.Button, new() { Name = "Reject Send prices" }).ClickAsync();
        var panel = Page.GetByRole(AriaRole.Dialog, new() { Name = "Reject Send prices" });
        await panel.GetByLabel("Why").FillAsync("too dear");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Reject", Exact = true }).ClickAsync();

        await ExpectRunStatusAsync("Failed");
        await Expect(approvals).ToContainTextAsync(new Regex("Rejected.*by local operator.*too dear", RegexOptions.Singleline));
        await Expect(Page.GetByRole(AriaRole.Region, new() { Name = "Send prices was rejected" })).ToContainTextAsync(new Regex("Rejected by local operator: too dear.*the run asks again", RegexOptions.Singleline));
    }

    [Fact]
    public async Task Who_comes_second_is_told_who_was_first()
    {
        await AskAsync();
        await OpenAsync(Address, "Approvals");
        await Asked.GetByRole(AriaRole.Button, new() { Name = "Reject Send prices of run 1" }).ClickAsync();
        var panel = Page.GetByRole(AriaRole.Dialog, new() { Name = "Reject Send prices" });
        await panel.GetByLabel("Why").FillAsync("no");

        await Approvals.DecideAsync(1, new ApprovalDecision(true, "ann"), Cancellation);

        await Expect(panel.GetByRole(AriaRole.Alert)).ToContainTextAsync("Block 'send' of run 1 was approved by ann at");
        await Expect(panel.GetByRole(AriaRole.Button, new() { Name = "Reject", Exact = true })).ToHaveAttributeAsync("aria-disabled", "true");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(panel).ToHaveCountAsync(0);
        await Expect(Main).ToContainTextAsync("Nothing waits for approval");
    }

    [Fact]
    public async Task A_link_is_copied_and_decides_without_the_app()
    {
        await AskAsync();
        await Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await OpenAsync(Address, "Approvals");
        await Asked.GetByRole(AriaRole.Button, new() { NameRegex = new("^Copy link") }).ClickAsync();
        await Expect(Page.GetByText("Link copied")).ToBeVisibleAsync();
        var link = await Page.EvaluateAsync<string>("() => navigator.clipboard.readText()");

        await Page.GotoAsync(link);
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "May Send prices start?" })).ToBeVisibleAsync();
        await Expect(Main).ToContainTextAsync("Do the prices look right?");
        await Page.GetByLabel("Your name").FillAsync("Ann");
        await Page.Keyboard.PressAsync("Enter");
        await Page.GetByLabel("Comment").FillAsync("fine");
        Assert.Equal(ApprovalStatus.Open, (await Approvals.GetAsync(1, Cancellation)).Status);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();

        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Approved", Exact = true })).ToBeVisibleAsync();
        await Expect(Main).ToContainTextAsync("Ann (by link)");
        await Page.GotoAsync("/projects/unit_0_setup/pipelines/asking/runs/1");
        await ExpectRunStatusAsync("Completed");
    }

    private ApprovalService Approvals => Server.Services.GetRequiredService<ApprovalService>();

    private async Task OpenAsync(string address, string heading)
    {
        await Page.GotoAsync(address);
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = heading, Exact = true, Level = 1 })).ToBeVisibleAsync();
        await WaitUntilLiveAsync();
    }

    /// <summary>Starts a run, and waits until somebody is asked.</summary>
    private async Task AskAsync()
    {
        using var client = Server.CreateClient();
        HttpResponseMessage response;
        var start = TimeProvider.System.GetTimestamp();
        while (!(response = await client.PostAsync(new Uri("/api/projects/unit_0_setup/pipelines/asking/runs", UriKind.Relative), null, Cancellation)).IsSuccessStatusCode)
        {
            // The server has not seen the new files yet.
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(15), $"{response.StatusCode}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancellation);
        }

        while (await Approvals.CountOpenAsync("unit_0_setup", Cancellation) == 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(60), "Nobody is asked");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancellation);
        }
    }
}
