using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Mlops.Browser.Tests.Walks;

/// <summary>Everything can be jumped to from everywhere.</summary>
public sealed class PaletteTests(Chromium chromium) : BrowserTest(chromium)
{
    private ILocator Palette => Page.GetByRole(AriaRole.Dialog, new() { Name = "Search or jump to" });

    private ILocator Options => Palette.GetByRole(AriaRole.Option);

    [Fact]
    public async Task A_pipeline_a_block_and_a_run_are_found_and_opened_by_keys()
    {
        await OpenPipelineAsync("example_pipeline");
        await RunOnceAsync("Completed");

        await Page.Keyboard.PressAsync("Control+k");
        await Expect(Palette.GetByRole(AriaRole.Combobox)).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync("titanic");
        await Expect(Options.Filter(new() { HasText = "data loader, in 2 pipelines" })).ToHaveCountAsync(1);
        await Expect(Options.First).ToContainTextAsync("titanic_survival");
        await Expect(Options.First).ToHaveAttributeAsync("aria-selected", "true");
        await Page.Keyboard.PressAsync("ArrowDown");
        await Expect(Options.Nth(1)).ToHaveAttributeAsync("aria-selected", "true");
        await Page.Keyboard.PressAsync("ArrowUp");
        var found = await Page.RunAxe();
        Assert.Empty(found.Violations.Select(rule => $"{rule.Id}: {string.Join(", ", rule.Nodes.Select(node => node.Html))}"));
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "titanic_survival", Exact = true })).ToBeVisibleAsync();
        await Expect(Palette).ToHaveCountAsync(0);

        await Page.GetByRole(AriaRole.Button, new() { Name = "Search or jump to…" }).ClickAsync();
        await Palette.GetByRole(AriaRole.Combobox).FillAsync("#1");
        await Expect(Options.First).ToContainTextAsync("Run #1");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Run #1", Exact = true })).ToBeVisibleAsync();

        await Page.Keyboard.PressAsync("Control+k");
        await Palette.GetByRole(AriaRole.Combobox).FillAsync("titanik");
        await Expect(Palette).ToContainTextAsync("Nothing is named “titanik”");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Palette).ToHaveCountAsync(0);
    }
}
