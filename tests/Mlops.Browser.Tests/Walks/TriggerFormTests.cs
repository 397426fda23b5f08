using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Mlops.Browser.Tests.Walks;

/// <summary>Triggers are made, changed and deleted in the browser, and start runs by themselves.</summary>
public sealed class TriggerFormTests(Chromium chromium) : BrowserTest(chromium)
{
    private ILocator Main => Page.GetByRole(AriaRole.Main);

    [Fact]
    public async Task A_schedule_is_made_starts_runs_by_itself_is_switched_off_and_deleted()
    {
        Server.WriteFile("custom/tick.cs", "public static class Tick { [Custom] public static int Run() => 1; }");
        Server.WritePipeline("ticking", "name: ticking\nuuid: ticking\ntype: python\nblocks:\n- {uuid: tick, name: tick, type: custom, language: csharp, upstream_blocks: []}\n");
        var panel = await OpenFormAsync();
        await panel.GetByLabel("Trigger name").FillAsync("Every second");
        await panel.GetByLabel("Pipeline").SelectOptionAsync("ticking");
        await panel.GetByLabel("Frequency").SelectOptionAsync("Custom (cron)");

        await panel.GetByLabel("Cron").FillAsync("61 * * * *");
        await Expect(panel).ToContainTextAsync("The interval '61 * * * *' cannot be read");
        await Expect(panel.GetByRole(AriaRole.Button, new() { Name = "Save trigger" })).ToHaveAttributeAsync("aria-disabled", "true");
        await panel.GetByLabel("Cron").FillAsync("* * * * * *");
        await panel.GetByLabel("Time zone").FillAsync("Mars/Olympus");
        await Expect(panel).ToContainTextAsync("The time zone 'Mars/Olympus' is not known");
        await panel.GetByLabel("Time zone").FillAsync("Europe/London");
        await Expect(panel.GetByText(new System.Text.RegularExpressions.Regex(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$"))).ToHaveCountAsync(5);
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save trigger" }).ClickAsync();
        await Expect(panel).ToHaveCountAsync(0);

        var row = Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "Every second" });
        await Expect(row.GetByRole(AriaRole.Cell).Nth(5)).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^[1-9]"));
        Assert.Contains("* * * * * *", await ReadFileAsync("ticking"), StringComparison.Ordinal);

        await row.GetByRole(AriaRole.Switch).ClickAsync();
        await Expect(Main).ToContainTextAsync(", 0 active");
        await row.GetByRole(AriaRole.Button, new() { Name = "Edit Every second" }).ClickAsync();
        panel = Page.GetByRole(AriaRole.Dialog, new() { Name = "Edit Every second" });
        await panel.GetByLabel("Description").FillAsync("For a try");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save trigger" }).ClickAsync();
        await Expect(row).ToContainTextAsync("For a try");

        await row.GetByRole(AriaRole.Button, new() { Name = "Edit Every second" }).ClickAsync();
        await Page.GetByRole(AriaRole.Dialog, new() { Name = "Edit Every second" }).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Page.GetByRole(AriaRole.Alertdialog).GetByRole(AriaRole.Button, new() { Name = "Delete trigger" }).ClickAsync();
        await Expect(row).ToHaveCountAsync(0);
        Assert.DoesNotContain("Every second", await ReadFileAsync("ticking"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trigger_that_is_called_shows_its_address_once_it_is_saved_and_escape_closes_the_form()
    {
        var panel = await OpenFormAsync();
        await panel.GetByLabel("Trigger name").FillAsync("From outside");
        await panel.GetByLabel("Pipeline").SelectOptionAsync("example_pipeline");
        await panel.GetByLabel("Type").SelectOptionAsync("API");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save trigger" }).ClickAsync();

        panel = Page.GetByRole(AriaRole.Dialog, new() { Name = "Edit From outside" });
        var address = await panel.GetByLabel("Address to call").InputValueAsync();
        using var client = new HttpClient();
        using var answer = await client.PostAsync(new Uri(address + "?wait=60"), null, Cancellation);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode} of {address}");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Rotate token" }).ClickAsync();
        await Page.GetByRole(AriaRole.Alertdialog).GetByRole(AriaRole.Button, new() { Name = "Rotate token" }).ClickAsync();
        await Expect(panel.GetByLabel("Address to call")).Not.ToHaveValueAsync(address);
        using var refused = await client.PostAsync(new Uri(address), null, Cancellation);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, refused.StatusCode);
        await panel.GetByLabel("Description").PressAsync("Escape");

        await Expect(panel).ToHaveCountAsync(0);
        await Expect(Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "From outside" }).GetByRole(AriaRole.Cell).Nth(5)).ToHaveTextAsync("1");
    }

    [Fact]
    public async Task A_trigger_without_a_name_is_not_saved_and_says_why()
    {
        var panel = await OpenFormAsync();

        await panel.GetByRole(AriaRole.Button, new() { Name = "Save trigger" }).ClickAsync();

        await Expect(panel.GetByRole(AriaRole.Alert)).ToContainTextAsync("Give it a name.");
    }

    private async Task<ILocator> OpenFormAsync()
    {
        await Page.GotoAsync("/projects/unit_0_setup/triggers");
        await Page.GetByRole(AriaRole.Button, new() { Name = "New trigger" }).ClickAsync();
        return Page.GetByRole(AriaRole.Dialog, new() { Name = "New trigger" });
    }

    private Task<string> ReadFileAsync(string pipeline) => File.ReadAllTextAsync(Server.ProjectFile("pipelines", pipeline, "triggers.yaml"), Cancellation);
}
