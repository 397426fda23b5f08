namespace Mlops.Core.Pipelines;

/// <summary>
/// Finds cycles to show: for every block that is on a cycle, in the order of the file, a shortest one through it unless one that was found already
/// names it. So every such block is named, and there are never more cycles than blocks although a graph can hold exponentially many.
/// </summary>
internal static class BlockCycles
{
    /// <summary>Cycles that are reported; who mends these sees the next.</summary>
    private const int MaxCycles = 20;

    /// <summary>The cycles, each with its blocks in the order of the data's flow, each block once.</summary>
    /// <param name="blocks">Blocks with different uuids whose upstream blocks are all among them.</param>
    public static IReadOnlyList<IReadOnlyList<Block>> Find(IReadOnlyList<Block> blocks)
    {
        var byUuid = blocks.ToDictionary(block => block.Uuid, StringComparer.Ordinal);
        var named = new HashSet<string>(StringComparer.Ordinal);
        var cycles = new List<IReadOnlyList<Block>>();
        foreach (var block in blocks)
        {
            if (!named.Contains(block.Uuid) && FindShortest(block, byUuid) is { } cycle)
            {
                cycles.Add(cycle);
                named.UnionWith(cycle.Select(member => member.Uuid));
                if (cycles.Count == MaxCycles)
                {
                    break;
                }
            }
        }

        return cycles;
    }

    /// <summary>Breadth first up the stream until <paramref name="start"/> comes up again.</summary>
    private static List<Block>? FindShortest(Block start, Dictionary<string, Block> byUuid)
    {
        var next = new Dictionary<string, Block>(StringComparer.Ordinal);
        var waiting = new Queue<Block>([start]);
        while (waiting.TryDequeue(out var block))
        {
            foreach (var upstream in block.UpstreamBlocks.Where(upstream => next.TryAdd(upstream, block)))
            {
                if (upstream == start.Uuid)
                {
                    return Follow(start, next);
                }

                waiting.Enqueue(byUuid[upstream]);
            }
        }

        return null;
    }

    private static List<Block> Follow(Block start, Dictionary<string, Block> next)
    {
        var cycle = new List<Block> { start };
        for (var block = next[start.Uuid]; block.Uuid != start.Uuid; block = next[block.Uuid])
        {
            cycle.Add(block);
        }

        return cycle;
    }
}
