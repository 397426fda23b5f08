namespace Mlops.Core.Pipelines;

/// <summary>
/// The blocks of a pipeline that take part in a run, as a directed acyclic graph; immutable and valid once made. Blocks of a type that never runs
/// (scratchpads, markdown, charts) are no part of it.
/// </summary>
public sealed class BlockGraph
{
    private readonly Dictionary<string, int> _positions;
    private readonly List<Block>[] _downstream;

    /// <summary>Takes valid blocks in topological order.</summary>
    private BlockGraph(IReadOnlyList<Block> blocks)
    {
        Blocks = blocks;
        _positions = new Dictionary<string, int>(StringComparer.Ordinal);
        var downstream = new List<Block>[blocks.Count];
        var layers = new int[blocks.Count];
        for (var i = 0; i < blocks.Count; i++)
        {
            _positions.Add(blocks[i].Uuid, i);
            downstream[i] = [];
            foreach (var upstream in blocks[i].UpstreamBlocks.Distinct(StringComparer.Ordinal).Select(uuid => _positions[uuid]))
            {
                downstream[upstream].Add(blocks[i]);
                layers[i] = Math.Max(layers[i], layers[upstream] + 1);
            }
        }

        _downstream = downstream;
        Layers = [.. blocks.Select((block, i) => (block, layer: layers[i])).GroupBy(pair => pair.layer, pair => pair.block)
            .OrderBy(group => group.Key).Select(group => (IReadOnlyList<Block>)[.. group])];
    }

    /// <summary>The blocks, every one after all its upstream blocks; ties in the order of the file.</summary>
    public IReadOnlyList<Block> Blocks { get; }

    /// <summary>The blocks by layer, left to right: a block's layer is one more than the greatest of its upstream blocks.</summary>
    public IReadOnlyList<IReadOnlyList<Block>> Layers { get; }

    /// <exception cref="NotFoundException">There is no such block.</exception>
    public Block this[string blockUuid] => Blocks[Position(blockUuid)];

    /// <summary>Builds the graph, or says all that is wrong: duplicates, unknown upstream blocks, cycles with their blocks.</summary>
    /// <returns>The graph, or null together with at least one problem that is an error.</returns>
    public static BlockGraph? Create(IReadOnlyList<Block> blocks, out IReadOnlyList<PipelineProblem> problems)
    {
        var graph = Create(blocks, out IReadOnlyList<BlockProblem> found);
        problems = [.. found.Select(problem => new PipelineProblem(problem.Message, IsError: true, BlockUuid: problem.Block.Uuid))];
        return graph;
    }

    /// <summary>The same, with what a caller needs to find the place in a file.</summary>
    internal static BlockGraph? Create(IReadOnlyList<Block> blocks, out IReadOnlyList<BlockProblem> problems)
    {
        var found = new List<BlockProblem>();
        problems = found;
        var byUuid = new Dictionary<string, Block>(StringComparer.Ordinal);
        found.AddRange(blocks.Where(block => !byUuid.TryAdd(block.Uuid, block)).Select(block => new BlockProblem(
            block, null, $"Two blocks have the uuid '{block.Uuid}'. Give one of them another uuid, and name it where it is upstream.")));

        var running = byUuid.Values.Where(block => block.Type.Runs).ToArray();
        found.AddRange(running.SelectMany(block => block.UpstreamBlocks.Distinct(StringComparer.Ordinal), (block, upstream) =>
            WhyNotUpstream(block, upstream, byUuid) is { } message ? new BlockProblem(block, upstream, message) : null).OfType<BlockProblem>());
        if (found.Count > 0)
        {
            // Cycles are worth looking for all the same, among the edges that lead somewhere.
            running = [.. running.Select(block => block with { UpstreamBlocks = [.. block.UpstreamBlocks.Where(upstream => Runs(byUuid, upstream))] })];
        }

        var ordered = Sort(running);
        if (ordered.Count < running.Length)
        {
            found.AddRange(BlockCycles.Find(running).Select(cycle => new BlockProblem(cycle[0], cycle[^1].Uuid, Describe(cycle))));
        }

        return found.Count == 0 ? new BlockGraph(ordered) : null;
    }

    /// <summary>Whether there is such a block.</summary>
    public bool Contains(string blockUuid) => _positions.ContainsKey(blockUuid);

    /// <summary>Direct downstream blocks, in topological order.</summary>
    public IReadOnlyList<Block> Downstream(string blockUuid) => _downstream[Position(blockUuid)];

    /// <summary>The graph of a block and of all that it needs, directly and indirectly.</summary>
    /// <exception cref="NotFoundException">There is no such block.</exception>
    public BlockGraph UpTo(string blockUuid)
    {
        var needed = new HashSet<string>(StringComparer.Ordinal) { this[blockUuid].Uuid };
        foreach (var block in Blocks.Reverse().Where(block => needed.Contains(block.Uuid)))
        {
            needed.UnionWith(block.UpstreamBlocks);
        }

        return new BlockGraph([.. Blocks.Where(block => needed.Contains(block.Uuid))]);
    }

    /// <summary>All blocks that can be reached from <paramref name="blockUuid"/>, without itself, in topological order.</summary>
    public IReadOnlyList<Block> Descendants(string blockUuid)
    {
        var reached = new bool[Blocks.Count];
        reached[Position(blockUuid)] = true;
        for (var i = Position(blockUuid); i < Blocks.Count; i++)
        {
            foreach (var next in reached[i] ? _downstream[i] : [])
            {
                reached[_positions[next.Uuid]] = true;
            }
        }

        return [.. Blocks.Where((block, i) => reached[i] && block.Uuid != blockUuid)];
    }

    private static string? WhyNotUpstream(Block block, string upstream, Dictionary<string, Block> byUuid) =>
        !byUuid.TryGetValue(upstream, out var found)
            ? $"Block '{block.Uuid}' takes the output of '{upstream}', but the pipeline has no block of that uuid. "
                + "Correct the name in upstream_blocks, or remove it."
            : found.Type.Runs
                ? null
                : $"Block '{block.Uuid}' takes the output of '{upstream}', a {found.Type.Label.ToLowerInvariant()}, which never runs. "
                    + "Remove it from upstream_blocks.";

    private static bool Runs(Dictionary<string, Block> byUuid, string uuid) => byUuid.TryGetValue(uuid, out var block) && block.Type.Runs;

    /// <summary>Topological order; of the blocks that are ready the first of the file goes first. Leaves out what is on or behind a cycle.</summary>
    private static List<Block> Sort(Block[] blocks)
    {
        var positions = blocks.Select((block, i) => (block.Uuid, i)).ToDictionary(StringComparer.Ordinal);
        var downstream = Enumerable.Range(0, blocks.Length).Select(_ => new List<int>()).ToArray();
        var missing = new int[blocks.Length];
        var ready = new PriorityQueue<int, int>();
        for (var i = 0; i < blocks.Length; i++)
        {
            foreach (var upstream in blocks[i].UpstreamBlocks.Distinct(StringComparer.Ordinal))
            {
                downstream[positions[upstream]].Add(i);
                missing[i]++;
            }

            if (missing[i] == 0)
            {
                ready.Enqueue(i, i);
            }
        }

        var ordered = new List<Block>(blocks.Length);
        while (ready.TryDequeue(out var i, out _))
        {
            ordered.Add(blocks[i]);
            foreach (var next in downstream[i].Where(next => --missing[next] == 0))
            {
                ready.Enqueue(next, next);
            }
        }

        return ordered;
    }

    private static string Describe(IReadOnlyList<Block> cycle) => cycle is [var only]
        ? $"Block '{only.Uuid}' takes its own output. Remove it from its upstream_blocks."
        : $"The blocks {string.Join(" → ", cycle.Select(block => $"'{block.Uuid}'"))} form a cycle: each waits for the one before it, and the first "
            + "for the last. Remove one of them from the upstream_blocks of the next.";

    private int Position(string blockUuid) => _positions.TryGetValue(blockUuid, out var position)
        ? position
        : throw new NotFoundException("block", blockUuid, $"There is no block '{blockUuid}' that runs. There are: {string.Join(", ", _positions.Keys)}.");
}

/// <summary>Something wrong between blocks.</summary>
/// <param name="Block">The block concerned.</param>
/// <param name="Upstream">The entry of its upstream blocks that is wrong; null where it is the block itself.</param>
/// <param name="Message">In words.</param>
internal sealed record BlockProblem(Block Block, string? Upstream, string Message);
