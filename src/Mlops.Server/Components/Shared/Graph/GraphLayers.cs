namespace Mlops.Server.Components.Shared.Graph;

/// <summary>
/// The slots of a graph by layer: a block's layer is one more than the greatest of its upstream blocks. Edges over several layers bend in every
/// layer between; all such edges of one block share their bends.
/// </summary>
internal sealed class GraphLayers
{
    private readonly Dictionary<string, GraphSlot> _slots = new(StringComparer.Ordinal);
    private readonly List<List<GraphSlot>> _layers = [];

    private GraphLayers()
    {
    }

    public IReadOnlyList<List<GraphSlot>> Layers => _layers;

    /// <summary>The edges, each as the slots it goes through from block to block.</summary>
    public List<IReadOnlyList<GraphSlot>> Edges { get; } = [];

    /// <summary>Tolerates what an invalid pipeline has: unknown upstream blocks, doubled uuids and edges that close a cycle are left out.</summary>
    public static GraphLayers Create(IReadOnlyList<GraphBlock> blocks, Func<GraphBlock, double> breadth)
    {
        var graph = new GraphLayers();
        var known = new Dictionary<string, GraphBlock>(StringComparer.Ordinal);
        foreach (var block in blocks)
        {
            known.TryAdd(block.Uuid, block);
        }

        var order = new TopologicalWalk(known).Walk(blocks);
        foreach (var (block, upstream) in order)
        {
            var layer = upstream.Count == 0 ? 0 : upstream.Max(uuid => graph._slots[uuid].Layer) + 1;
            graph._slots.Add(block.Uuid, graph.Add(block, layer, breadth(block)));
        }

        var bends = new Dictionary<(string Block, int Layer), GraphSlot>();
        foreach (var (block, upstream) in order)
        {
            foreach (var uuid in upstream)
            {
                graph.Edges.Add(graph.Connect(graph._slots[uuid], graph._slots[block.Uuid], bends));
            }
        }

        return graph;
    }

    private GraphSlot Add(GraphBlock? block, int layer, double breadth)
    {
        while (_layers.Count <= layer)
        {
            _layers.Add([]);
        }

        var slot = new GraphSlot(block, layer, breadth) { Order = _layers[layer].Count };
        _layers[layer].Add(slot);
        return slot;
    }

    private List<GraphSlot> Connect(GraphSlot from, GraphSlot to, Dictionary<(string Block, int Layer), GraphSlot> bends)
    {
        List<GraphSlot> path = [from];
        for (var layer = from.Layer + 1; layer < to.Layer; layer++)
        {
            if (!bends.TryGetValue((from.Block!.Uuid, layer), out var bend))
            {
                bend = Add(null, layer, 0);
                bends.Add((from.Block.Uuid, layer), bend);
            }

            GraphSlot.Link(path[^1], bend);
            path.Add(bend);
        }

        GraphSlot.Link(path[^1], to);
        path.Add(to);
        return path;
    }

    /// <summary>Depth first from the blocks in the order of the file; an edge back into the present path is dropped.</summary>
    private sealed class TopologicalWalk(Dictionary<string, GraphBlock> known)
    {
        private readonly HashSet<string> _open = new(StringComparer.Ordinal);
        private readonly Dictionary<string, int> _done = new(StringComparer.Ordinal);
        private readonly List<(GraphBlock Block, List<string> Upstream)> _order = [];

        public List<(GraphBlock Block, List<string> Upstream)> Walk(IReadOnlyList<GraphBlock> blocks)
        {
            foreach (var block in blocks)
            {
                Visit(known[block.Uuid]);
            }

            return _order;
        }

        private void Visit(GraphBlock block)
        {
            if (_done.ContainsKey(block.Uuid) || !_open.Add(block.Uuid))
            {
                return;
            }

            List<string> upstream = [];
            foreach (var uuid in block.UpstreamBlocks.Distinct(StringComparer.Ordinal))
            {
                if (!known.TryGetValue(uuid, out var above))
                {
                    continue;
                }

                Visit(above);
                if (_done.ContainsKey(uuid))
                {
                    upstream.Add(uuid);
                }
            }

            _open.Remove(block.Uuid);
            _done.Add(block.Uuid, _order.Count);
            _order.Add((block, upstream));
        }
    }
}
