namespace Mlops.Server.Components.Shared.Graph;

/// <summary>
/// Orders the slots of each layer so that few edges cross: sweeps forth and back by barycentre (Sugiyama, Tagawa and Toda, 1981) and keeps the
/// best order seen.
/// </summary>
internal static class GraphOrder
{
    private const int Sweeps = 12;

    public static void Reduce(IReadOnlyList<List<GraphSlot>> layers)
    {
        var best = Snapshot(layers);
        var fewest = CountCrossings(layers);
        for (var sweep = 0; sweep < Sweeps && fewest > 0; sweep++)
        {
            var forth = sweep % 2 == 0;
            for (var step = 1; step < layers.Count; step++)
            {
                Sort(layers[forth ? step : layers.Count - 1 - step], slot => forth ? slot.Before : slot.After);
            }

            var crossings = CountCrossings(layers);
            if (crossings < fewest)
            {
                fewest = crossings;
                best = Snapshot(layers);
            }
        }

        for (var layer = 0; layer < layers.Count; layer++)
        {
            layers[layer].Clear();
            layers[layer].AddRange(best[layer]);
            Number(layers[layer]);
        }
    }

    /// <summary>Pairs of edges between neighbouring layers that cross.</summary>
    public static int CountCrossings(IReadOnlyList<List<GraphSlot>> layers)
    {
        var crossings = 0;
        List<int> seen = [];
        foreach (var layer in layers)
        {
            seen.Clear();
            foreach (var slot in layer)
            {
                var ends = slot.After.Select(after => after.Order).Order().ToList();
                crossings += ends.Sum(end => seen.Count - UpperBound(seen, end));
                foreach (var end in ends)
                {
                    seen.Insert(UpperBound(seen, end), end);
                }
            }
        }

        return crossings;
    }

    private static void Sort(List<GraphSlot> layer, Func<GraphSlot, List<GraphSlot>> neighbours)
    {
        var sorted = layer.OrderBy(slot => neighbours(slot) is { Count: > 0 } near ? near.Average(other => other.Order) : slot.Order).ToList();
        layer.Clear();
        layer.AddRange(sorted);
        Number(layer);
    }

    private static void Number(List<GraphSlot> layer)
    {
        for (var i = 0; i < layer.Count; i++)
        {
            layer[i].Order = i;
        }
    }

    private static List<List<GraphSlot>> Snapshot(IReadOnlyList<List<GraphSlot>> layers) => [.. layers.Select(layer => layer.ToList())];

    private static int UpperBound(List<int> sorted, int value)
    {
        var (low, high) = (0, sorted.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = sorted[middle] <= value ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
