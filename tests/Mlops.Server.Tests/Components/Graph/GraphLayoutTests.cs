using Mlops.Core.Pipelines;
using Mlops.Server.Components.Shared.Graph;

namespace Mlops.Server.Tests.Components.Graph;

public sealed class GraphLayoutTests
{
    [Fact]
    public void A_chain_lies_on_one_line_with_a_label_above_each_edge()
    {
        var layout = Lay("load", "fill < load", "export < fill");

        Assert.Equal([0, 1, 2], layout.Nodes.Select(node => node.Layer));
        Assert.Single(layout.Nodes.Select(node => node.Y).Distinct());
        Assert.All(layout.Edges, edge => Assert.NotNull(edge.Label));
    }

    [Fact]
    public void A_block_lies_right_of_all_its_upstream_blocks()
    {
        var layout = Lay("a", "b < a", "c < a b", "d < a c");

        Assert.Equal(3, layout.Find("d")!.Layer);
        Assert.All(layout.Edges, edge => Assert.True(layout.Find(edge.From)!.X + layout.Find(edge.From)!.Width < layout.Find(edge.To)!.X));
    }

    [Fact]
    public void Crossing_edges_are_put_in_order()
    {
        var blocks = Blocks("a", "b", "c", "x < c", "y < b", "z < a");
        var layers = GraphLayers.Create(blocks, _ => 44);
        Assert.Equal(3, GraphOrder.CountCrossings(layers.Layers));

        GraphOrder.Reduce(layers.Layers);

        Assert.Equal(0, GraphOrder.CountCrossings(layers.Layers));
    }

    [Fact]
    public void An_edge_over_a_layer_goes_around_the_block_between()
    {
        var layout = Lay("a", "b < a", "c < a b");

        var edge = layout.Edges.Single(edge => edge is { From: "a", To: "c" });
        Assert.Contains("L", edge.Path, StringComparison.Ordinal);
        var bend = double.Parse(edge.Path.Split('L')[1].Split('C')[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        var between = layout.Find("b")!;
        Assert.False(bend > between.Y && bend < between.Y + between.Height, $"The edge at {bend} runs through b at {between.Y}");
    }

    [Fact]
    public void A_chain_stays_straight_beside_edges_that_pass_it_by()
    {
        var layout = Lay("load", "fill < load", "train < fill", "export < load fill train");

        Assert.Single(layout.Nodes.Select(node => node.Y).Distinct());
    }

    [Fact]
    public void A_node_grows_with_its_name()
    {
        var layout = Lay("short", "a_block_with_a_name_that_is_really_long_indeed");

        Assert.All(layout.Nodes, node => Assert.True(node.Width > 300));
    }

    [Fact]
    public void From_top_to_bottom_layers_lie_below_each_other()
    {
        var layout = GraphLayout.Create(Blocks("a", "b < a", "c < a"), isVertical: true);

        Assert.Equal(layout.Find("b")!.Y, layout.Find("c")!.Y);
        Assert.True(layout.Find("b")!.Y > layout.Find("a")!.Y + layout.Find("a")!.Height);
    }

    [Fact]
    public void An_invalid_pipeline_is_drawn_without_what_cannot_be()
    {
        var layout = Lay("a < c", "b < a nobody", "c < b", "a");

        Assert.Equal(["a", "b", "c"], layout.Nodes.Select(node => node.Uuid).Order());
        Assert.Equal(2, layout.Edges.Count);
    }

    [Fact]
    public void No_blocks_make_an_empty_drawing()
    {
        var layout = Lay();

        Assert.Equal((0, 0), (layout.Width, layout.Height));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Three_hundred_blocks_do_not_overlap(int seed)
    {
        var random = new Random(seed);
        var lines = Enumerable.Range(0, 300).Select(i =>
            $"block_{i}" + (i == 0 ? "" : " < " + string.Join(' ', Enumerable.Range(0, random.Next(0, 4)).Select(_ => $"block_{random.Next(Math.Max(0, i - 40), i)}"))));
        var blocks = Blocks([.. lines.Select(line => line.TrimEnd(' ', '<'))]);

        foreach (var vertical in new[] { false, true })
        {
            var nodes = GraphLayout.Create(blocks, vertical).Nodes.ToList();
            Assert.Equal(300, nodes.Count);
            Assert.DoesNotContain(nodes.SelectMany((one, i) => nodes.Skip(i + 1).Select(other => (one, other))), pair => pair.one.Overlaps(pair.other));
        }
    }

    [Fact]
    public void Arrow_keys_go_along_the_edges_and_through_the_layer()
    {
        var keys = GraphKeys.Of(Lay("a", "b < a", "c < a", "d < c"));

        Assert.Equal("a", keys["b"].Left);
        Assert.Equal("c", keys["b"].Down);
        Assert.Equal("b", keys["c"].Up);
        Assert.Equal("d", keys["c"].Right);
        Assert.Null(keys["d"].Right);
    }

    private static GraphLayout Lay(params string[] lines) => GraphLayout.Create(Blocks(lines), isVertical: false);

    /// <summary>Blocks from lines such as <c>fill &lt; load other</c>.</summary>
    private static GraphBlock[] Blocks(params string[] lines) =>
    [
        .. lines.Select(line => line.Split(" < ")).Select(parts => new GraphBlock
        {
            Uuid = parts[0],
            Name = parts[0],
            Type = BlockType.Find("transformer")!,
            Note = "",
            UpstreamBlocks = parts.Length > 1 ? parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries) : [],
        }),
    ];
}
