using System.Globalization;

namespace Mlops.Server.Components.Shared.Graph;

/// <summary>Where the nodes and edges of a graph are drawn, in pixels from the top left corner.</summary>
internal sealed class GraphLayout
{
    /// <summary>More blocks than this are drawn as lower nodes.</summary>
    private const int RoomyCount = 5;

    private readonly Dictionary<string, GraphNode> _nodes = new(StringComparer.Ordinal);

    private GraphLayout(bool isCompact, bool isVertical) => (IsCompact, IsVertical) = (isCompact, isVertical);

    /// <summary>Whether nodes are 44 instead of 56 pixels high.</summary>
    public bool IsCompact { get; }

    /// <summary>Whether the graph goes from top to bottom instead of from left to right.</summary>
    public bool IsVertical { get; }

    public double Width { get; private set; }

    public double Height { get; private set; }

    /// <summary>The nodes, every one after all its upstream blocks' layers.</summary>
    public IReadOnlyCollection<GraphNode> Nodes => _nodes.Values;

    public IReadOnlyList<GraphEdge> Edges { get; private set; } = [];

    private double NodeHeight => IsCompact ? 44 : 56;

    private double LayerGap => IsVertical ? 40 : IsCompact ? 60 : 64;

    /// <summary>Whether a node could lie below the tools at the bottom left.</summary>
    public bool NeedsFoot => Nodes.Any(node => node.X < 190 && node.Y + node.Height > Height - 32);

    public GraphNode? Find(string uuid) => _nodes.GetValueOrDefault(uuid);

    public static GraphLayout Create(IReadOnlyList<GraphBlock> blocks, bool isVertical)
    {
        var layout = new GraphLayout(blocks.Count > RoomyCount, isVertical);
        var layers = GraphLayers.Create(blocks, block => isVertical ? layout.WidthOf(block) : layout.NodeHeight);
        GraphOrder.Reduce(layers.Layers);
        GraphPlacement.Place(layers.Layers, isVertical ? 16 : 20);

        var starts = layout.PlaceNodes(layers.Layers);
        layout.Edges = [.. layers.Edges.Select(path => layout.Draw(path, layers.Layers, starts))];
        return layout;
    }

    private List<double> PlaceNodes(IReadOnlyList<List<GraphSlot>> layers)
    {
        List<double> starts = [];
        var at = 0d;
        foreach (var layer in layers)
        {
            starts.Add(at);
            var depth = DepthOf(layer);
            foreach (var slot in layer)
            {
                if (slot.Block is { } block)
                {
                    _nodes.Add(block.Uuid, Node(slot, block, at, depth));
                }
            }

            at += depth + LayerGap;
        }

        var length = Math.Max(0, at - LayerGap);
        var breadth = layers.SelectMany(layer => layer).Select(slot => slot.Centre + (slot.Breadth / 2)).DefaultIfEmpty().Max();
        (Width, Height) = IsVertical ? (breadth, length) : (length, breadth);
        return starts;
    }

    private GraphNode Node(GraphSlot slot, GraphBlock block, double at, double depth)
    {
        var across = slot.Centre - (slot.Breadth / 2);
        return IsVertical
            ? new GraphNode(block.Uuid, slot.Layer, across, at, slot.Breadth, NodeHeight)
            : new GraphNode(block.Uuid, slot.Layer, at, across, depth, NodeHeight);
    }

    /// <summary>Pixels that a layer takes along the graph; nodes of one layer are equally wide from left to right.</summary>
    private double DepthOf(List<GraphSlot> layer) =>
        IsVertical ? NodeHeight : layer.Select(slot => slot.Block is { } block ? WidthOf(block) : 0).Max();

    private double WidthOf(GraphBlock block)
    {
        var text = block.Name.Sum(letter => letter > '\u2e7f' ? 12.5 : char.IsUpper(letter) ? 8.2 : 6.9);
        return Math.Max(IsCompact ? 160 : 212, Math.Ceiling((text + (IsCompact ? 60 : 82)) / 4) * 4);
    }

    private GraphEdge Draw(IReadOnlyList<GraphSlot> path, IReadOnlyList<List<GraphSlot>> layers, List<double> starts)
    {
        const double Arrow = 7;
        var (from, to) = (path[0], path[^1]);
        var at = starts[from.Layer] + DepthOf(layers[from.Layer]);
        var across = from.Centre;
        var line = $"M{Point(at, across)}";
        foreach (var slot in path.Skip(1))
        {
            var end = starts[slot.Layer] - (slot == to ? Arrow : 0);
            var middle = (at + end) / 2;
            line += $"C{Point(middle, across)} {Point(middle, slot.Centre)} {Point(end, slot.Centre)}";
            (at, across) = (end, slot.Centre);
            if (slot != to)
            {
                at = starts[slot.Layer] + DepthOf(layers[slot.Layer]);
                line += $"L{Point(at, across)}";
            }
        }

        var head = IsVertical ? $"M{Number(across - 4)} {Number(at)}h8l-4 7z" : $"M{Number(at)} {Number(across - 4)}v8l7-4z";
        return new GraphEdge(from.Block!.Uuid, to.Block!.Uuid, line, head) { Label = LabelPoint(path, starts, layers) };
    }

    /// <summary>Above the edge, where no other edge of its two blocks passes; null where there is no such place.</summary>
    private (double X, double Y)? LabelPoint(IReadOnlyList<GraphSlot> path, List<double> starts, IReadOnlyList<List<GraphSlot>> layers)
    {
        var (from, to) = (path[0], path[1]);
        var middle = (starts[from.Layer] + DepthOf(layers[from.Layer]) + starts[to.Layer]) / 2;
        if (IsVertical)
        {
            var isAlone = from.After.Count == 1 && to.Before.Count == 1 && Math.Abs(from.Centre - to.Centre) < 4;
            return isAlone ? (from.Centre + 42, middle) : null;
        }

        var isFree = to.Block is not null && Math.Abs(from.Centre - to.Centre) < 4
            && from.After.All(other => other.Centre >= to.Centre) && to.Before.All(other => other.Centre >= from.Centre);
        return isFree ? (middle - 3, to.Centre - 10) : null;
    }

    private string Point(double along, double across) =>
        IsVertical ? $"{Number(across)} {Number(along)}" : $"{Number(along)} {Number(across)}";

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}

/// <summary>Box of a block.</summary>
/// <param name="Uuid">The block.</param>
/// <param name="Layer">From 0 along the graph.</param>
/// <param name="X">Left.</param>
/// <param name="Y">Top.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
public sealed record GraphNode(string Uuid, int Layer, double X, double Y, double Width, double Height)
{
    public bool Overlaps(GraphNode other) =>
        X < other.X + other.Width && other.X < X + Width && Y < other.Y + other.Height && other.Y < Y + Height;
}

/// <summary>Line between two blocks.</summary>
/// <param name="From">The upstream block.</param>
/// <param name="To">The downstream block.</param>
/// <param name="Path">SVG path of the line.</param>
/// <param name="Arrow">SVG path of its head.</param>
internal sealed record GraphEdge(string From, string To, string Path, string Arrow)
{
    /// <summary>Middle of a label; null where none fits.</summary>
    public (double X, double Y)? Label { get; init; }
}
