using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Mlops.Browser.Tests.Walks;

/// <summary>Everything on the way to a run can be done without a mouse.</summary>
public sealed class KeyboardTests(Chromium chromium) : BrowserTest(chromium)
{
    [Fact]
    public async Task A_pipeline_is_found_opened_and_run_by_keys_alone()
    {
        await Page.GotoAsync("/projects/unit_0_setup/pipelines");
        await Expect(Page.GetByRole(AriaRole.Link, new() { Name = "titanic_survival", Exact = true })).ToBeVisibleAsync();
        await WaitUntilLiveAsync();

        await Page.Keyboard.PressAsync("/");
        await Expect(Page.GetByLabel("Search pipelines")).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync("example");
        await Expect(Page.GetByLabel("Search pipelines")).ToHaveValueAsync("example");
        await Expect(Page.GetByRole(AriaRole.Link, new() { Name = "titanic_survival", Exact = true })).ToHaveCountAsync(0);
        await Page.Keyboard.PressAsync("Tab");
        await Page.Keyboard.PressAsync("j");
        await Expect(Page.GetByRole(AriaRole.Link, new() { Name = "example_pipeline", Exact = true })).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "example_pipeline", Exact = true })).ToBeVisibleAsync();
        await WaitUntilLiveAsync();

        await Page.Keyboard.PressAsync("r");
        var form = Page.GetByRole(AriaRole.Dialog, new() { Name = "Run pipeline now" });
        await Expect(form.Locator(":focus")).ToHaveCountAsync(1);
        await Page.Keyboard.PressAsync("Escape");
        await Expect(form).ToHaveCountAsync(0);
        await Page.Keyboard.PressAsync("r");
        await Expect(form.GetByLabel("source")).ToBeVisibleAsync();
        await Expect(form.Locator(":focus")).ToHaveCountAsync(1);
        await Page.Keyboard.PressAsync("Control+Enter");
        await ExpectRunStatusAsync("Completed");

        await Page.Keyboard.PressAsync("g");
        await Page.Keyboard.PressAsync("p");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Pipelines", Exact = true })).ToBeVisibleAsync();
    }
}
