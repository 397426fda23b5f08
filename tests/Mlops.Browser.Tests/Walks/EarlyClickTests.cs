using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Mlops.Browser.Tests.Walks;

/// <summary>A page is painted before its connection is up: what a person does in between is done once it is.</summary>
public sealed class EarlyClickTests(Chromium chromium) : BrowserTest(chromium)
{
    private readonly TaskCompletionSource _connect = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Page.RouteAsync(new Regex("/_blazor/negotiate"), async route =>
        {
            await _connect.Task;
            await route.FallbackAsync();
        });
    }

    [Fact]
    public async Task A_click_before_the_connection_is_up_opens_the_form_once_it_is()
    {
        await OpenPipelineAsync("example_pipeline");
        var button = Page.GetByRole(AriaRole.Button, new() { Name = "Run @once", Exact = true }).First;
        var form = Page.GetByRole(AriaRole.Dialog, new() { Name = "Run pipeline now" });

        await button.ClickAsync();
        await button.ClickAsync();
        await Expect(button).ToHaveAttributeAsync("aria-busy", "true");
        await Expect(form).ToHaveCountAsync(0);

        _connect.SetResult();
        await Expect(form).ToBeVisibleAsync();
        await Expect(button).Not.ToHaveAttributeAsync("aria-busy", "true");
    }

    [Fact]
    public async Task Text_and_focus_of_a_search_stay_and_the_list_is_searched()
    {
        await Page.GotoAsync("/projects/unit_0_setup/pipelines");
        await Page.Keyboard.PressAsync("/");
        await Page.Keyboard.TypeAsync("example");

        _connect.SetResult();
        await Expect(Page.GetByRole(AriaRole.Link, new() { Name = "titanic_survival", Exact = true })).ToHaveCountAsync(0);
        await Expect(Page.GetByLabel("Search pipelines")).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync("_pipe");
        await Expect(Page.GetByLabel("Search pipelines")).ToHaveValueAsync("example_pipe");
        await Expect(Page.GetByRole(AriaRole.Link, new() { Name = "example_pipeline", Exact = true })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_click_is_not_taken_to_another_page()
    {
        await OpenPipelineAsync("example_pipeline");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Run @once", Exact = true }).First.ClickAsync();
        await Page.GetByRole(AriaRole.Navigation, new() { Name = "Sections" }).GetByRole(AriaRole.Link, new() { Name = "Pipelines" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Pipelines", Exact = true })).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Run @once: titanic_survival" }).ClickAsync();

        _connect.SetResult();
        await Expect(Page.GetByRole(AriaRole.Dialog, new() { Name = "Run pipeline now" })).ToContainTextAsync("titanic_survival");
    }
}
