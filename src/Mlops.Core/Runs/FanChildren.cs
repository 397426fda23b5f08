using System.Globalization;

namespace Mlops.Core.Runs;

/// <summary>Makes the children of a block that is run once for each item of the dynamic blocks before it.</summary>
internal static class FanChildren
{
    private const int NamedFailures = 3;

    /// <summary>
    /// The items that each child is run for: every combination of those of the dynamic blocks, the last one's changing fastest. A dynamic block that is run
    /// for items itself has a list of its own for each of them, and none where it was left out.
    /// </summary>
    /// <param name="group">The block.</param>
    /// <param name="blocks">All blocks of the run by uuid: those that it is fanned out over completed.</param>
    /// <returns>The combinations; one more than <see cref="FanNames.MaxChildren"/> where there are too many.</returns>
    public static IReadOnlyList<FanItem[]> Combine(BlockRun group, IReadOnlyDictionary<string, BlockRun> blocks)
    {
        IEnumerable<FanItem[]> combinations = [[]];
        foreach (var axis in group.Terms.Axes)
        {
            combinations = combinations.SelectMany(items => Enumerable
                .Range(0, RunOf(axis, items, blocks).FanItems?.Count ?? 0)
                .Select(index => (FanItem[])[.. items, new FanItem(axis, index)]));
        }

        return [.. combinations.Take(FanNames.MaxChildren + 1)];
    }

    /// <summary>The children, as they are before they start.</summary>
    /// <param name="group">The block.</param>
    /// <param name="combinations">What each is run for.</param>
    /// <param name="blocks">All blocks of the run by uuid: those upstream have their children.</param>
    public static IEnumerable<BlockRun> Create(BlockRun group, IReadOnlyList<FanItem[]> combinations, IReadOnlyDictionary<string, BlockRun> blocks)
    {
        for (var index = 0; index < combinations.Count; index++)
        {
            var items = combinations[index];
            var names = NamesOf(items, blocks);
            yield return group with
            {
                Id = 0,
                BlockUuid = ChildOf(group.BlockUuid, names),
                Name = $"{group.Name} · {string.Join(", ", names)}",
                UpstreamBlocks = [.. group.UpstreamBlocks.Select(uuid => UpstreamOf(uuid, items, blocks))],
                Status = BlockRunStatus.Initial,
                StartedAt = null,
                FanOf = group.BlockUuid,
                FanIndex = index,
                Terms = group.Terms with { Items = items },
            };
        }
    }

    /// <summary>Why a block failed whose children are these.</summary>
    public static BlockError ErrorOf(IReadOnlyList<BlockRun> children)
    {
        var failed = children.Where(child => child.Status is BlockRunStatus.Failed or BlockRunStatus.UpstreamFailed).Select(child => $"'{child.BlockUuid}'").ToList();
        var others = failed.Count > NamedFailures ? ", ..." : "";
        return new BlockError("fan_out", string.Create(
            CultureInfo.InvariantCulture, $"{failed.Count:N0} of {children.Count:N0} blocks failed: {string.Join(", ", failed.Take(NamedFailures))}{others}."));
    }

    private static string ChildOf(string uuid, IEnumerable<string> names) => $"{uuid}:{string.Join(':', names)}";

    private static IReadOnlyList<string> NamesOf(FanItem[] items, IReadOnlyDictionary<string, BlockRun> blocks) =>
        [.. items.Select(item => RunOf(item.BlockUuid, items, blocks).FanItems![item.Index])];

    /// <summary>The run of a dynamic block that made the list of which these items take one: its child for those before, where it is fanned out itself.</summary>
    private static BlockRun RunOf(string axis, FanItem[] items, IReadOnlyDictionary<string, BlockRun> blocks) =>
        blocks[axis] is { IsGroup: true } group ? blocks[ChildOf(axis, NamesOf(ItemsOf(group, items), blocks))] : blocks[axis];

    private static FanItem[] ItemsOf(BlockRun group, FanItem[] items) => [.. group.Terms.Axes.Select(axis => items.First(item => item.BlockUuid == axis))];

    /// <summary>The child upstream that is run for the same items; the block itself where it is run once, or gathers.</summary>
    private static string UpstreamOf(string uuid, FanItem[] items, IReadOnlyDictionary<string, BlockRun> blocks)
    {
        if (blocks[uuid] is not { IsGroup: true, Terms.ReducesOutput: false } group)
        {
            return uuid;
        }

        var child = ChildOf(uuid, NamesOf(ItemsOf(group, items), blocks));
        return blocks.ContainsKey(child) ? child : uuid;
    }
}
