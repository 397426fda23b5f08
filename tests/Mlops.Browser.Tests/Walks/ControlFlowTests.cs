using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Mlops.Browser.Tests.Walks;

/// <summary>Dynamic blocks, conditions, callbacks and sensors as a person sees them.</summary>
public sealed class ControlFlowTests(Chromium chromium) : BrowserTest(chromium)
{
    private ILocator Graph => Page.GetByRole(AriaRole.Region, new() { Name = "Graph" });

    [Fact]
    public async Task A_thousand_children_are_one_node_and_are_listed_a_page_at_a_time()
    {
        Server.WriteFile("custom/list_numbers.cs", "public static class A { [Custom] public static int[] Run() => [.. Enumerable.Range(0, 1000)]; }");
        Server.WriteFile("custom/double_it.cs", "public static class A { [Custom] public static int Run(int number) => number == 700 ? throw new ArgumentException(\"not 700\") : 2 * number; }");
        Server.WritePipeline("numbers", """
            name: numbers
            uuid: numbers
            type: python
            blocks:
            - {uuid: list_numbers, name: List numbers, type: custom, language: csharp, upstream_blocks: [], configuration: {dynamic: true}}
            - {uuid: double_it, name: Double it, type: custom, language: csharp, upstream_blocks: [list_numbers]}
            """);
        await OpenWrittenAsync("numbers");
        await RunOnceAsync("Failed");

        await Expect(Graph.Locator(".graph-node")).ToHaveCountAsync(2);
        await Expect(Graph).ToContainTextAsync("999 of 1,000 · 1 failed");
        await Graph.GetByRole(AriaRole.Link, new() { NameRegex = new("Double it") }).ClickAsync();
        var children = Page.GetByRole(AriaRole.Table, new() { Name = "Block runs of Double it" });
        await Expect(children.Locator("tbody tr")).ToHaveCountAsync(50);
        await Expect(children.Locator("tbody tr").First).ToContainTextAsync("double_it:700");
        await Expect(children.Locator("tbody tr").First).ToContainTextAsync("not 700");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        await children.GetByRole(AriaRole.Link, new() { Name = "double_it:60", Exact = true }).ClickAsync();
        await Expect(Page).ToHaveURLAsync(new Regex("block=double_it%3A60|block=double_it:60"));
        await Expect(Page.GetByRole(AriaRole.Region, new() { Name = "Output", Exact = true })).ToContainTextAsync("120");
    }

    [Fact]
    public async Task Conditions_and_callbacks_are_in_the_graph_and_say_what_became_of_them()
    {
        Server.WriteFile("custom/make.cs", "public static class A { [Custom] public static int Run() => 1; }");
        Server.WriteFile("custom/skip.cs", "public static class A { [Custom] public static int Run(int made) => made; }");
        Server.WriteFile("conditionals/never.cs", "public static class A { [Condition] public static bool Run() => false; }");
        Server.WriteFile("callbacks/tell.cs", "public static class A { [Callback] public static void Run() => throw new InvalidOperationException(\"no mail\"); }");
        Server.WritePipeline("guarded", """
            name: guarded
            uuid: guarded
            type: python
            blocks:
            - {uuid: make, name: Make, type: custom, language: csharp, upstream_blocks: []}
            - {uuid: skip, name: Skip, type: custom, language: csharp, upstream_blocks: [make]}
            conditionals:
            - {uuid: never, name: Never, type: conditional, language: csharp, upstream_blocks: [skip]}
            callbacks:
            - {uuid: tell, name: Tell, type: callback, language: csharp, upstream_blocks: [make]}
            """);
        await OpenWrittenAsync("guarded");
        await Expect(Graph.Locator(".graph-node")).ToHaveCountAsync(4);
        await RunOnceAsync("Completed");

        await Expect(Graph).ToContainTextAsync("Left out by its condition");
        await Expect(Page.GetByRole(AriaRole.Region, new() { NameRegex = new("^Tell failed") })).ToContainTextAsync("no mail");
    }

    [Fact]
    public async Task A_sensor_says_that_it_waits_and_goes_on_when_it_finds_its_file()
    {
        Server.WriteFile("sensors/wait.cs", "public static class A { [Sensor] public static bool Run(BlockContext context) => System.IO.File.Exists(context.ResolvePath(\"here\")); }");
        Server.WritePipeline("waiting", """
            name: waiting
            uuid: waiting
            type: python
            blocks:
            - {uuid: wait, name: Wait, type: sensor, language: csharp, upstream_blocks: [], configuration: {interval: 1}}
            """);
        await OpenWrittenAsync("waiting");
        await RunOnceAsync("Running");
        await Expect(Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Sensor 'wait' waits; it looks again at" })).ToBeVisibleAsync();

        Server.WriteFile("here", "");
        await ExpectRunStatusAsync("Completed");
    }

    /// <summary>By the list of pipelines, where one that was just written appears as soon as the server has seen it.</summary>
    private async Task OpenWrittenAsync(string pipeline)
    {
        await Page.GotoAsync("/projects/unit_0_setup/pipelines");
        await Page.GetByRole(AriaRole.Table, new() { Name = "Pipelines", Exact = true }).GetByRole(AriaRole.Link, new() { Name = pipeline, Exact = true }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = pipeline, Exact = true })).ToBeVisibleAsync();
    }
}
