using System.Text.Json;
using Mlops.Server.Tests.Fixtures;

namespace Mlops.Server.Tests.Commands;

/// <summary>A run in one terminal waits for what is said in another.</summary>
public sealed class ApprovalsCommandTests : IDisposable
{
    private readonly TestProjects _projects = AskingServer.Write(new TestProjects("demo"));

    [Fact]
    public async Task A_run_in_the_terminal_waits_until_another_one_approves()
    {
        using var run = ProgramUnderTest.Start(_projects, "run", "demo", "asking");
        await run.WaitForOutputAsync("waiting +send for approval");

        var listed = await RunAsync("approvals", "list");
        var json = JsonSerializer.Deserialize<JsonElement>((await RunAsync("approvals", "list", "demo", "--json")).Output);
        var none = await RunAsync("approvals", "list", "other");
        var approved = await RunAsync("approvals", "approve", "1", "--comment", "fine");
        var (code, output, _) = await run.WaitForExitAsync();
        var late = await RunAsync("approvals", "reject", "1");
        var left = JsonSerializer.Deserialize<JsonElement>((await RunAsync("approvals", "list", "--json")).Output);
        var all = await RunAsync("approvals", "list", "--all");

        Assert.Matches(@"1 +\W demo +\W asking +\W 1 +\W send +\W Send <b>these</b> prices\? +\W open", listed.Output);
        Assert.Equal(("Send <b>these</b> prices?", "open"), (json[0].GetProperty("message").GetString(), json[0].GetProperty("status").GetString()));
        Assert.DoesNotContain("asking", none.Output, StringComparison.Ordinal);
        Assert.Equal((0, "Approved block send of run 1 of demo/asking"), (approved.Code, approved.Output.Trim()));
        Assert.Equal(0, code);
        Assert.Matches("completed +send", output);
        Assert.Equal(2, late.Code);
        Assert.Contains($"Block 'send' of run 1 was approved by {Environment.UserName} at", late.Error, StringComparison.Ordinal);
        Assert.Equal(0, left.GetArrayLength());
        Assert.Contains("approved by", all.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no approval 7.", "approvals", "approve", "7")]
    [InlineData("'one'", "approvals", "reject", "one")]
    [InlineData("id", "approvals", "approve")]
    public async Task What_cannot_be_decided_says_why_and_ends_with_2(string words, params string[] arguments)
    {
        var (code, output, error) = await RunAsync(arguments);

        Assert.Equal(2, code);
        Assert.Contains(words, output + error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + error, StringComparison.Ordinal);
    }

    public void Dispose() => _projects.Dispose();

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var program = ProgramUnderTest.Start(_projects, arguments);
        return await program.WaitForExitAsync();
    }
}
