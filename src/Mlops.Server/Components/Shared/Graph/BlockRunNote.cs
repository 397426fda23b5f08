using Mlops.Core.Pipelines;
using Mlops.Core.Runs;

namespace Mlops.Server.Components.Shared.Graph;

/// <summary>What there is to say of a block run in a few words.</summary>
internal static class BlockRunNote
{
    /// <summary>Such as <c>250 ms · 1 test</c>, <c>Waits for train_survival</c> or <c>Did not run</c>.</summary>
    public static string Of(BlockRun run, IReadOnlyList<BlockRun> all, DateTimeOffset now) => run.Status switch
    {
        BlockRunStatus.Initial when run.WaitsForApproval => "Waits for approval",
        BlockRunStatus.Initial when run is { LooksAgain: true, NextAttemptAt: { } next } => $"Looks again at {next:HH:mm:ss} UTC",
        BlockRunStatus.Initial when run.WaitsForRun => run.Called is { } called ? $"Waits for run #{called.Id}" : "Waits for its run",
        BlockRunStatus.Initial when run.NextAttemptAt is { } next && next > now => $"Tries again in {Durations.Text(next - now)}",
        BlockRunStatus.Initial => WaitsFor(run, all) is { } waits ? $"Waits {waits}" : "Ready",
        BlockRunStatus.UpstreamFailed => "Did not run",
        BlockRunStatus.ConditionFailed => LeftOut(run),
        BlockRunStatus.Failed => run.Error is { } error ? FirstLine(error.Message) : "Failed",
        BlockRunStatus.Cancelled => run.Duration(now) is { } spent ? $"Stopped after {Durations.Text(spent)}" : "Did not run",
        _ => Joined(run, now),
    };

    /// <summary>Why a block was left out: by its own condition, by its trigger rule, or by a condition before it.</summary>
    public static string LeftOut(BlockRun run) =>
        run.StartedAt is not null ? "Left out by its condition"
        : run.Terms.TriggerRule != TriggerRule.AllSuccess ? $"Left out by its rule {run.Terms.TriggerRule.ToWord()}"
        : "Left out by a condition";

    /// <summary>Such as <c>for load_titanic</c> or <c>for 3 blocks</c>; null where nothing upstream holds it up.</summary>
    public static string? WaitsFor(BlockRun run, IReadOnlyList<BlockRun> all)
    {
        var waits = all.Where(other => run.UpstreamBlocks.Contains(other.BlockUuid) && !other.Status.IsFinal()).ToList();
        return waits.Count switch
        {
            0 => null,
            1 => $"for {waits[0].Name}",
            _ => $"for {waits.Count} blocks",
        };
    }

    /// <summary>Such as <c>1/1 tests passed</c>; null without tests.</summary>
    public static string? Tests(BlockRun run) =>
        run.Tests.Count == 0 ? null : $"{run.Tests.Count(test => test.Passed)}/{run.Tests.Count} tests passed";

    private static string Joined(BlockRun run, DateTimeOffset now)
    {
        List<string> parts = [];
        if (run.Duration(now) is { } spent)
        {
            parts.Add(Durations.Text(spent));
        }

        if (run.Attempt > 1)
        {
            parts.Add($"{run.Attempt} attempts");
        }

        if (run.Tests.Count > 0)
        {
            parts.Add(run.Tests.Count == 1 ? "1 test" : $"{run.Tests.Count} tests");
        }

        return parts.Count == 0 ? run.Type.Label : string.Join(" · ", parts);
    }

    private static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd();
}
