using CsCheck;
using Mlops.Core.Pipelines;

namespace Mlops.Core.Tests.Pipelines;

public sealed class BlockGraphTests
{
    /// <summary>Any acyclic graph: blocks take only blocks before them in a hidden order, and stand in the file in another.</summary>
    private static readonly Gen<Block[]> Acyclic =
        from count in Gen.Int[0, 25]
        from edges in Gen.Select(Gen.Int[0, 24], Gen.Int[0, 24]).Array[0, 60]
        from order in Gen.Shuffle(Enumerable.Range(0, count).ToArray())
        select order.Select(i => Block($"b{i}", [.. edges.Where(edge => Math.Max(edge.Item1, edge.Item2) == i && edge.Item1 != edge.Item2)
            .Select(edge => $"b{Math.Min(edge.Item1, edge.Item2)}")])).ToArray();

    [Fact]
    public void Every_block_comes_after_its_upstream_blocks_and_ties_keep_the_order_of_the_file() => Acyclic.Sample(blocks =>
    {
        var graph = Valid(blocks);
        var position = graph.Blocks.Select((block, i) => (block.Uuid, i)).ToDictionary();
        var file = blocks.Select((block, i) => (block.Uuid, i)).ToDictionary();
        Assert.Equal(blocks.Select(block => block.Uuid).Order(), graph.Blocks.Select(block => block.Uuid).Order());
        foreach (var block in graph.Blocks)
        {
            Assert.All(block.UpstreamBlocks, upstream => Assert.True(position[upstream] < position[block.Uuid]));

            // Whatever stands before it but after it in the file could not have waited: this block was not ready then.
            foreach (var other in graph.Blocks.Take(position[block.Uuid]).Where(other => file[other.Uuid] > file[block.Uuid]))
            {
                Assert.Contains(block.UpstreamBlocks, upstream => position[upstream] >= position[other.Uuid]);
            }
        }
    });

    [Fact]
    public void A_layer_is_one_more_than_the_greatest_upstream_layer() => Acyclic.Sample(blocks =>
    {
        var graph = Valid(blocks);
        var layers = graph.Layers.SelectMany((layer, i) => layer.Select(block => (block.Uuid, i))).ToDictionary();
        Assert.Equal(blocks.Length, layers.Count);
        Assert.All(graph.Layers, Assert.NotEmpty);
        Assert.All(blocks, block => Assert.Equal(block.UpstreamBlocks.Select(upstream => layers[upstream] + 1).DefaultIfEmpty(0).Max(), layers[block.Uuid]));
    });

    [Fact]
    public void Descendants_are_what_downstream_leads_to() => Acyclic.Sample(blocks =>
    {
        var graph = Valid(blocks);
        foreach (var block in blocks)
        {
            Assert.Equal(
                blocks.Where(other => other.UpstreamBlocks.Contains(block.Uuid)).Select(other => other.Uuid).Order(),
                graph.Downstream(block.Uuid).Select(other => other.Uuid).Order());
            Assert.Equal(
                graph.Downstream(block.Uuid).SelectMany(next => graph.Descendants(next.Uuid).Append(next)).Select(next => next.Uuid).Distinct().Order(),
                graph.Descendants(block.Uuid).Select(next => next.Uuid).Order());
            Assert.Equal(graph.Descendants(block.Uuid), graph.Blocks.Intersect(graph.Descendants(block.Uuid)));
        }
    });

    [Fact]
    public void Every_block_on_an_injected_cycle_is_named_and_every_named_cycle_is_one() =>
        Gen.Select(Acyclic.Where(blocks => blocks.Length > 0), Gen.Int[0, 24], Gen.Int[0, 24], Gen.Int[0, 24]).Sample((blocks, first, second, third) =>
        {
            var ring = new[] { first, second, third }.Select(i => blocks[i % blocks.Length].Uuid).Distinct().ToArray();
            var broken = blocks.Select(block => Array.IndexOf(ring, block.Uuid) is var i and >= 0
                ? block with { UpstreamBlocks = [.. block.UpstreamBlocks, ring[(i + 1) % ring.Length]] }
                : block).ToArray();
            var upstream = broken.ToDictionary(block => block.Uuid, block => block.UpstreamBlocks);

            Assert.Null(BlockGraph.Create(broken, out IReadOnlyList<PipelineProblem> problems));

            var cycles = BlockCycles.Find(broken);
            Assert.Equal(cycles.Count, problems.Count);
            Assert.All(cycles, cycle => Assert.All(
                cycle.Select((block, i) => (block, next: cycle[(i + 1) % cycle.Count])), pair => Assert.Contains(pair.block.Uuid, upstream[pair.next.Uuid])));
            Assert.All(cycles, cycle => Assert.Distinct(cycle.Select(block => block.Uuid)));
            Assert.Equal(
                broken.Where(block => Reaches(upstream, block.Uuid, block.Uuid)).Select(block => block.Uuid).Order(),
                cycles.SelectMany(cycle => cycle).Select(block => block.Uuid).Distinct().Order());
        });

    [Fact]
    public void A_cycle_is_reported_with_its_blocks()
    {
        var graph = BlockGraph.Create([Block("load"), Block("a", "c", "load"), Block("b", "a"), Block("c", "b"), Block("end", "c")], out IReadOnlyList<PipelineProblem> problems);

        Assert.Null(graph);
        var problem = Assert.Single(problems);
        Assert.StartsWith("The blocks 'a' → 'b' → 'c' form a cycle", problem.Message, StringComparison.Ordinal);
        Assert.Equal("a", problem.BlockUuid);
        Assert.True(problem.IsError);
    }

    [Fact]
    public void A_block_that_takes_itself_is_a_cycle()
    {
        Assert.Null(BlockGraph.Create([Block("a", "a")], out IReadOnlyList<PipelineProblem> problems));
        Assert.StartsWith("Block 'a' takes its own output", Assert.Single(problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Duplicates_and_unknown_upstream_blocks_and_cycles_are_all_reported_at_once()
    {
        Assert.Null(BlockGraph.Create([Block("a", "b"), Block("b", "a"), Block("b"), Block("c", "gone")], out IReadOnlyList<PipelineProblem> problems));

        Assert.Collection(
            problems,
            problem => Assert.StartsWith("Two blocks have the uuid 'b'", problem.Message, StringComparison.Ordinal),
            problem => Assert.StartsWith("Block 'c' takes the output of 'gone'", problem.Message, StringComparison.Ordinal),
            problem => Assert.StartsWith("The blocks 'a' → 'b' form a cycle", problem.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void What_never_runs_is_no_part_of_the_graph_and_cannot_be_upstream()
    {
        var note = Block("note") with { Type = BlockType.Find("markdown")! };
        Assert.Equal(["a"], Valid([note, Block("a")]).Blocks.Select(block => block.Uuid));
        Assert.False(Valid([note, Block("a")]).Contains("note"));

        Assert.Null(BlockGraph.Create([note, Block("a", "note")], out IReadOnlyList<PipelineProblem> problems));
        Assert.Contains("never runs", Assert.Single(problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chain_of_thousands_of_blocks_needs_no_deep_stack()
    {
        var chain = Enumerable.Range(0, 20_000).Select(i => i == 0 ? Block("b0") : Block($"b{i}", $"b{i - 1}")).Reverse().ToArray();
        Assert.Equal(20_000, Valid(chain).Layers.Count);
    }

    [Fact]
    public void An_unknown_block_is_not_found()
    {
        var exception = Assert.Throws<NotFoundException>(() => Valid([Block("a")])["b"]);
        Assert.Equal("There is no block 'b' that runs. There are: a.", exception.Message);
    }

    private static bool Reaches(Dictionary<string, IReadOnlyList<string>> upstream, string from, string to)
    {
        var seen = new HashSet<string>();
        var waiting = new Stack<string>(upstream[from]);
        while (waiting.TryPop(out var uuid))
        {
            if (uuid == to)
            {
                return true;
            }

            if (seen.Add(uuid))
            {
                Array.ForEach([.. upstream[uuid]], waiting.Push);
            }
        }

        return false;
    }

    private static BlockGraph Valid(IReadOnlyList<Block> blocks)
    {
        var graph = BlockGraph.Create(blocks, out IReadOnlyList<PipelineProblem> problems);
        Assert.Empty(problems);
        return graph!;
    }

    private static Block Block(string uuid, params string[] upstream) => new()
    {
        Uuid = uuid,
        Name = uuid,
        Type = BlockType.Find("transformer")!,
        Language = BlockLanguage.Find("csharp")!,
        UpstreamBlocks = upstream,
    };
}
