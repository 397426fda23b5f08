using Microsoft.Playwright;
using Mlops.Testing;
using static Microsoft.Playwright.Assertions;

namespace Mlops.Browser.Tests.Walks;

/// <summary>From the first page to the written file, as a person goes.</summary>
public sealed class ExamplePipelineTests(Chromium chromium) : BrowserTest(chromium)
{
    private ILocator Outputs => Page.GetByLabel("Output", new() { Exact = true }).And(Page.Locator("select"));

    private ILocator Rows => Page.GetByRole(AriaRole.Region, new() { NameRegex = new("^Rows of ") });

    [Fact]
    public async Task Run_once_loads_fills_in_and_exports_the_people_aboard()
    {
        await WalkAsync(TitanicNumbers.People, source: null);
        await TakePictureAsync("run-dark");
    }

    [Fact]
    public async Task Another_source_can_be_chosen_for_one_run()
    {
        File.Copy(TestData.TitanicCsv(), Server.ProjectFile("data", "passengers.csv"));
        await WalkAsync(TitanicNumbers.Passengers(), "data/passengers.csv");
    }

    private async Task WalkAsync(TitanicNumbers expected, string? source)
    {
        await Page.GotoAsync("/");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Pipelines", Exact = true })).ToBeVisibleAsync();
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Project: unit_0_setup" })).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "example_pipeline", Exact = true }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "example_pipeline", Exact = true })).ToBeVisibleAsync();

        var form = await OpenRunFormAsync();
        await Expect(form.GetByLabel("source")).ToHaveValueAsync("data/titanic.csv");
        if (source is not null)
        {
            await form.GetByLabel("source").FillAsync(source);
        }

        await form.GetByRole(AriaRole.Button, new() { Name = "Run now" }).ClickAsync();
        await ExpectRunStatusAsync("Completed");
        await ExpectBlocksAndLogAsync(expected);
        await ExpectLoadedTableAsync(expected);
        await ExpectCleanTableAsync(expected);
        ExpectWrittenFile(expected);
    }

    private async Task ExpectBlocksAndLogAsync(TitanicNumbers expected)
    {
        await Expect(Page.GetByText("3 of 3 blocks")).ToBeVisibleAsync();
        foreach (var block in new[] { "load_titanic", "fill_in_missing_values", "export_titanic_clean" })
        {
            await Expect(Page.GetByRole(AriaRole.Group, new() { Name = "Graph of run 1" }).GetByRole(AriaRole.Link, new() { NameRegex = new($"^{block}") })).ToBeVisibleAsync();
            await Expect(Page.GetByRole(AriaRole.Table, new() { Name = "Block runs over time" }).GetByRole(AriaRole.Row, new() { NameRegex = new($"{block} Completed") })).ToBeVisibleAsync();
        }

        var log = Page.GetByRole(AriaRole.Log, new() { Name = "Run log" });
        await Expect(log).ToContainTextAsync($"Age: {expected.MissingAges} missing, filled in with ");
        await Expect(log).ToContainTextAsync($"Wrote {expected.Rows.Replace(",", "", StringComparison.Ordinal)} rows to titanic_clean.csv");
    }

    private async Task ExpectLoadedTableAsync(TitanicNumbers expected)
    {
        await Outputs.SelectOptionAsync(new SelectOptionValue { Label = "load_titanic / output_0" });
        await Expect(Page.GetByText($"{expected.Rows} rows × {expected.Columns} columns", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(Head("Age").GetByTitle($"{expected.MissingAges} of {expected.Rows} missing").First).ToBeVisibleAsync();
        await Expect(Page.GetByText("1/1 tests passed")).ToBeVisibleAsync();
    }

    private async Task ExpectCleanTableAsync(TitanicNumbers expected)
    {
        await Outputs.SelectOptionAsync(new SelectOptionValue { Label = "fill_in_missing_values / output_0" });
        await Expect(Page.GetByText($"{expected.Rows} rows × 6 columns", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(Rows.Locator(".column-head__name")).ToHaveTextAsync(TitanicNumbers.CleanHeader.Split(','));
        await Expect(Rows.Locator("tbody tr").First.Locator("td:not(.row-no)")).ToHaveTextAsync(expected.FirstRow);
        await Expect(Head("Age").Locator(".column-head__missing")).ToHaveCountAsync(0);

        var download = await Page.RunAndWaitForDownloadAsync(
            () => Page.GetByRole(AriaRole.Link, new() { Name = "Download output_0 of fill_in_missing_values as CSV" }).ClickAsync());
        Assert.Equal(expected.Sums, TitanicNumbers.SumColumns(await File.ReadAllTextAsync(await download.PathAsync(), Cancellation)));
    }

    private void ExpectWrittenFile(TitanicNumbers expected)
    {
        var lines = File.ReadAllLines(Server.ProjectFile("titanic_clean.csv"));
        Assert.Equal("," + TitanicNumbers.CleanHeader, lines[0]);
        Assert.StartsWith("0,", lines[1], StringComparison.Ordinal);
        Assert.Equal(expected.Sums, TitanicNumbers.SumColumns(string.Join('\n', lines)));
    }

    private ILocator Head(string column) => Rows.GetByRole(AriaRole.Columnheader).Filter(new() { Has = Page.Locator(".column-head__name").GetByText(column, new() { Exact = true }) });
}
