namespace Mlops.Core.Pipelines;

/// <summary>
/// Which blocks are run once for each item of dynamic blocks. A block downstream of a dynamic block is, and so are those after it, until one gathers
/// (<c>reduce_output</c>): that one is still fanned out, those after it take the list of what its children made.
/// </summary>
public static class FanOut
{
    /// <summary>
    /// The dynamic blocks over whose items a block is fanned out, by its uuid, in the order of its upstream blocks. Blocks that are run once are left out.
    /// Over two dynamic blocks it is run for every pair of their items; blocks that are fanned out over the same one are joined item by item. Behind a
    /// dynamic block that is fanned out itself, it is run for each item of each of its lists.
    /// </summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> AxesOf(BlockGraph graph)
    {
        var axes = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var block in graph.Blocks)
        {
            var own = block.UpstreamBlocks.Where(graph.Contains).SelectMany(uuid => Beyond(graph[uuid], axes)).Distinct(StringComparer.Ordinal).ToList();
            if (own.Count > 0)
            {
                axes[block.Uuid] = own;
            }
        }

        return axes;
    }

    /// <summary>What keeps the pipeline from being fanned out.</summary>
    internal static IEnumerable<BlockProblem> Problems(BlockGraph graph)
    {
        var all = AxesOf(graph);
        foreach (var (uuid, axes) in all.Where(pair => graph[pair.Key].Approval is not null))
        {
            yield return new BlockProblem(graph[uuid], null, $"Block '{uuid}' waits for an approval and is run for each item of '{axes[0]}', which would ask people for each of them. Put approval on '{axes[0]}' or on a block after the one that gathers.");
        }

        foreach (var (uuid, axes) in all.Where(pair => graph[pair.Key].IsRun))
        {
            yield return new BlockProblem(graph[uuid], null, $"Block '{uuid}' is a run of a pipeline and is run for each item of '{axes[0]}', of which the run would not be told. Start pipelines from code there (TriggerPipelineAsync), or gather before it.");
        }

        foreach (var block in graph.Blocks.Where(block => block is { IsRun: true, IsDynamic: true }))
        {
            yield return new BlockProblem(block, null, $"Block '{block.Uuid}' is a run of a pipeline and cannot be dynamic: it gives no list. Let a block after it give the list.");
        }

        foreach (var (uuid, axes) in all.Where(pair => graph[pair.Key] is { IsDynamic: true, ReducesOutput: true }))
        {
            yield return new BlockProblem(graph[uuid], null, $"Block '{uuid}' is dynamic, is itself run for each item of '{axes[0]}', and has reduce_output, which would take the place of its items. Set reduce_output on a block after it.");
        }
    }

    private static IEnumerable<string> Beyond(Block upstream, Dictionary<string, IReadOnlyList<string>> axes) =>
        upstream.IsDynamic ? [.. axes.GetValueOrDefault(upstream.Uuid, []), upstream.Uuid]
        : !upstream.ReducesOutput && axes.TryGetValue(upstream.Uuid, out var own) ? own
        : [];
}
