using System.Globalization;

namespace Mlops.Core.Runs;

/// <summary>Makes the children of a block that is run once for each item of the dynamic blocks before it.</summary>
internal static class FanChildren
{
    private const int NamedFailures = 3;

    /// <summary>How many children a block has; more than <see cref="FanNames.MaxChildren"/> may be said too low.</summary>
    public static long Count(BlockRun group, IReadOnlyDictionary<string, BlockRun> blocks) =>
        group.Terms.Axes.Aggregate(1L, (count, axis) => Math.Min(count, FanNames.MaxChildren + 1L) * blocks[axis].FanItems!.Count);

    /// <summary>The children, as they are before they start: for every combination of items, the last dynamic block's items changing fastest.</summary>
    /// <param name="group">The block.</param>
    /// <param name="blocks">All blocks of the run by uuid: those that it is fanned out over completed, those upstream have their children.</param>
    public static IEnumerable<BlockRun> Create(BlockRun group, IReadOnlyDictionary<string, BlockRun> blocks)
    {
        var axes = group.Terms.Axes.Select(axis => blocks[axis]).ToList();
        var count = Count(group, blocks);
        for (var index = 0; index < count; index++)
        {
            var items = ItemsAt(axes, index);
            var names = NamesOf(items, blocks);
            yield return group with
            {
                Id = 0,
                BlockUuid = $"{group.BlockUuid}:{string.Join(':', names)}",
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

    private static FanItem[] ItemsAt(List<BlockRun> axes, int index)
    {
        var items = new FanItem[axes.Count];
        for (var i = axes.Count - 1; i >= 0; i--)
        {
            (index, var item) = Math.DivRem(index, axes[i].FanItems!.Count);
            items[i] = new FanItem(axes[i].BlockUuid, item);
        }

        return items;
    }

    private static IEnumerable<string> NamesOf(IEnumerable<FanItem> items, IReadOnlyDictionary<string, BlockRun> blocks) =>
        items.Select(item => blocks[item.BlockUuid].FanItems![item.Index]);

    /// <summary>The child upstream that is run for the same items; the block itself where it is run once, or gathers.</summary>
    private static string UpstreamOf(string uuid, FanItem[] items, IReadOnlyDictionary<string, BlockRun> blocks)
    {
        if (blocks[uuid] is not { IsGroup: true, Terms: { ReducesOutput: false, Axes: var axes } })
        {
            return uuid;
        }

        var child = $"{uuid}:{string.Join(':', NamesOf(axes.Select(axis => items.First(item => item.BlockUuid == axis)), blocks))}";
        return blocks.ContainsKey(child) ? child : uuid;
    }
}
