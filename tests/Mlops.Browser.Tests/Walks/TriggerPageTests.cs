using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Mlops.Core.Secrets;
using static Microsoft.Playwright.Assertions;

namespace Mlops.Browser.Tests.Walks;

/// <summary>The page of one trigger, the triggers of a pipeline, and the calendar.</summary>
public sealed class TriggerPageTests(Chromium chromium) : BrowserTest(chromium)
{
    private ILocator Main => Page.GetByRole(AriaRole.Main);

    [Fact]
    public async Task A_trigger_has_a_page_of_its_own_with_its_runs()
    {
        await Server.Services.GetRequiredService<SecretService>().SetAsync("unit_0_setup", "TOKEN", "hush-hush", "ann", Cancellation);
        WriteTriggers(
            """
            - name: At 5 / by itself?
              schedule_interval: '* * * * * *'
              description: Every second
              tags: [fast]
              variables: {source: data/titanic.csv, password: hush-hush}
              sla: 900
              settings: {time_zone: Europe/London, timeout: 60, timeout_status: cancelled, pipeline_run_limit: 2, skip_if_previous_running: true}
            """);
        await Page.GotoAsync("/projects/unit_0_setup/triggers");
        await Main.GetByRole(AriaRole.Link, new() { Name = "At 5 / by itself?" }).ClickAsync();

        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "At 5 / by itself?", Level = 1 })).ToBeVisibleAsync();
        var summary = Page.GetByRole(AriaRole.Region, new() { Name = "Summary" });
        foreach (var words in new[] { "Schedule", "By a cron expression", "Europe/London", "1 min, then cancelled", "15 min", "2 runs at a time", "Runs are skipped", "password = ***" })
        {
            await Expect(summary).ToContainTextAsync(words);
        }

        await Expect(Main).Not.ToContainTextAsync("hush-hush");
        await Expect(Main).ToContainTextAsync("It is inactive. Enable it, and it starts the first one.");
        await WaitUntilLiveAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Enable trigger" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Table, new() { Name = "Pipeline runs" }).GetByText("Completed").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Page.GetByRole(AriaRole.Button, new() { Name = "Disable trigger" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Enable trigger" })).ToBeVisibleAsync();

        await Page.GetByRole(AriaRole.Button, new() { Name = "Run @once" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Dialog, new() { Name = "Run pipeline now" }).GetByRole(AriaRole.Textbox, new() { Name = "password" })).ToHaveValueAsync("hush-hush");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Edit trigger" }).ClickAsync();
        var panel = Page.GetByRole(AriaRole.Dialog, new() { Name = "Edit At 5 / by itself?" });
        await panel.GetByLabel("Trigger description").FillAsync("Now and then");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save changes" }).ClickAsync();
        await Expect(panel).ToHaveCountAsync(0);
        await Expect(Main.Locator("header.page-head")).ToContainTextAsync("Now and then");

        await Main.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Page.GetByRole(AriaRole.Alertdialog).GetByRole(AriaRole.Button, new() { Name = "Delete trigger" }).ClickAsync();
        await Expect(Page.GetByText("No triggers yet")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_trigger_that_is_not_there_is_told_so()
    {
        var answer = await Page.GotoAsync("/projects/unit_0_setup/pipelines/example_pipeline/triggers/nobody");

        Assert.Equal(404, answer!.Status);
        await Expect(Main).ToContainTextAsync("The pipeline 'example_pipeline' has no trigger 'nobody' in its triggers.yaml.");
        TakeFaults();
    }

    [Fact]
    public async Task The_tab_of_a_pipeline_makes_and_changes_its_triggers_and_an_endpoint_is_copied_with_its_call()
    {
        WriteTriggers("");
        await Page.GotoAsync("/projects/unit_0_setup/pipelines/example_pipeline/triggers");
        await WaitUntilLiveAsync();
        await Expect(Main).ToContainTextAsync("No triggers yet");
        await Main.GetByRole(AriaRole.Button, new() { Name = "New trigger" }).First.ClickAsync();
        var panel = Page.GetByRole(AriaRole.Dialog, new() { Name = "New trigger" });
        await panel.GetByLabel("Trigger name").FillAsync("For the shop");
        await panel.GetByLabel("Trigger type").SelectOptionAsync("API");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save trigger" }).ClickAsync();

        panel = Page.GetByRole(AriaRole.Dialog, new() { Name = "Edit For the shop" });
        await Expect(panel.GetByLabel("Sample cURL command")).ToContainTextAsync("/pipeline_runs/");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Show alternative endpoint to pass token in headers" }).ClickAsync();
        await Expect(panel.GetByLabel("Header", new() { Exact = true })).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("^Authorization: Bearer .{32}$"));
        await Expect(panel.GetByLabel("Sample cURL command")).ToContainTextAsync("/api_trigger'");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Copy cURL command" }).ClickAsync();
        await Expect(panel).ToContainTextAsync("Copied the cURL command");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await Expect(Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "For the shop" })).ToContainTextAsync("On request");
        await Main.GetByRole(AriaRole.Button, new() { Name = "Edit For the shop" }).ClickAsync();
        await Expect(panel).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_calendar_tells_what_ran_and_what_is_due()
    {
        WriteTriggers("- {name: Minute by minute, schedule_interval: '* * * * *', status: active, start_time: '2099-03-01 00:00:00+00:00'}\n- {name: At noon, schedule_interval: '0 12 * * *', status: active, start_time: '2099-03-01 00:00:00+00:00'}");
        await OpenPipelineAsync("example_pipeline");
        await RunOnceAsync("Completed");
        await Page.GotoAsync("/projects/unit_0_setup/triggers");
        await WaitUntilLiveAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Month", Exact = true }).FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        var today = Main.Locator("a[aria-current=date]");
        await Expect(today).ToHaveAccessibleNameAsync(new System.Text.RegularExpressions.Regex(": 1 completed$"));
        await today.FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Main.GetByRole(AriaRole.Table, new() { Name = "Pipeline runs" }).GetByText("Run @once")).ToBeVisibleAsync();

        await Page.GotoAsync("/projects/unit_0_setup/triggers?view=month&at=2099-03-10");
        await Main.GetByRole(AriaRole.Link, new() { Name = "Tuesday 10 March 2099: 1,441 due" }).ClickAsync();
        var due = Main.GetByRole(AriaRole.Table, new() { Name = "Due" });
        await Expect(due).ToContainTextAsync("00:00, 00:01, 00:02, 00:03, 00:04, …");
        await Expect(due.GetByRole(AriaRole.Link, new() { Name = "At noon" })).ToHaveAttributeAsync("href", "/projects/unit_0_setup/pipelines/example_pipeline/triggers/At%20noon");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Next month" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "April 2099" })).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Week", Exact = true }).ClickAsync();
        await Expect(Main.GetByRole(AriaRole.Table).GetByText("At noon").First).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "Today" }).ClickAsync();
        await Expect(today).ToBeVisibleAsync();
    }

    private void WriteTriggers(string triggers) => Server.WriteFile("pipelines/example_pipeline/triggers.yaml", $"triggers:\n{triggers}\n");
}
