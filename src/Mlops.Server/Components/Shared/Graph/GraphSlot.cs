namespace Mlops.Server.Components.Shared.Graph;

/// <summary>A place in a layer: a block, or (<see cref="Block"/> is null) the bend of edges that pass through to later layers.</summary>
internal sealed class GraphSlot(GraphBlock? block, int layer, double breadth)
{
    public GraphBlock? Block { get; } = block;

    public int Layer { get; } = layer;

    /// <summary>Pixels across the direction of the graph.</summary>
    public double Breadth { get; } = breadth;

    /// <summary>Linked slots of the layer before and the layer after.</summary>
    public List<GraphSlot> Before { get; } = [];

    public List<GraphSlot> After { get; } = [];

    /// <summary>Index in its layer.</summary>
    public int Order { get; set; }

    /// <summary>Middle across the direction of the graph.</summary>
    public double Centre { get; set; }

    public static void Link(GraphSlot from, GraphSlot to)
    {
        if (!from.After.Contains(to))
        {
            from.After.Add(to);
            to.Before.Add(from);
        }
    }
}
