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
        await panel.GetByLabel("Pipeline", new() { Exact = true }).SelectOptionAsync("ticking");
        await panel.GetByLabel("Frequency").SelectOptionAsync("Custom (cron)");

        await panel.GetByLabel("Cron expression").FillAsync("61 * * * *");
        await Expect(panel).ToContainTextAsync("The interval '61 * * * *' cannot be read");
        await Expect(panel.GetByRole(AriaRole.Button, new() { Name = "Save trigger" })).ToHaveAttributeAsync("aria-disabled", "true");
        await panel.GetByLabel("Cron expression").FillAsync("* * * * * *");
        await panel.GetByLabel("Time zone").FillAsync("Mars/Olympus");
        await Expect(panel).ToContainTextAsync("The time zone 'Mars/Olympus' is not known");
        await panel.GetByLabel("Time zone").FillAsync("Europe/London");
        await Expect(panel.GetByText(new System.Text.RegularExpressions.Regex(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$"))).ToHaveCountAsync(5);
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save trigger" }).ClickAsync();
        await Expect(panel).ToHaveCountAsync(0);

        var row = Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "Every second" });
        await Expect(row.GetByRole(AriaRole.Cell).Nth(6)).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^[1-9]"));
        Assert.Contains("* * * * * *", await ReadFileAsync("ticking"), StringComparison.Ordinal);

        await row.GetByRole(AriaRole.Switch).ClickAsync();
        await Expect(Main).ToContainTextAsync(", 0 active");
        await row.GetByRole(AriaRole.Button, new() { Name = "Edit Every second" }).ClickAsync();
        panel = Page.GetByRole(AriaRole.Dialog, new() { Name = "Edit Every second" });
        await panel.GetByLabel("Trigger description").FillAsync("For a try");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save changes" }).ClickAsync();
        await Expect(row).ToContainTextAsync("For a try");

        await row.GetByRole(AriaRole.Button, new() { Name = "Edit Every second" }).ClickAsync();
        await Page.GetByRole(AriaRole.Dialog, new() { Name = "Edit Every second" }).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Page.GetByRole(AriaRole.Alertdialog).GetByRole(AriaRole.Button, new() { Name = "Delete trigger" }).ClickAsync();
        await Expect(row).ToHaveCountAsync(0);
        Assert.DoesNotContain("Every second", await ReadFileAsync("ticking"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trigger_that_waits_for_files_is_made_and_starts_a_run_for_one_that_arrives()
    {
        Server.WriteFile("custom/tick.cs", "public static class Tick { [Custom] public static int Run() => 1; }");
        Server.WriteFile("data/inbox/before.csv", "a");
        Server.WritePipeline("waiting", "name: waiting\nuuid: waiting\ntype: python\nblocks:\n- {uuid: tick, name: tick, type: custom, language: csharp, upstream_blocks: []}\n");
        var panel = await OpenFormAsync();
        await panel.GetByLabel("Trigger name").FillAsync("Inbox");
        await panel.GetByLabel("Pipeline", new() { Exact = true }).SelectOptionAsync("waiting");
        await panel.GetByLabel("Trigger type").SelectOptionAsync("Event");
        await Expect(panel).ToContainTextAsync("Folder is missing.");
        await panel.GetByLabel("Folder", new() { Exact = true }).FillAsync("data/inbox");
        await panel.GetByLabel("Names of files").FillAsync("*.csv");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save trigger" }).ClickAsync();
        await Expect(panel).ToHaveCountAsync(0);
        Assert.Contains("event: {type: file, path: data/inbox, pattern: \"*.csv\"}", await ReadFileAsync("waiting"), StringComparison.Ordinal);

        Server.WriteFile("data/inbox/new.csv", "b");

        var row = Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "Inbox" });
        await Expect(row.GetByRole(AriaRole.Cell).Nth(6)).ToHaveTextAsync("1", new() { Timeout = 30_000 });
    }

    [Fact]
    public async Task A_trigger_that_is_called_shows_its_address_once_it_is_saved_and_escape_closes_the_form()
    {
        var panel = await OpenFormAsync();
        await panel.GetByLabel("Trigger name").FillAsync("From outside");
        await panel.GetByLabel("Pipeline", new() { Exact = true }).SelectOptionAsync("example_pipeline");
        await panel.GetByLabel("Trigger type").SelectOptionAsync("API");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save trigger" }).ClickAsync();

        panel = Page.GetByRole(AriaRole.Dialog, new() { Name = "Edit From outside" });
        var address = await panel.GetByLabel("Endpoint", new() { Exact = true }).InputValueAsync();
        using var client = new HttpClient();
        using var answer = await client.PostAsync(new Uri(address + "?wait=60"), null, Cancellation);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode} of {address}");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Rotate token" }).ClickAsync();
        await Page.GetByRole(AriaRole.Alertdialog).GetByRole(AriaRole.Button, new() { Name = "Rotate token" }).ClickAsync();
        await Expect(panel.GetByLabel("Endpoint", new() { Exact = true })).Not.ToHaveValueAsync(address);
        using var refused = await client.PostAsync(new Uri(address), null, Cancellation);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, refused.StatusCode);
        await panel.GetByLabel("Trigger description").PressAsync("Escape");

        await Expect(panel).ToHaveCountAsync(0);
        await Expect(Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "From outside" }).GetByRole(AriaRole.Cell).Nth(6)).ToHaveTextAsync("1");
    }

    [Fact]
    public async Task A_schedule_is_made_by_keys_alone()
    {
        await Page.GotoAsync("/projects/unit_0_setup/triggers");
        await WaitUntilLiveAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "New trigger" }).FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        var panel = Page.GetByRole(AriaRole.Dialog, new() { Name = "New trigger" });
        await Expect(panel.GetByLabel("Trigger name")).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync("By keys");
        await TabToAsync(panel.GetByLabel("Pipeline", new() { Exact = true }));
        await Page.Keyboard.TypeAsync("example");
        await TabToAsync(panel.GetByLabel("Frequency"));
        await Page.Keyboard.TypeAsync("Custom");
        await TabToAsync(panel.GetByLabel("Cron expression"));
        await Page.Keyboard.PressAsync("Control+a");
        await Page.Keyboard.TypeAsync("30 6 * * 1-5");
        await Expect(panel).ToContainTextAsync("Weekdays at 06:30 UTC.");
        await TabToAsync(panel.GetByText("Run settings", new() { Exact = true }));
        await Page.Keyboard.PressAsync("Enter");
        await TabToAsync(panel.GetByRole(AriaRole.Switch, new() { Name = "Skip run if previous run still in progress" }));
        await Page.Keyboard.PressAsync("Space");
        await TabToAsync(panel.GetByLabel("SLA", new() { Exact = true }));
        await Page.Keyboard.TypeAsync("2");
        await TabToAsync(panel.GetByLabel("Unit of the SLA"));
        await Page.Keyboard.TypeAsync("hours");
        await TabToAsync(panel.GetByLabel("Pipeline run limit"));
        await Page.Keyboard.TypeAsync("3");
        await Page.Keyboard.PressAsync("Control+Enter");

        await Expect(panel).ToHaveCountAsync(0);
        var file = await ReadFileAsync("example_pipeline");
        Assert.All(["By keys", "30 6 * * 1-5", "sla: 7200", "skip_if_previous_running: true", "pipeline_run_limit: 3"], words => Assert.Contains(words, file, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_file_says_meanwhile_is_not_overwritten_and_can_be_loaded_around_what_was_changed()
    {
        WriteTriggers("- {name: For the shop, schedule_type: api, schedule_interval: '@once', status: active, description: old, settings: {timeout: 60}}");
        var panel = await OpenEditAsync("For the shop");
        await panel.GetByLabel("Trigger description").FillAsync("mine");
        await panel.GetByLabel("Timeout (in seconds)").FillAsync("90");
        WriteTriggers("- {name: For the shop, schedule_type: api, schedule_interval: '@once', status: active, description: theirs, tags: [new], settings: {timeout: 60}}");
        await Expect(Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "For the shop" })).ToContainTextAsync("theirs");

        // The token is in the database: another one makes no other version, and does not make the form one of what the file says now.
        await panel.GetByRole(AriaRole.Button, new() { Name = "Rotate token" }).ClickAsync();
        await Page.GetByRole(AriaRole.Alertdialog).GetByRole(AriaRole.Button, new() { Name = "Rotate token" }).ClickAsync();
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save changes" }).ClickAsync();
        await Expect(panel.GetByRole(AriaRole.Alert)).ToContainTextAsync("was changed in triggers.yaml since it was read");
        Assert.Contains("theirs", await ReadFileAsync("example_pipeline"), StringComparison.Ordinal);

        await panel.GetByRole(AriaRole.Button, new() { Name = "Load what the file says now" }).ClickAsync();
        await Expect(panel.GetByRole(AriaRole.Status).First).ToContainTextAsync("Trigger description: the file says “theirs”, you “mine”");
        await Expect(panel.GetByRole(AriaRole.Status).First).ToBeFocusedAsync();
        await Expect(panel.GetByLabel("Trigger description")).ToHaveValueAsync("mine");
        await Expect(panel.GetByLabel("Tags")).ToHaveValueAsync("new");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save changes" }).ClickAsync();
        await Expect(panel).ToHaveCountAsync(0);

        var file = await ReadFileAsync("example_pipeline");
        Assert.All(["mine", "new", "timeout: 90", "'@once'"], words => Assert.Contains(words, file, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_preview_promises_no_run_that_does_not_come()
    {
        var panel = await OpenFormAsync();
        await panel.GetByLabel("Frequency").SelectOptionAsync("Always on");
        await Expect(panel).ToContainTextAsync("One run follows the other.");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        WriteTriggers("- {name: Only once, schedule_interval: '@once', status: active}");
        await Expect(Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "Only once" })).ToContainTextAsync("Once");
        await Expect(Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "Only once" }).GetByRole(AriaRole.Cell, new() { Name = "1", Exact = true })).ToBeVisibleAsync();
        panel = await OpenEditAsync("Only once");

        await Expect(panel).ToContainTextAsync("None: it ran, the last time for");
    }

    [Fact]
    public async Task Of_a_type_that_the_form_does_not_know_what_all_have_is_edited()
    {
        WriteTriggers("- {name: By the tide, schedule_type: tide, status: inactive, settings: {moon: full}}");
        var panel = await OpenEditAsync("By the tide");
        await Expect(panel).ToContainTextAsync("What makes it fire is edited in pipelines/example_pipeline/triggers.yaml");
        await Expect(panel.GetByText("endpoint")).ToHaveCountAsync(0);
        await panel.GetByText("Runtime variables").ClickAsync();
        await panel.GetByLabel("source").FillAsync("data/other.csv");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save changes" }).ClickAsync();
        await Expect(panel).ToHaveCountAsync(0);

        var file = await ReadFileAsync("example_pipeline");
        Assert.All(["moon: full", "schedule_type: tide", "source: data/other.csv"], words => Assert.Contains(words, file, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_variable_that_is_no_value_of_its_type_is_not_saved_and_stays_as_it_was_typed()
    {
        Server.WriteFile("custom/count.cs", "public static class Count { [Custom] public static int Run(int limit = 7) => limit; }");
        Server.WritePipeline("counting", "name: counting\nuuid: counting\ntype: python\nblocks:\n- {uuid: count, name: count, type: custom, language: csharp, upstream_blocks: []}\n");
        Server.WriteFile("pipelines/counting/triggers.yaml", "triggers:\n- {name: Count, schedule_type: api, status: inactive, variables: {limit: 8, other: [1]}}\n");
        var panel = await OpenEditAsync("Count");
        await Expect(panel).ToContainTextAsync("Runtime variables (2)");
        var limit = panel.GetByRole(AriaRole.Textbox, new() { Name = "limit int" });
        await Expect(limit).ToHaveValueAsync("8");
        await limit.FillAsync("many");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save changes" }).ClickAsync();
        await Expect(panel.GetByRole(AriaRole.Alert)).ToContainTextAsync("“many” is not a whole number");

        Server.WriteFile("pipelines/counting/triggers.yaml", "triggers:\n- {name: Count, schedule_type: api, status: inactive, description: theirs, variables: {limit: 8, other: [1]}}\n");
        await Expect(Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "theirs" })).ToHaveCountAsync(1);
        await panel.GetByLabel("Tags").EvaluateAsync("element => element.closest('details').open = true");
        await panel.GetByLabel("Tags").FillAsync("mine");
        await Expect(limit).ToHaveValueAsync("many");
        await limit.FillAsync("9");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save changes" }).ClickAsync();
        await panel.GetByRole(AriaRole.Button, new() { Name = "Load what the file says now" }).ClickAsync();
        await Expect(limit).ToHaveValueAsync("9");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save changes" }).ClickAsync();
        await Expect(panel).ToHaveCountAsync(0);

        var file = await ReadFileAsync("counting");
        Assert.All(["limit: 9", "other: [1]", "theirs", "mine"], words => Assert.Contains(words, file, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_trigger_without_a_name_is_not_saved_and_says_why()
    {
        var panel = await OpenFormAsync();

        await panel.GetByRole(AriaRole.Button, new() { Name = "Save trigger" }).ClickAsync();

        await Expect(panel.GetByRole(AriaRole.Alert)).ToContainTextAsync("Give it a name.");
        await Expect(panel.GetByRole(AriaRole.Alert)).ToBeFocusedAsync();
    }

    private async Task<ILocator> OpenFormAsync()
    {
        await Page.GotoAsync("/projects/unit_0_setup/triggers");
        await Page.GetByRole(AriaRole.Button, new() { Name = "New trigger" }).ClickAsync();
        return Page.GetByRole(AriaRole.Dialog, new() { Name = "New trigger" });
    }

    private async Task<ILocator> OpenEditAsync(string name)
    {
        if (!Page.Url.EndsWith("/triggers", StringComparison.Ordinal))
        {
            await Page.GotoAsync("/projects/unit_0_setup/triggers");
            await WaitUntilLiveAsync();
        }

        await Main.GetByRole(AriaRole.Button, new() { Name = $"Edit {name}" }).ClickAsync();
        return Page.GetByRole(AriaRole.Dialog, new() { Name = $"Edit {name}" });
    }

    private async Task TabToAsync(ILocator control)
    {
        for (var i = 0; i < 30 && !await control.EvaluateAsync<bool>("element => element === document.activeElement"); i++)
        {
            await Page.Keyboard.PressAsync("Tab");
        }

        await Expect(control).ToBeFocusedAsync();
    }

    private void WriteTriggers(string triggers) => Server.WriteFile("pipelines/example_pipeline/triggers.yaml", $"triggers:\n{triggers}\n");

    private Task<string> ReadFileAsync(string pipeline) => File.ReadAllTextAsync(Server.ProjectFile("pipelines", pipeline, "triggers.yaml"), Cancellation);
}
