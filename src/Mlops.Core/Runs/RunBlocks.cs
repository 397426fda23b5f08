using Mlops.Core.Pipelines;

namespace Mlops.Core.Runs;

/// <summary>The block runs of a run in the hands of its worker, with the children of those that are fanned out. For one thread.</summary>
internal sealed class RunBlocks
{
    private readonly Dictionary<string, BlockRun> _blocks;
    private readonly List<string> _order;
    private readonly List<string> _groups;
    private readonly Dictionary<string, List<string>> _children = new(StringComparer.Ordinal);

    /// <summary>Takes the block runs as stored: every one after its upstream blocks, children after the block that stands for them.</summary>
    public RunBlocks(IReadOnlyList<BlockRun> blocks)
    {
        _blocks = blocks.ToDictionary(block => block.BlockUuid, StringComparer.Ordinal);
        _order = [.. blocks.Select(block => block.BlockUuid)];
        _groups = [.. blocks.Where(block => block.IsGroup).Select(block => block.BlockUuid)];
        foreach (var children in blocks.Where(block => block.FanOf is not null).GroupBy(block => block.FanOf!, StringComparer.Ordinal))
        {
            _children.Add(children.Key, [.. children.OrderBy(child => child.FanIndex).Select(child => child.BlockUuid)]);
        }
    }

    /// <summary>All of them: those that the run began with in their order, children behind.</summary>
    public IEnumerable<BlockRun> All => _order.Select(uuid => _blocks[uuid]);

    /// <summary>All of them by uuid.</summary>
    public IReadOnlyDictionary<string, BlockRun> ByUuid => _blocks;

    /// <exception cref="KeyNotFoundException">There is no such block.</exception>
    public BlockRun this[string blockUuid] => _blocks[blockUuid];

    /// <summary>Blocks that are fanned out and do not have their children, if only none, in order.</summary>
    public IEnumerable<BlockRun> GroupsWithoutChildren => _groups.Where(uuid => !_children.ContainsKey(uuid)).Select(uuid => _blocks[uuid]);

    /// <summary>Replaces a block run.</summary>
    public BlockRun Set(BlockRun block) => _blocks[block.BlockUuid] = block;

    /// <summary>The children of a block, in order.</summary>
    public IReadOnlyList<BlockRun> Children(string blockUuid) => _children.TryGetValue(blockUuid, out var uuids) ? [.. uuids.Select(uuid => _blocks[uuid])] : [];

    /// <summary>Gives a block its children.</summary>
    public IReadOnlyList<BlockRun> AddChildren(string blockUuid, IEnumerable<BlockRun> children)
    {
        IReadOnlyList<BlockRun> added = [.. children];
        foreach (var child in added)
        {
            _blocks.Add(child.BlockUuid, child);
            _order.Add(child.BlockUuid);
        }

        _children.Add(blockUuid, [.. added.Select(child => child.BlockUuid)]);
        return added;
    }

    /// <summary>The blocks for a plan: children before the block that stands for them, so that every one comes after those that it waits for.</summary>
    public IReadOnlyList<PlannedBlock> ToPlanned()
    {
        var planned = new List<PlannedBlock>(_order.Count);
        foreach (var block in All.Where(block => block.FanOf is null))
        {
            planned.AddRange(Children(block.BlockUuid).Select(child => Plan(child, child.UpstreamBlocks)));
            planned.Add(block.IsGroup ? PlanGroup(block) : Plan(block, block.UpstreamBlocks));
        }

        return planned;
    }

    private PlannedBlock PlanGroup(BlockRun group)
    {
        if (_children.TryGetValue(group.BlockUuid, out var children))
        {
            return new PlannedBlock(group.BlockUuid, children, group.Status) { Kind = PlannedKind.Gather };
        }

        // By any other rule its children decide for themselves, once there are any.
        IEnumerable<string> upstream = group.Terms.TriggerRule == TriggerRule.AllSuccess ? group.Terms.Axes.Concat(group.UpstreamBlocks) : group.Terms.Axes;
        return new PlannedBlock(group.BlockUuid, [.. upstream.Distinct(StringComparer.Ordinal)], group.Status) { Kind = PlannedKind.Group };
    }

    private static PlannedBlock Plan(BlockRun block, IReadOnlyList<string> upstream) => new(block.BlockUuid, upstream, block.Status)
    {
        Rule = block.Terms.TriggerRule,
        Kind = block.IsCallback ? PlannedKind.Callback : PlannedKind.Block,
    };
}
