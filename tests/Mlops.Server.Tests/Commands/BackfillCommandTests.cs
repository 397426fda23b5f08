using System.Text.Json;
using Mlops.Server.Tests.Fixtures;

namespace Mlops.Server.Tests.Commands;

/// <summary>Backfills by the command line, as a process of its own.</summary>
public sealed class BackfillCommandTests : IDisposable
{
    private readonly TestProjects _projects = new TestProjects("demo")
        .File("demo", "custom/day.cs",
            """
            public static class Day
            {
                [Custom]
                public static string Run(BlockContext context, int bad = 0)
                {
                    if (context.ExecutionDate.Day == bad) throw new InvalidOperationException("no data");
                    return context.Render("{{ ds }}");
                }
            }
            """)
        .Pipeline("demo", "history", ("custom", "day", []));

    [Fact]
    public async Task A_backfill_runs_to_its_end_without_a_server_and_its_outcome_is_the_exit_code()
    {
        var good = await RunAsync("backfill", "run", "demo", "history", "--start", "2026-01-01", "--end", "2026-01-04", "--max-concurrent", "2", "--name", "Days", "--json");
        var bad = await RunAsync("backfill", "run", "demo", "history", "--start", "2026-01-01", "--end", "2026-01-03", "--var", "bad=2");
        var listed = JsonSerializer.Deserialize<JsonElement>((await RunAsync("backfill", "list", "demo", "--json")).Output);
        var failed = JsonSerializer.Deserialize<JsonElement>((await RunAsync("backfill", "list", "demo", "--pipeline", "history", "--status", "failed", "--json")).Output);
        var table = await RunAsync("backfill", "list");
        var cancelled = await RunAsync("backfill", "cancel", "1");

        var backfill = JsonSerializer.Deserialize<JsonElement>(good.Output);
        Assert.Equal((0, "completed", 3), (good.Code, backfill.GetProperty("status").GetString(), backfill.GetProperty("run_counts").GetProperty("completed").GetInt32()));
        Assert.Contains("3 of 3 over: 3 completed", good.Error, StringComparison.Ordinal);
        Assert.Equal(1, bad.Code);
        Assert.Contains("2 of 2 over: 1 completed, 1 failed", bad.Output, StringComparison.Ordinal);
        Assert.Contains("Backfill 2 failed", bad.Output, StringComparison.Ordinal);
        Assert.Equal(["failed", "completed"], listed.EnumerateArray().Select(each => each.GetProperty("status").GetString()!));
        Assert.Equal([2L], failed.EnumerateArray().Select(each => each.GetProperty("id").GetInt64()));
        Assert.Contains("Days", table.Output, StringComparison.Ordinal);
        Assert.Equal((0, "Backfill 1 is completed"), (cancelled.Code, cancelled.Output.Trim()));
    }

    [Theory]
    [InlineData("That makes 1,440 runs of 'history', more than 1,000. Confirm it", "--start", "2026-01-01", "--end", "2026-01-02", "--interval", "minute")]
    [InlineData("The time zone 'Mars/Olympus' is not known.", "--start", "2026-01-01", "--end", "2026-01-02", "--zone", "Mars/Olympus")]
    [InlineData("The end 'never' is no time.", "--start", "2026-01-01", "--end", "never")]
    [InlineData("--end", "--start", "2026-01-01")]
    public async Task What_cannot_be_done_is_said_and_ends_with_2(string words, params string[] options)
    {
        var (code, _, error) = await RunAsync(["backfill", "run", "demo", "history", .. options]);

        Assert.Equal(2, code);
        Assert.Contains(words, error, StringComparison.Ordinal);
    }

    public void Dispose() => _projects.Dispose();

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var program = ProgramUnderTest.Start(_projects, arguments);
        return await program.WaitForExitAsync();
    }
}
