using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Mlops.Browser.Tests.Walks;

/// <summary>A project of many pipelines is looked through by pages, in an order that is chosen, and searched as a whole.</summary>
public sealed class LongListTests(Chromium chromium) : BrowserTest(chromium)
{
    private ILocator Names => Page.GetByRole(AriaRole.Table, new() { Name = "Pipelines", Exact = true }).Locator("[data-row]");

    [Fact]
    public async Task On_a_narrow_page_the_way_to_other_pages_is_in_sight()
    {
        for (var i = 0; i < 101; i++)
        {
            Server.WritePipeline($"many_{i:000}", $"name: many_{i:000}\nuuid: many_{i:000}\ntype: python\nblocks: []\n");
        }

        await OpenBrowserAsync(new PageLook("light", 390, 900));
        await Page.GotoAsync("/projects/unit_0_setup/pipelines");
        await WaitUntilLiveAsync();
        var next = Page.GetByRole(AriaRole.Link, new() { Name = "Next page" });
        await next.ScrollIntoViewIfNeededAsync();
        var box = await next.BoundingBoxAsync();
        Assert.True(box!.X + box.Width <= 374, $"It ends at {box.X + box.Width} of 390");
        await next.ClickAsync();
        await Expect(Page.GetByText("101 to 103 of 103")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_long_list_has_pages_an_order_and_a_search_over_all_of_it()
    {
        for (var i = 0; i < 248; i++)
        {
            Server.WritePipeline($"many_{i:000}", $"name: many_{i:000}\nuuid: many_{i:000}\ntype: python\nblocks: []\n");
        }

        await Page.GotoAsync("/projects/unit_0_setup/pipelines");
        await Expect(Names).ToHaveCountAsync(100);
        await Expect(Page.GetByText("1 to 100 of 250")).ToBeVisibleAsync();
        await Expect(Names.First).ToHaveTextAsync("example_pipeline");

        await Page.GetByRole(AriaRole.Link, new() { Name = "Next page" }).ClickAsync();
        await Expect(Page.GetByText("101 to 200 of 250")).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Next page" }).ClickAsync();
        await Expect(Page.GetByText("201 to 250 of 250")).ToBeVisibleAsync();
        await Expect(Names.Last).ToHaveTextAsync("titanic_survival");
        await Expect(Page.GetByRole(AriaRole.Link, new() { Name = "Next page" })).ToHaveCountAsync(0);

        await Page.GetByRole(AriaRole.Columnheader, new() { Name = "Name" }).GetByRole(AriaRole.Link).ClickAsync();
        await Expect(Names.First).ToHaveTextAsync("titanic_survival");
        await Expect(Page.GetByRole(AriaRole.Columnheader, new() { Name = "Name" })).ToHaveAttributeAsync("aria-sort", "descending");
        await Page.GetByRole(AriaRole.Columnheader, new() { Name = "Blocks" }).GetByRole(AriaRole.Link).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Columnheader, new() { Name = "Blocks" })).ToHaveAttributeAsync("aria-sort", "descending");
        await Expect(Names.First).ToHaveTextAsync("titanic_survival");

        await Page.GetByLabel("Search pipelines").FillAsync("many_24");
        await Expect(Names).ToHaveTextAsync(Enumerable.Range(240, 8).Select(i => $"many_{i}"));
        await Expect(Page.GetByText("8 of 250 pipelines")).ToBeVisibleAsync();

        // The address follows the list by a script, a moment later.
        await Expect(Page).ToHaveURLAsync(new Regex("many_24"));
        await Page.ReloadAsync();
        await Expect(Names).ToHaveCountAsync(8);
        await Expect(Page.GetByRole(AriaRole.Columnheader, new() { Name = "Blocks" })).ToHaveAttributeAsync("aria-sort", "descending");
    }
}
