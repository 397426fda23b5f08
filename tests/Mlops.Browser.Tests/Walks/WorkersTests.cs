using System.Globalization;
using System.Net.Http.Json;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Mlops.Testing;
using static Microsoft.Playwright.Assertions;

namespace Mlops.Browser.Tests.Walks;

/// <summary>Who takes runs: a server and two workers, all with one slot, on one PostgreSQL database.</summary>
public sealed class WorkersTests(Chromium chromium) : BrowserTest(chromium)
{
    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = 60_000 };

    private readonly List<WorkerProcess> _workers = [];
    private PostgresDatabase _database = null!;

    public override async ValueTask InitializeAsync()
    {
        _database = await PostgresDatabase.CreateAsync(Cancellation);
        Server.Settings["Mlops:Database"] = _database.ConnectionString;
        Server.Settings["Mlops:Runners"] = "1";
        Server.WriteFile("custom/wait_for_file.cs", """
            using System.IO;

            public static class WaitForFile
            {
                [Custom]
                public static async Task<string> RunAsync(BlockContext context, CancellationToken cancellationToken)
                {
                    while (!File.Exists(context.ResolvePath("go")))
                    {
                        await Task.Delay(50, cancellationToken);
                    }

                    return "gone";
                }
            }
            """);
        Server.WritePipeline("slow", """
            name: slow
            uuid: slow
            type: python
            blocks:
            - {uuid: wait_for_file, name: wait_for_file, type: custom, language: csharp, upstream_blocks: []}
            """);
        await base.InitializeAsync();
    }

    protected override async ValueTask DisposeOthersAsync()
    {
        _workers.ForEach(worker => worker.Dispose());
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Workers_come_work_drain_and_are_lost_before_ones_eyes()
    {
        await Page.GotoAsync("/");
        await Page.Keyboard.PressAsync("g");
        await Page.Keyboard.PressAsync("w");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Workers", Exact = true })).ToBeVisibleAsync();
        await Expect(Row(Environment.ProcessId)).ToContainTextAsync("Active");
        await Expect(Row(Environment.ProcessId)).ToContainTextAsync("Server");
        await Expect(Page.GetByText("1 alive; 1 of 1 slot free")).ToBeVisibleAsync();

        var draining = await AddWorkerAsync();
        var lost = await AddWorkerAsync();
        await Expect(Page.GetByText("3 alive; 3 of 3 slots free")).ToBeVisibleAsync(Soon);
        for (var i = 0; i < 3; i++)
        {
            await StartRunAsync();
        }

        await Expect(Page.GetByText("3 alive; 0 of 3 slots free")).ToBeVisibleAsync(Soon);
        await Expect(Row(draining.Id)).ToContainTextAsync("1 of 1");
        await Expect(Row(draining.Id).GetByRole(AriaRole.Link)).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^#[123] slow$"));
        await Expect(Row(draining.Id)).ToContainTextAsync("MiB");

        draining.Signal("TERM");
        lost.Signal("KILL");
        await Expect(Row(draining.Id).GetByText("Draining")).ToBeVisibleAsync(Soon);
        await Expect(Row(draining.Id)).ToContainTextAsync("takes no more runs");
        await Expect(Row(lost.Id).GetByText("Lost")).ToBeVisibleAsync(Soon);
        await Expect(Page.GetByText("2 alive, 1 lost; 0 of 1 slot free")).ToBeVisibleAsync();
        await CheckLooksAsync();

        await Row(draining.Id).GetByRole(AriaRole.Link).ClickAsync();
        await ExpectRunStatusAsync("Running");
        Server.WriteFile("go", "");
        Assert.Equal(0, await draining.WaitForExitAsync());
        await Page.ReloadAsync();
        await ExpectRunStatusAsync("Completed");
    }

    private ILocator Row(int processId) =>
        Page.GetByRole(AriaRole.Table, new() { Name = "Workers" }).GetByRole(AriaRole.Row).Filter(new() { HasText = string.Create(CultureInfo.InvariantCulture, $"process {processId}") });

    private async Task CheckLooksAsync()
    {
        foreach (var look in new[] { new PageLook("light", 390, 900), new PageLook("dark", 390, 900), new PageLook("light", 1440, 700), new PageLook("dark", 1440, 700) })
        {
            await OpenBrowserAsync(look);
            await Page.GotoAsync("/workers");
            await Expect(Page.GetByText("Draining", new() { Exact = true })).ToBeVisibleAsync();
            Assert.Empty((await Page.RunAxe()).Violations.SelectMany(rule => rule.Nodes, (rule, node) => $"{look}: {rule.Id}: {node.Html}"));
            Assert.Equal(0, await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
            await TakePictureAsync($"workers-{look.Theme}{(look.Width < 400 ? "-narrow" : "")}");
        }
    }

    private async Task<WorkerProcess> AddWorkerAsync()
    {
        var worker = WorkerProcess.Start(Server.ProjectsPath, Server.DataPath, _database.ConnectionString, "--Mlops:Runners=1", "--Mlops:DrainSeconds=600");
        _workers.Add(worker);
        await worker.WaitUntilReadyAsync();
        return worker;
    }

    private async Task StartRunAsync()
    {
        using var client = Server.CreateClient();
        using var response = await client.PostAsJsonAsync("/api/projects/unit_0_setup/pipelines/slow/runs", new { }, Cancellation);
        response.EnsureSuccessStatusCode();
    }
}
