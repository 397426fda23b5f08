using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Mlops.Browser.Tests.Walks;

/// <summary>A run that takes too long is stopped, and taken up again where it was.</summary>
public sealed class CancelTests(Chromium chromium) : BrowserTest(chromium)
{
    [Fact]
    public async Task A_running_run_is_cancelled_and_its_incomplete_blocks_are_retried()
    {
        Server.WriteFile("custom/wait_for_file.cs", """
            using System.IO;

            public static class WaitForFile
            {
                [Custom]
                public static async Task<string> RunAsync(Table people, BlockContext context, CancellationToken cancellationToken)
                {
                    Console.WriteLine("waiting");
                    if (!File.Exists(context.ResolvePath("go")))
                    {
                        await Task.Delay(Timeout.Infinite, cancellationToken);
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
            - {uuid: load_titanic, name: load_titanic, type: data_loader, language: csharp, upstream_blocks: []}
            - {uuid: wait_for_file, name: wait_for_file, type: custom, language: csharp, upstream_blocks: [load_titanic]}
            """);
        await OpenPipelineAsync("slow");
        await RunOnceAsync("Running");
        await Expect(Page.GetByRole(AriaRole.Log, new() { Name = "Run log" })).ToContainTextAsync("waiting");

        await Page.GetByRole(AriaRole.Button, new() { Name = "Cancel", Exact = true }).ClickAsync();
        var question = Page.GetByRole(AriaRole.Alertdialog, new() { Name = "Cancel run #1?" });
        await Expect(question.GetByRole(AriaRole.Button, new() { Name = "Keep running" })).ToBeFocusedAsync();
        await question.GetByRole(AriaRole.Button, new() { Name = "Cancel run" }).ClickAsync();
        await ExpectRunStatusAsync("Cancelled");

        Server.WriteFile("go", "");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Retry incomplete blocks" }).ClickAsync();
        await ExpectRunStatusAsync("Completed");
        await Expect(Page.GetByText("2 of 2 blocks")).ToBeVisibleAsync();
    }
}
