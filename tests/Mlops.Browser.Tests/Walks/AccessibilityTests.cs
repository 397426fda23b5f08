using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Mlops.Core.Runs;
using Mlops.Core.Runs.Approvals;
using Mlops.Core.Secrets;
using Mlops.Core.Triggers.Backfills;
using Mlops.Server.Approvals;
using static Microsoft.Playwright.Assertions;

namespace Mlops.Browser.Tests.Walks;

/// <summary>Every page holds to WCAG as far as axe can tell, and none scrolls sideways: dark and light, wide and narrow.</summary>
public sealed class AccessibilityTests(Chromium chromium) : BrowserTest(chromium)
{
    private readonly List<string> _found = [];

    [Theory]
    [InlineData("dark", 1440)]
    [InlineData("light", 1440)]
    [InlineData("dark", 390)]
    [InlineData("light", 390)]
    public async Task No_page_has_a_fault(string theme, int width)
    {
        Server.WritePipeline("broken", "name: broken\nblocks: [\n");
        Server.WriteFile("custom/fail.cs", "public static class Fail { [Custom] public static void Run() => throw new InvalidOperationException(\"on purpose\"); }");
        Server.WritePipeline("failing", "name: failing\nuuid: failing\ntype: python\nblocks:\n- {uuid: fail, name: fail, type: custom, language: csharp, upstream_blocks: []}\n");
        Server.WriteFile(
            "pipelines/example_pipeline/triggers.yaml",
            "triggers:\n- {name: Every hour, schedule_interval: '@hourly', status: active, start_time: '2099-03-01 00:00:00+00:00'}\n"
            + "- {name: For the shop, schedule_type: api, status: active, tags: [orders], variables: {source: data/titanic.csv}}\n");
        Server.WritePipeline("asking", "name: asking\nuuid: asking\ntype: python\nblocks:\n- {uuid: fail, name: fail, type: custom, language: csharp, configuration: {approval: {message: Now?, timeout: 900}}}\n");
        await OpenBrowserAsync(new PageLook(theme, width, 900));

        await CheckAsync("/projects/unit_0_setup/pipelines", "Pipelines");
        await CheckAsync("/projects/unit_0_setup/runs", "Pipeline runs");
        await CheckAsync("/projects/unit_0_setup/triggers", "Triggers");
        await OpenTriggerFormAsync();
        await CheckHereAsync();
        await CheckAsync("/projects/unit_0_setup/triggers?view=month&at=2099-03-10&day=2099-03-10", "Triggers");
        await CheckAsync("/projects/unit_0_setup/triggers?view=week", "Triggers");
        await CheckAsync("/projects/unit_0_setup/pipelines/example_pipeline/triggers/For%20the%20shop", "For the shop");
        await CheckAsync("/workers", "Workers");
        await Server.Services.GetRequiredService<SecretService>().SetAsync("unit_0_setup", "TOKEN", "value", "ann", Cancellation);
        await CheckAsync("/projects/unit_0_setup/secrets", "Secrets");
        await CheckAsync("/projects/unit_0_setup/variables?pipeline=example_pipeline", "Variables");
        await CheckAsync("/projects/unit_0_setup/pipelines/broken", "broken");
        await CheckAsync("/projects/unit_0_setup/pipelines/titanic_survival", "titanic_survival");
        var form = await OpenRunFormAsync();
        await CheckHereAsync();
        await form.GetByRole(AriaRole.Button, new() { Name = "Run now" }).ClickAsync();
        await ExpectRunStatusAsync("Completed");
        await CheckHereAsync();
        await CheckAsync("/projects/unit_0_setup/pipelines/titanic_survival/runs/1?block=train_survival&output=output_0", "Run #1");

        await OpenPipelineAsync("failing");
        await RunOnceAsync("Failed");
        await CheckHereAsync();
        await CheckAsync("/projects/unit_0_setup/pipelines", "Pipelines");
        await CheckAsync("/projects/unit_0_setup/runs", "Pipeline runs");
        await CheckApprovalsAsync();
        await CheckBackfillsAsync();
        await CheckProductsAsync();
        Assert.True(_found.Count == 0, string.Join('\n', _found));
    }

    /// <summary>With all of it unfolded.</summary>
    private async Task OpenTriggerFormAsync()
    {
        await WaitUntilLiveAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Edit For the shop" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await Page.EvaluateAsync("document.querySelectorAll('details').forEach(one => one.open = true)");
    }

    private async Task CheckApprovalsAsync()
    {
        const string Address = "/projects/unit_0_setup/approvals";
        await CheckAsync(Address, "Approvals");
        var run = await Server.Services.GetRequiredService<PipelineRunService>().StartAsync(
            "unit_0_setup", "asking", new Dictionary<string, System.Text.Json.JsonElement>(), RunOrigin.Once, Cancellation);
        var reject = Page.GetByRole(AriaRole.Button, new() { Name = $"Reject fail of run {run.Id}" });
        await Expect(reject).ToBeVisibleAsync();
        await CheckHereAsync();
        await reject.ClickAsync();
        var panel = Page.GetByRole(AriaRole.Dialog, new() { Name = "Reject fail" });
        await Expect(panel).ToBeVisibleAsync();
        await CheckHereAsync();

        var approvals = Server.Services.GetRequiredService<ApprovalService>();
        var asked = (await approvals.ListAsync(new ApprovalFilter(PipelineRunId: run.Id), Cancellation))[0];
        await CheckAsync($"/projects/unit_0_setup/pipelines/asking/runs/{run.Id}", $"Run #{run.Id}");
        await CheckAsync(Server.Services.GetRequiredService<ApprovalLinks>().Create(asked, null).Path, "May fail start?");
        await approvals.DecideAsync(asked.Id, new ApprovalDecision(false, "ann", "not now"), Cancellation);
        await CheckAsync($"{Address}?show=decided", "Approvals");
        await CheckAsync($"/projects/unit_0_setup/pipelines/asking/runs/{run.Id}", $"Run #{run.Id}");
    }

    private async Task CheckProductsAsync()
    {
        const string Address = "/projects/unit_0_setup/global-data-products";
        await CheckAsync(Address, "Global data products");
        Server.WriteFile(
            "global_data_products.yaml",
            "survival: {object_uuid: titanic_survival, outdated_after: {seconds: 1}}\nbroken: {object_uuid: failing, outdated_after: {weeks: 1}, outdated_starting_at: {day_of_week: 1, hour_of_day: 6}}\n"
            + "lost: {object_uuid: gone}\nbad: 1\n");
        await Expect(Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "survival" }).First).ToBeVisibleAsync();
        await CheckHereAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Refresh broken" }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Refresh survival" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Main)).ToContainTextAsync("since", new() { Timeout = 60_000 });
        await Expect(Page.GetByRole(AriaRole.Main)).ToContainTextAsync(new Regex("Run #[0-9]+ failed"), new() { Timeout = 60_000 });
        await CheckHereAsync();
    }

    private async Task CheckBackfillsAsync()
    {
        const string Address = "/projects/unit_0_setup/pipelines/failing/backfills";
        await CheckAsync("/projects/unit_0_setup/backfills", "Backfills");
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var backfills = Server.Services.GetRequiredService<BackfillService>();
        var backfill = await backfills.CreateAsync(
            new BackfillWish("unit_0_setup", "failing", new BackfillSpan(start, start.AddDays(40), "day")) { Name = "January and more" }, Cancellation);
        await backfills.StartAsync(backfill.Id, new BackfillRange(start, start.AddDays(3)), Cancellation);
        await CheckAsync($"{Address}/{backfill.Id}", "January and more");
        await Expect(Page.GetByRole(AriaRole.Main)).ToContainTextAsync("3 failed", new() { Timeout = 60_000 });
        await Page.GetByRole(AriaRole.Group, new() { Name = "Intervals" }).GetByRole(AriaRole.Button).Nth(1).ClickAsync();
        await CheckHereAsync();
        await CheckAsync("/projects/unit_0_setup/backfills", "Backfills");
        await CheckAsync("/projects/unit_0_setup/backfills?status=running", "Backfills");
        await CheckAsync(Address, "failing");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Create new backfill" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Dialog, new() { Name = "New backfill" })).ToBeVisibleAsync();
        await CheckHereAsync();
    }

    private async Task CheckAsync(string address, string heading)
    {
        await Page.GotoAsync(address);
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = heading, Exact = true, Level = 1 })).ToBeVisibleAsync();
        await CheckHereAsync();
    }

    private async Task CheckHereAsync()
    {
        await Expect(Page.Locator("[aria-busy=true]")).ToHaveCountAsync(0);
        var where = new Uri(Page.Url).PathAndQuery;
        var result = await Page.RunAxe();
        _found.AddRange(result.Violations.SelectMany(rule => rule.Nodes, (rule, node) => $"{where} {rule.Id}: {rule.Help}: {node.Html}"));
        var overflow = await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        if (overflow > 0)
        {
            _found.Add($"{where} is {overflow} px wider than its window");
        }
    }
}
