namespace Mlops.Server.Components.Shared.Graph;

/// <summary>The blocks that the arrow keys lead to from a block; null where there is none.</summary>
public sealed record GraphKeys(string? Left, string? Right, string? Up, string? Down)
{
    /// <summary>Along the graph to the nearest linked block, across it to the neighbour in the layer.</summary>
    internal static Dictionary<string, GraphKeys> Of(GraphLayout layout)
    {
        var before = layout.Edges.ToLookup(edge => edge.To, edge => edge.From);
        var after = layout.Edges.ToLookup(edge => edge.From, edge => edge.To);
        var layers = layout.Nodes.GroupBy(node => node.Layer)
            .ToDictionary(layer => layer.Key, layer => layer.OrderBy(node => Across(layout, node)).ToList());

        var keys = new Dictionary<string, GraphKeys>(StringComparer.Ordinal);
        foreach (var node in layout.Nodes)
        {
            var layer = layers[node.Layer];
            var index = layer.IndexOf(node);
            var back = Nearest(layout, node, before[node.Uuid]);
            var forth = Nearest(layout, node, after[node.Uuid]);
            var previous = index > 0 ? layer[index - 1].Uuid : null;
            var next = index + 1 < layer.Count ? layer[index + 1].Uuid : null;
            keys.Add(node.Uuid, layout.IsVertical ? new(previous, next, back, forth) : new(back, forth, previous, next));
        }

        return keys;
    }

    private static string? Nearest(GraphLayout layout, GraphNode node, IEnumerable<string> linked) =>
        linked.Select(layout.Find).OfType<GraphNode>().MinBy(other => Math.Abs(Across(layout, other) - Across(layout, node)))?.Uuid;

    private static double Across(GraphLayout layout, GraphNode node) =>
        layout.IsVertical ? node.X + (node.Width / 2) : node.Y + (node.Height / 2);
}
