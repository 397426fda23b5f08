using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Mlops.Browser.Tests.Walks;

/// <summary>Variables and secrets are set in the browser and used by the next run.</summary>
public sealed class VariablesAndSecretsTests(Chromium chromium) : BrowserTest(chromium)
{
    private ILocator Main => Page.GetByRole(AriaRole.Main);

    [Fact]
    public async Task A_secret_is_made_replaced_used_masked_and_removed()
    {
        Server.WriteFile("custom/tell.cs", "public static class Tell { [Custom] public static void Run(BlockContext context) => Console.WriteLine($\"it is {context.Secret(\"TOKEN\")}\"); }");
        Server.WritePipeline("telling", "name: telling\nuuid: telling\ntype: python\nblocks:\n- {uuid: tell, name: tell, type: custom, language: csharp, upstream_blocks: []}\n");
        await OpenAsync("secrets", "Secrets");
        await Expect(Main).ToContainTextAsync("No secrets in unit_0_setup yet");

        await Page.GetByRole(AriaRole.Button, new() { Name = "New secret" }).ClickAsync();
        var panel = Page.GetByRole(AriaRole.Dialog, new() { Name = "New secret" });
        await panel.GetByLabel("Name").FillAsync("TOKEN");
        await panel.GetByLabel("Value").FillAsync("abc");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Set secret" }).ClickAsync();
        await Expect(panel.GetByRole(AriaRole.Alert)).ToContainTextAsync("secrets have at least 4");
        await panel.GetByLabel("Value").FillAsync("s3cret-one");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Set secret" }).ClickAsync();
        await Expect(panel).ToHaveCountAsync(0);
        var row = Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "TOKEN" });
        await Expect(row).ToContainTextAsync("unit_0_setup");
        await Expect(row).ToContainTextAsync("local operator");

        await row.GetByRole(AriaRole.Button, new() { Name = "Replace TOKEN" }).ClickAsync();
        panel = Page.GetByRole(AriaRole.Dialog, new() { Name = "Replace TOKEN" });
        await panel.GetByLabel("Value").FillAsync("s3cret-two");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Set secret" }).ClickAsync();
        await Expect(panel).ToHaveCountAsync(0);
        Assert.DoesNotContain("s3cret", await Page.ContentAsync(), StringComparison.Ordinal);

        await OpenPipelineAsync("telling");
        await RunOnceAsync("Completed");
        await Expect(Main).ToContainTextAsync("it is ***");

        await OpenAsync("secrets", "Secrets");
        await row.GetByRole(AriaRole.Button, new() { Name = "Remove TOKEN" }).ClickAsync();
        await Page.GetByRole(AriaRole.Alertdialog).GetByRole(AriaRole.Button, new() { Name = "Remove secret" }).ClickAsync();
        await Expect(Main).ToContainTextAsync("No secrets in unit_0_setup yet");
    }

    [Fact]
    public async Task A_panel_that_comes_late_to_the_focus_leaves_it_to_whoever_types_already()
    {
        var isThere = new TaskCompletionSource();
        await Page.RouteAsync("**/js/focus*.js", async route =>
        {
            await isThere.Task;
            await route.ContinueAsync();
        });
        await OpenAsync("secrets", "Secrets");
        await Page.GetByRole(AriaRole.Button, new() { Name = "New secret" }).ClickAsync();
        var panel = Page.GetByRole(AriaRole.Dialog, new() { Name = "New secret" });
        await panel.GetByLabel("Value").ClickAsync();
        await Page.Keyboard.TypeAsync("ab");

        var answer = Page.WaitForResponseAsync(response => response.Url.Contains("/js/focus", StringComparison.Ordinal));
        isThere.SetResult();
        await (await answer).FinishedAsync();
        await panel.GetByRole(AriaRole.Button, new() { Name = "Set secret" }).HoverAsync();
        await Page.WaitForFunctionAsync("() => new Promise(done => setTimeout(() => done(true), 300))");
        await Page.Keyboard.TypeAsync("cd");

        await Expect(panel.GetByLabel("Value")).ToHaveValueAsync("abcd");
        await Expect(panel.GetByLabel("Name")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task A_variable_is_set_in_its_file_and_shown_with_what_it_goes_before()
    {
        Server.WriteFile("custom/add.cs", "public enum Mode { Fast, Exact } public static class Add { [Custom] public static int Run(int count, Mode mode = Mode.Fast) => count; }");
        Server.WritePipeline("adding", "name: adding # kept\nuuid: adding\ntype: python\nblocks:\n- {uuid: add, name: add, type: custom, language: csharp, upstream_blocks: []}\n");
        await OpenAsync("variables?pipeline=adding", "Variables");
        await SetAsync("New variable", "Project", "2", "count");
        await Expect(Row).ToContainTextAsync(new Regex("count.*2.*Project", RegexOptions.Singleline));

        await SetAsync("New variable", "Pipeline", "7", "count");
        await Expect(Row).ToContainTextAsync(new Regex("count.*7.*Pipeline.*Project.*2", RegexOptions.Singleline));
        Assert.Contains("name: adding # kept", await File.ReadAllTextAsync(Server.ProjectFile("pipelines", "adding", "metadata.yaml"), Cancellation), StringComparison.Ordinal);

        await OpenPipelineAsync("adding");
        var form = await OpenRunFormAsync();
        await Expect(form.GetByRole(AriaRole.Textbox, new() { NameRegex = new Regex("^count") })).ToHaveValueAsync("7");
        await form.GetByRole(AriaRole.Textbox, new() { NameRegex = new Regex("^count") }).FillAsync("many");
        await Expect(form).ToContainTextAsync("“many” is not a whole number. Example: 7");
        await Expect(form.GetByRole(AriaRole.Button, new() { Name = "Run now" })).ToHaveAttributeAsync("aria-disabled", "true");
        await form.GetByRole(AriaRole.Textbox, new() { NameRegex = new Regex("^count") }).FillAsync("8");
        await form.GetByLabel("mode").SelectOptionAsync("Exact");
        await form.GetByRole(AriaRole.Button, new() { Name = "Run now" }).ClickAsync();
        await ExpectRunStatusAsync("Completed");
    }

    [Fact]
    public async Task A_variable_is_removed_from_its_file_and_brought_back_and_a_change_meanwhile_is_not_lost()
    {
        Server.WriteFile("custom/add.cs", "public static class Add { [Custom] public static int Run(int count) => count; }");
        Server.WritePipeline("adding", "name: adding # kept\nuuid: adding\ntype: python\nvariables:\n  count: 7 # of people\n  other: 1\nblocks:\n- {uuid: add, name: add, type: custom, language: csharp, upstream_blocks: []}\n");
        await OpenAsync("variables?pipeline=adding", "Variables");
        var remove = Row.GetByRole(AriaRole.Button, new() { Name = "Remove count" });
        var dialog = Page.GetByRole(AriaRole.Alertdialog);

        await remove.PressAsync("Enter");
        await Expect(dialog).ToContainTextAsync("It is taken out of unit_0_setup/pipelines/adding/metadata.yaml.");
        await Expect(dialog).ToContainTextAsync("It is taken by 1 block of adding: add.");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Keep it" }).PressAsync("Enter");
        await Expect(Row).ToBeVisibleAsync();

        await remove.PressAsync("Enter");
        Server.WritePipeline("adding", (await ReadAsync()).Replace("count: 7", "count: 8", StringComparison.Ordinal));
        await Expect(Row).ToContainTextAsync("8");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Remove variable" }).ClickAsync();
        await Expect(Page.GetByText("'count' was changed in metadata.yaml meanwhile: it is 8 now, and was 7.")).ToBeVisibleAsync();
        Assert.Contains("count: 8 # of people", await ReadAsync(), StringComparison.Ordinal);

        await remove.ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Remove variable" }).ClickAsync();
        await Expect(Row).ToHaveCountAsync(0);
        Assert.Contains("name: adding # kept\nuuid: adding\ntype: python\nvariables:\n  other: 1\nblocks:", await ReadAsync(), StringComparison.Ordinal);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(Row).ToContainTextAsync("8");
        Assert.Contains("  other: 1\n  count: 8\n", await ReadAsync(), StringComparison.Ordinal);
    }

    private Task<string> ReadAsync() => File.ReadAllTextAsync(Server.ProjectFile("pipelines", "adding", "metadata.yaml"), Cancellation);

    private ILocator Row => Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "count" });

    private async Task OpenAsync(string address, string heading)
    {
        await Page.GotoAsync($"/projects/unit_0_setup/{address}");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = heading, Exact = true, Level = 1 })).ToBeVisibleAsync();
        await WaitUntilLiveAsync();
    }

    private async Task SetAsync(string button, string of, string value, string name)
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
        var panel = Page.GetByRole(AriaRole.Dialog, new() { Name = button });
        await panel.GetByLabel("Name").FillAsync(name);
        await panel.GetByLabel("Of", new() { Exact = true }).SelectOptionAsync(of);
        await panel.GetByLabel("Value").FillAsync(value);
        await panel.GetByRole(AriaRole.Button, new() { Name = "Set variable" }).ClickAsync();
        await Expect(panel).ToHaveCountAsync(0);
    }
}
