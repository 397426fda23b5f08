using System.Globalization;
using Mlops.Core.Runs;
using Mlops.Server.Components.Shared;
using Mlops.Server.Components.Shared.Gantt;
using Mlops.Server.Components.Shared.Graph;

namespace Mlops.Server.Tests.Components.Graph;

/// <summary>A thousand children are one node and one row, with their counts.</summary>
public sealed class FannedGraphTests
{
    private static readonly BlockRun Group = Runs.Block("b", BlockRunStatus.Running, 0, null, "d") with { Terms = new BlockTerms { Axes = ["d"] } };

    private static readonly PipelineRun Run = Runs.Run(
        RunStatus.Running,
        [
            Runs.Block("d", BlockRunStatus.Completed, 0, 10),
            Group,
            .. Enumerable.Range(0, 1000).Select(i => Runs.Block($"b:{i.ToString(CultureInfo.InvariantCulture)}", StatusOf(i), 10, null, "d") with { FanOf = "b", FanIndex = i }),
            Runs.Block("e", BlockRunStatus.Initial, null, null, "b"),
        ]);

    [Fact]
    public void The_graph_draws_one_node_with_the_counts_of_its_children()
    {
        var blocks = FannedBlocks.Folded(Run.BlockRuns).Select(block => GraphBlock.Of(block, Run.BlockRuns, Runs.Start)).ToList();

        Assert.Equal(["d", "b", "e"], blocks.Select(block => block.Uuid));
        Assert.Equal(("640 of 1,000 · 4 running · 3 failed", true, 0.643), (blocks[1].Note, blocks[1].IsStack, blocks[1].Progress));
        Assert.Equal("Waits for b", blocks[2].Note);
        Assert.Equal(3, GraphLayout.Create(blocks, isVertical: false).Nodes.Count);
    }

    [Fact]
    public void The_chart_has_one_row_for_all_of_them() =>
        Assert.Equal(["d", "b", "e"], GanttChart.Of(Run, Runs.Start.AddSeconds(1), new Dictionary<string, TimeSpan>()).Rows.Select(row => row.Block.BlockUuid));

    private static BlockRunStatus StatusOf(int index) => index switch
    {
        < 640 => BlockRunStatus.Completed,
        < 643 => BlockRunStatus.Failed,
        < 647 => BlockRunStatus.Running,
        _ => BlockRunStatus.Initial,
    };
}
