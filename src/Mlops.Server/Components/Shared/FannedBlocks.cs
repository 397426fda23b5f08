using Mlops.Core.Runs;

namespace Mlops.Server.Components.Shared;

/// <summary>Blocks that are run once for each item: what is drawn is the block that stands for its children, however many they are.</summary>
internal static class FannedBlocks
{
    /// <summary>The block runs without children.</summary>
    public static IReadOnlyList<BlockRun> Folded(IReadOnlyList<BlockRun> blocks) => [.. blocks.Where(block => block.FanOf is null)];

    /// <summary>The children of a block, in order.</summary>
    public static IReadOnlyList<BlockRun> Of(string blockUuid, IReadOnlyList<BlockRun> blocks) => [.. blocks.Where(block => block.FanOf == blockUuid)];

    /// <summary>Such as <c>640 of 1,000 · 4 running · 3 failed</c>; null without children.</summary>
    public static string? Note(IReadOnlyList<BlockRun> children)
    {
        if (children.Count == 0)
        {
            return null;
        }

        var done = children.Count(child => child.Status is BlockRunStatus.Completed or BlockRunStatus.ConditionFailed);
        List<string> parts = [$"{Numbers.Text(done)} of {Numbers.Text(children.Count)}"];
        foreach (var (word, status) in new[] { ("running", BlockRunStatus.Running), ("failed", BlockRunStatus.Failed), ("cancelled", BlockRunStatus.Cancelled) })
        {
            if (children.Count(child => child.Status == status) is > 0 and var count)
            {
                parts.Add($"{Numbers.Text(count)} {word}");
            }
        }

        return string.Join(" · ", parts);
    }

    /// <summary>Share that ended, 0 to 1; null without children.</summary>
    public static double? Share(IReadOnlyList<BlockRun> children) =>
        children.Count == 0 ? null : (double)children.Count(child => child.Status.IsFinal()) / children.Count;
}
