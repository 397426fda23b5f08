using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Mlops.Core.Runs;
using static Microsoft.Playwright.Assertions;

namespace Mlops.Browser.Tests.Walks;

/// <summary>Global data products are seen, made anew by keyboard, and become outdated while the page is open.</summary>
public sealed class ProductTests(Chromium chromium) : BrowserTest(chromium)
{
    private ILocator Main => Page.GetByRole(AriaRole.Main);

    private ILocator Row => Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "ranking" });

    [Fact]
    public async Task A_product_is_refreshed_and_followed_and_the_faults_of_the_file_are_shown()
    {
        Server.WriteFile("custom/rank.cs",
            """
            public static class Rank
            {
                [Custom]
                public static async Task<string[]> Run(BlockContext context, CancellationToken stop)
                {
                    while (!System.IO.File.Exists(context.ResolvePath("ready"))) await Task.Delay(20, stop);
                    return ["search", "mail"];
                }
            }
            """);
        Server.WritePipeline("channels", "name: channels\nuuid: channels\ntype: python\nblocks:\n- {uuid: rank, name: rank, type: custom, language: csharp, upstream_blocks: []}\n");
        Server.WritePipeline("briefing", "name: briefing\nuuid: briefing\ntype: python\nblocks:\n- {uuid: ranking, name: ranking, type: global_data_product, language: yaml}\n");
        await OpenPipelineAsync("channels");
        await Page.Keyboard.PressAsync("g");
        await Page.Keyboard.PressAsync("d");
        await Expect(Main).ToContainTextAsync("No global data products in unit_0_setup yet");

        Server.WriteFile("global_data_products.yaml", "ranking: {object_uuid: channels, outdated_after: {weeks: 1}, outdated_starting_at: {hour_of_day: 6}}\nlost: {object_uuid: gone}\nbad: 1\n");
        await Expect(Main.GetByRole(AriaRole.Alert)).ToContainTextAsync("global_data_products.yaml:3: Product 'bad' must be a mapping");
        await Expect(Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "lost" })).ToContainTextAsync("global_data_products.yaml:2: It is made by the pipeline 'gone', which project 'unit_0_setup' does not have.");
        await Expect(Row).ToContainTextAsync("Never made");
        await Expect(Row).ToContainTextAsync("After 1 week, not before 06:00 UTC");
        await Expect(Row.GetByRole(AriaRole.Link, new() { Name = "briefing" })).ToHaveAttributeAsync("title", "Block ranking");

        await WaitUntilLiveAsync();
        await Row.GetByRole(AriaRole.Link, new() { Name = "channels" }).FocusAsync();
        await Page.Keyboard.PressAsync("r");
        await Expect(Row).ToContainTextAsync("Being made");
        await Expect(Row).ToContainTextAsync("by run #1");
        await Expect(Row.GetByRole(AriaRole.Button, new() { Name = "Refresh ranking" })).ToHaveAttributeAsync("aria-disabled", "true");
        Server.WriteFile("ready", "");
        await Expect(Row).ToContainTextAsync("Fresh", new() { Timeout = 60_000 });
        await Row.GetByRole(AriaRole.Link, new() { Name = "Run 1, which made ranking" }).ClickAsync();
        await ExpectRunStatusAsync("Completed");
    }

    [Fact]
    public async Task A_product_becomes_outdated_while_it_is_looked_at_and_a_run_that_failed_is_shown()
    {
        Server.WriteFile("custom/rank.cs", "public static class Rank { [Custom] public static string[] Run() => [\"search\"]; }");
        Server.WritePipeline("channels", "name: channels\nuuid: channels\ntype: python\nblocks:\n- {uuid: rank, name: rank, type: custom, language: csharp, upstream_blocks: []}\n");
        Server.WriteFile("global_data_products.yaml", "ranking: {object_uuid: channels, outdated_after: {seconds: 12}}\n");
        await Page.GotoAsync("/projects/unit_0_setup/global-data-products");
        await WaitUntilLiveAsync();
        await Row.GetByRole(AriaRole.Button, new() { Name = "Refresh ranking" }).ClickAsync();
        await Expect(Row).ToContainTextAsync("Fresh", new() { Timeout = 60_000 });
        await Expect(Row).ToContainTextAsync(new Regex("Outdated.*since", RegexOptions.Singleline), new() { Timeout = 30_000 });

        Server.WriteFile("custom/rank.cs", "public static class Rank { [Custom] public static string[] Run() => throw new InvalidOperationException(\"on purpose\"); }");
        await Row.GetByRole(AriaRole.Button, new() { Name = "Refresh ranking" }).ClickAsync();
        await Expect(Row).ToContainTextAsync("Run #2 failed", new() { Timeout = 60_000 });
        Assert.Equal(RunStatus.Failed, (await Server.Services.GetRequiredService<PipelineRunService>().GetAsync(2, Cancellation)).Status);
    }
}
