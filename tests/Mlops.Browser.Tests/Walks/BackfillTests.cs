using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Mlops.Core.Triggers.Backfills;
using static Microsoft.Playwright.Assertions;

namespace Mlops.Browser.Tests.Walks;

/// <summary>A backfill is made, run in parts, retried and deleted in the browser.</summary>
public sealed partial class BackfillTests(Chromium chromium) : BrowserTest(chromium)
{
    private ILocator Main => Page.GetByRole(AriaRole.Main);

    [Fact]
    public async Task A_backfill_is_made_run_in_part_and_as_a_whole_retried_and_deleted()
    {
        var panel = await OpenFormAsync();
        await panel.GetByLabel("Backfill name").FillAsync("January");
        await panel.GetByLabel("Start date and time").FillAsync("2026-01-10T00:00");
        await panel.GetByLabel("End date and time").FillAsync("2026-01-01T00:00");
        await Expect(panel).ToContainTextAsync("The end 2026-01-01 00:00:00 UTC is not after the start");
        await panel.GetByLabel("Start date and time").FillAsync("2026-01-01T00:00");
        await panel.GetByLabel("End date and time").FillAsync("2026-02-01T00:00");
        await panel.GetByLabel("Interval type").SelectOptionAsync("Minute");
        await Expect(panel).ToContainTextAsync("44,640 intervals");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Create backfill" }).ClickAsync();
        await Page.GetByRole(AriaRole.Alertdialog).GetByRole(AriaRole.Button, new() { Name = "Go back" }).ClickAsync();
        await panel.GetByLabel("Interval type").SelectOptionAsync("Day");
        await panel.GetByLabel("Max concurrent runs").FillAsync("4");
        await panel.GetByLabel("Runtime variables").FillAsync("bad = 20");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Create backfill" }).ClickAsync();

        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "January" })).ToBeVisibleAsync();
        await WaitUntilLiveAsync();
        await Cell("2026-01-03").ClickAsync();
        await Page.Keyboard.PressAsync("ArrowRight");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Main).ToContainTextAsync("2 intervals, 2026-01-03 to 2026-01-05 UTC");
        await Main.GetByRole(AriaRole.Button, new() { Name = "Run these" }).ClickAsync();
        await Expect(Main).ToContainTextAsync("2 of 31 intervals over", new() { Timeout = 60_000 });
        await Expect(Cell("2026-01-04")).ToHaveAttributeAsync("title", CompletedRun());
        await Expect(Cell("2026-01-05")).ToHaveAttributeAsync("title", "2026-01-05 to 2026-01-06 UTC: no run yet");

        await Main.GetByRole(AriaRole.Button, new() { Name = "Start backfill" }).ClickAsync();
        await Expect(Main).ToContainTextAsync("31 of 31 intervals over", new() { Timeout = 60_000 });
        await Expect(Main.Locator("header").GetByText("Failed", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(Main).ToContainTextAsync("30 completed");
        await Cell("2026-01-20").ClickAsync();
        await TakePictureAsync("backfill");

        Server.WriteFile("mended", "");
        await Main.GetByRole(AriaRole.Button, new() { Name = "Retry failed", Exact = true }).ClickAsync();
        await Expect(Main.Locator("header").GetByText("Completed", new() { Exact = true })).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Cell("2026-01-20").ClickAsync();
        await Main.GetByRole(AriaRole.Link, new() { NameRegex = OpenRun() }).ClickAsync();
        await Main.GetByRole(AriaRole.Link, new() { Name = "Backfill", Exact = true }).ClickAsync();
        await Main.GetByRole(AriaRole.Navigation, new() { Name = "Breadcrumb" }).GetByRole(AriaRole.Link, new() { Name = "Backfills" }).ClickAsync();
        var row = Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "January" });
        await Expect(row.GetByRole(AriaRole.Cell).Nth(6)).ToHaveTextAsync("31");

        await row.GetByRole(AriaRole.Link, new() { Name = "January" }).ClickAsync();
        await Main.GetByRole(AriaRole.Button, new() { Name = "Delete backfill" }).ClickAsync();
        await Page.GetByRole(AriaRole.Alertdialog).GetByRole(AriaRole.Button, new() { Name = "Delete backfill" }).ClickAsync();
        await Expect(Main).ToContainTextAsync("No backfills yet");
    }

    [Fact]
    public async Task A_backfill_that_runs_is_cancelled_and_the_page_follows()
    {
        var panel = await OpenFormAsync();
        await panel.GetByLabel("Start date and time").FillAsync("2026-01-01T00:00");
        await panel.GetByLabel("End date and time").FillAsync("2026-01-11T00:00");
        await panel.GetByLabel("Runtime variables").FillAsync("wait = true");
        await panel.GetByLabel("Runtime variables").PressAsync("Control+Enter");
        await WaitUntilLiveAsync();
        await Main.GetByRole(AriaRole.Button, new() { Name = "Start backfill" }).ClickAsync();
        await Expect(Main).ToContainTextAsync("1 running", new() { Timeout = 60_000 });
        await Main.GetByRole(AriaRole.Button, new() { Name = "Cancel backfill" }).ClickAsync();
        await Page.GetByRole(AriaRole.Alertdialog).GetByRole(AriaRole.Button, new() { Name = "Cancel backfill" }).ClickAsync();

        await Expect(Main).ToContainTextAsync("1 cancelled", new() { Timeout = 60_000 });
        await Expect(Main.Locator("header").GetByText("Cancelled", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(Main.GetByRole(AriaRole.Button, new() { Name = "Start backfill" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Those_of_all_pipelines_are_made_filtered_and_followed_by_keyboard()
    {
        await OpenFormAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Page.GotoAsync("/projects/unit_0_setup/pipelines");
        await Page.Keyboard.PressAsync("g");
        await Page.Keyboard.PressAsync("b");
        await Expect(Main).ToContainTextAsync("No backfills in unit_0_setup yet");
        await WaitUntilLiveAsync();
        await Main.GetByRole(AriaRole.Button, new() { Name = "New backfill" }).PressAsync("Enter");
        var panel = Page.GetByRole(AriaRole.Dialog, new() { Name = "New backfill" });
        await panel.GetByLabel("Backfill name").FillAsync("Two days");
        await panel.GetByLabel("Pipeline").SelectOptionAsync("history");
        await panel.GetByLabel("Start date and time").FillAsync("2026-01-01T00:00");
        await panel.GetByLabel("End date and time").FillAsync("2026-01-03T00:00");
        await panel.GetByLabel("Runtime variables").FillAsync("bad = 2");
        await panel.GetByLabel("Runtime variables").PressAsync("Control+Enter");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Two days" })).ToBeVisibleAsync();
        await Expect(Page.GetByRole(AriaRole.Navigation, new() { Name = "Sections" }).Locator("[aria-current=page]")).ToHaveTextAsync("Backfills");

        await Page.Keyboard.PressAsync("g");
        await Page.Keyboard.PressAsync("b");
        var row = Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "Two days" });
        await Expect(row).ToContainTextAsync("history");
        await Expect(row.GetByRole(AriaRole.Img)).ToHaveAttributeAsync("aria-label", "0 of 2 intervals over");
        await WaitUntilLiveAsync();
        var service = Server.Services.GetRequiredService<BackfillService>();
        await service.StartAsync((await service.ListAsync(new BackfillFilter("unit_0_setup"), Cancellation))[0].Id, null, Cancellation);
        await Expect(row).ToContainTextAsync("Failed", new() { Timeout = 60_000 });
        await Expect(row.GetByRole(AriaRole.Img)).ToHaveAttributeAsync("aria-label", "2 of 2 intervals over, 1 completed, 1 failed");

        await Main.GetByRole(AriaRole.Navigation, new() { Name = "Status" }).GetByRole(AriaRole.Link, new() { Name = "Running" }).PressAsync("Enter");
        await Expect(Main).ToContainTextAsync("No running backfills");
        await Main.GetByLabel("Pipeline").SelectOptionAsync("example_pipeline");
        await Expect(Main).ToContainTextAsync("No running backfills of example_pipeline");
        await Main.GetByRole(AriaRole.Link, new() { Name = "Clear all filters" }).ClickAsync();
        await Expect(row).ToBeVisibleAsync();
        await Page.Keyboard.PressAsync("j");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Two days" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Arrow_keys_move_the_focus_in_the_browser_and_Tab_leads_to_one_cell()
    {
        await OpenFormAsync();
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var backfill = await Server.Services.GetRequiredService<BackfillService>().CreateAsync(
            new BackfillWish("unit_0_setup", "history", new BackfillSpan(start, start.AddDays(40), "day")), Cancellation);
        await Page.GotoAsync($"/projects/unit_0_setup/pipelines/history/backfills/{backfill.Id}");
        await WaitUntilLiveAsync();

        // All in one turn of the browser: no answer of the server comes in between.
        var walked = await Page.EvaluateAsync<string[]>(
            """
            () => {
              const cells = [...document.querySelectorAll('.matrix button')];
              cells[0].focus();
              return ['ArrowLeft', 'ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp', 'End', 'ArrowRight', 'Home'].map(key => {
                document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
                return `${cells.indexOf(document.activeElement)} ${cells.filter(cell => cell.tabIndex === 0).length}`;
              });
            }
            """);

        Assert.Equal(["0 1", "1 1", "15 1", "29 1", "29 1", "15 1", "39 1", "39 1", "0 1"], walked);
        await Page.Keyboard.PressAsync("ArrowDown");
        await Page.Keyboard.PressAsync("Enter");
        await Page.Keyboard.PressAsync("ArrowRight");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Main).ToContainTextAsync("2 intervals, 2026-01-15 to 2026-01-17 UTC");
        await Page.Keyboard.PressAsync("Tab");
        await Expect(Main.GetByRole(AriaRole.Button, new() { Name = "Run these" })).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Shift+Tab");
        await Expect(Cell("2026-01-16")).ToBeFocusedAsync();
    }

    private ILocator Cell(string day) => Main.GetByRole(AriaRole.Group, new() { Name = "Intervals" }).GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^" + day) });

    private async Task<ILocator> OpenFormAsync()
    {
        Server.WriteFile("custom/day.cs",
            """
            public static class Day
            {
                [Custom]
                public static async Task<string> Run(BlockContext context, CancellationToken stop, int bad = 0, bool wait = false)
                {
                    if (wait) await Task.Delay(Timeout.InfiniteTimeSpan, stop);
                    if (context.ExecutionDate.Day == bad && !System.IO.File.Exists(context.ResolvePath("mended"))) throw new InvalidOperationException("no data");
                    return context.Render("{{ ds }}");
                }
            }
            """);
        Server.WritePipeline("history", "name: history\nuuid: history\ntype: python\nblocks:\n- {uuid: day, name: day, type: custom, language: csharp, upstream_blocks: []}\n");
        await OpenPipelineAsync("history");
        await Main.GetByRole(AriaRole.Link, new() { Name = "Backfills" }).ClickAsync();
        await Main.GetByRole(AriaRole.Button, new() { Name = "Create new backfill" }).ClickAsync();
        return Page.GetByRole(AriaRole.Dialog, new() { Name = "New backfill" });
    }

    [GeneratedRegex("^Open run #[0-9]+$")]
    private static partial Regex OpenRun();

    [GeneratedRegex("^2026-01-04 to 2026-01-05 UTC: Completed, run #[0-9]+$")]
    private static partial Regex CompletedRun();
}
