namespace Mlops.Server.Components.Shared.Graph;

/// <summary>
/// Places ordered slots across the direction of the graph: each as near as can be to the middle of its neighbours, none overlapping. A layer is
/// placed by isotonic regression (pool adjacent violators), which is the least-squares answer for a fixed order.
/// </summary>
internal static class GraphPlacement
{
    private const int Rounds = 8;

    /// <summary>A bend gives way to a block.</summary>
    private const double BendWeight = 0.001;

    public static void Place(IReadOnlyList<List<GraphSlot>> layers, double gap)
    {
        foreach (var layer in layers)
        {
            Settle(layer, gap, _ => 0);
        }

        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 1; i < layers.Count; i++)
            {
                Settle(layers[i], gap, slot => MiddleOf(slot, slot.Before) ?? slot.Centre);
            }

            for (var i = layers.Count - 2; i >= 0; i--)
            {
                Settle(layers[i], gap, slot => MiddleOf(slot, slot.After) ?? slot.Centre);
            }
        }

        for (var i = 1; i < layers.Count; i++)
        {
            Settle(layers[i], gap, slot => MiddleOf(slot, slot.Before) ?? slot.Centre);
        }

        var top = layers.SelectMany(layer => layer).Select(slot => slot.Centre - (slot.Breadth / 2)).DefaultIfEmpty().Min();
        foreach (var slot in layers.SelectMany(layer => layer))
        {
            slot.Centre = Math.Round(slot.Centre - top - (slot.Breadth / 2)) + (slot.Breadth / 2);
        }
    }

    /// <summary>Blocks are drawn to blocks only, so that a chain stays straight beside edges that pass it by.</summary>
    private static double? MiddleOf(GraphSlot slot, List<GraphSlot> linked)
    {
        var near = slot.Block is null ? linked : linked.Where(other => other.Block is not null).ToList();
        return (near.Count > 0 ? near : linked) is { Count: > 0 } drawn ? drawn.Average(other => other.Centre) : null;
    }

    private static void Settle(List<GraphSlot> layer, double gap, Func<GraphSlot, double> wanted)
    {
        var offsets = new double[layer.Count];
        for (var i = 1; i < layer.Count; i++)
        {
            var between = layer[i - 1].Block is null || layer[i].Block is null ? gap * 0.6 : gap;
            offsets[i] = offsets[i - 1] + ((layer[i - 1].Breadth + layer[i].Breadth) / 2) + between;
        }

        var pools = new Stack<(double Sum, double Weight, int Count)>();
        for (var i = 0; i < layer.Count; i++)
        {
            var weight = layer[i].Block is null ? BendWeight : 1;
            var pool = (Sum: (wanted(layer[i]) - offsets[i]) * weight, Weight: weight, Count: 1);
            while (pools.TryPeek(out var last) && last.Sum / last.Weight > pool.Sum / pool.Weight)
            {
                pools.Pop();
                pool = (last.Sum + pool.Sum, last.Weight + pool.Weight, last.Count + pool.Count);
            }

            pools.Push(pool);
        }

        var next = layer.Count;
        foreach (var (sum, weight, count) in pools)
        {
            for (var i = 0; i < count; i++)
            {
                next--;
                layer[next].Centre = (sum / weight) + offsets[next];
            }
        }
    }
}
