using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Mlops.Browser.Tests.Walks;

/// <summary>Files that are wrong are shown with what is wrong, and harm nothing else.</summary>
public sealed class BrokenPipelineTests(Chromium chromium) : BrowserTest(chromium)
{
    private ILocator List => Page.GetByRole(AriaRole.Table, new() { Name = "Pipelines", Exact = true });

    [Fact]
    public async Task A_file_that_does_not_parse_is_shown_at_once_and_mended_at_once()
    {
        await Page.GotoAsync("/projects/unit_0_setup/pipelines");
        await Expect(List.GetByRole(AriaRole.Link, new() { Name = "example_pipeline", Exact = true })).ToBeVisibleAsync();

        var file = Server.ProjectFile("pipelines", "broken", "metadata.yaml");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, "name: broken\nblocks: [\n", Cancellation);
        var row = List.GetByRole(AriaRole.Row).Filter(new() { Has = Page.GetByRole(AriaRole.Link, new() { Name = "broken", Exact = true }) });
        await Expect(row).ToContainTextAsync("pipelines/broken/metadata.yaml");
        await Expect(List.GetByRole(AriaRole.Button, new() { Name = "Run @once: example_pipeline" })).ToBeVisibleAsync();

        await File.WriteAllTextAsync(file, "name: mended\nuuid: broken\ntype: python\nblocks: []\n", Cancellation);
        await Expect(List.GetByRole(AriaRole.Link, new() { Name = "mended", Exact = true })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_cycle_keeps_a_pipeline_from_being_run_and_names_its_blocks()
    {
        Server.WritePipeline("circle", """
            name: circle
            uuid: circle
            type: python
            blocks:
            - {uuid: load_titanic, name: load_titanic, type: data_loader, language: csharp, upstream_blocks: [fill_in_missing_values]}
            - {uuid: fill_in_missing_values, name: fill_in_missing_values, type: transformer, language: csharp, upstream_blocks: [load_titanic]}
            """);
        await Page.GotoAsync("/projects/unit_0_setup/pipelines");
        await List.GetByRole(AriaRole.Link, new() { Name = "circle", Exact = true }).ClickAsync();
        var alert = Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "circle cannot be run" });
        await Expect(alert).ToContainTextAsync("load_titanic");
        await Expect(alert).ToContainTextAsync("fill_in_missing_values");
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Run @once", Exact = true })).ToHaveAttributeAsync("aria-disabled", "true");
    }

    [Fact]
    public async Task Code_that_fails_is_shown_with_its_line_and_can_be_mended_and_retried()
    {
        await File.WriteAllTextAsync(
            Server.ProjectFile("data_exporters", "export_titanic_clean.cs"),
            """
            public static class ExportTitanicClean
            {
                [DataExporter]
                public static void Run(Table people) =>
                    throw new InvalidOperationException($"no room for {people.RowCount} rows");
            }
            """,
            Cancellation);
        await OpenPipelineAsync("example_pipeline");
        await RunOnceAsync("Failed");
        var error = Page.GetByRole(AriaRole.Region, new() { NameRegex = new("^export_titanic_clean failed") });
        await Expect(error).ToContainTextAsync("InvalidOperationException: no room for 2207 rows");
        await Expect(error).ToContainTextAsync("data_exporters/export_titanic_clean.cs:5");

        File.Copy(Mlops.Testing.Repository.Combine("projects", "unit_0_setup", "data_exporters", "export_titanic_clean.cs"), Server.ProjectFile("data_exporters", "export_titanic_clean.cs"), overwrite: true);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Retry incomplete blocks" }).ClickAsync();
        await ExpectRunStatusAsync("Completed");
        await Expect(error).ToHaveCountAsync(0);
        Assert.True(File.Exists(Server.ProjectFile("titanic_clean.csv")));
    }

    [Fact]
    public async Task The_lines_of_the_file_around_an_error_are_shown()
    {
        Server.WritePipeline("lost", "name: lost\nuuid: lost\ntype: python\nblocks:\n- uuid: load_titanic\n  type: data_loader\n  language: csharp\n  upstream_blocks: [nobody]\n");
        await OpenPipelineAsync("lost");
        var lines = Page.GetByRole(AriaRole.Region, new() { Name = "pipelines/lost/metadata.yaml around line 8" });
        await Expect(lines.Locator(".code-line")).ToHaveTextAsync(["blocks:", "- uuid: load_titanic", "  type: data_loader", "  language: csharp", "  upstream_blocks: [nobody]"]);
        await Expect(lines.Locator(".code-line--error .squiggle")).ToHaveTextAsync("nobody");
    }

    [Fact]
    public async Task A_damaged_table_is_told_in_its_place_and_leaves_the_rest_of_the_page()
    {
        await OpenPipelineAsync("example_pipeline");
        await RunOnceAsync("Completed");
        var file = Directory.EnumerateFiles(Server.DataPath, "output_0.parquet", SearchOption.AllDirectories).Single(path => path.Contains("load_titanic", StringComparison.Ordinal));
        await File.WriteAllTextAsync(file, "not Parquet", Cancellation);

        await Page.ReloadAsync();
        await WaitUntilLiveAsync();
        await Expect(Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "is damaged" })).ToContainTextAsync("Run the pipeline again to make it anew.");
        await Page.Locator("select[aria-label=Output]").SelectOptionAsync(new SelectOptionValue { Label = "fill_in_missing_values / output_0" });
        await Expect(Page.GetByText("2,207 rows × 6 columns", new() { Exact = true })).ToBeVisibleAsync();
    }
}
