using Mlops.Core.Runs;
using Mlops.Server.Components.Shared.Graph;

namespace Mlops.Server.Tests.Components.Graph;

public sealed class EdgeStateTests
{
    [Theory]
    [InlineData(BlockRunStatus.Completed, BlockRunStatus.Completed, "graph-edge--done")]
    [InlineData(BlockRunStatus.Completed, BlockRunStatus.Running, "graph-edge--flow")]
    [InlineData(BlockRunStatus.Failed, BlockRunStatus.UpstreamFailed, "graph-edge--dead")]
    [InlineData(BlockRunStatus.Completed, BlockRunStatus.UpstreamFailed, "graph-edge--dead")]
    [InlineData(BlockRunStatus.Running, BlockRunStatus.Initial, null)]
    [InlineData(null, null, null)]
    public void An_edge_shows_whether_data_went_over_it(BlockRunStatus? from, BlockRunStatus? to, string? expected) =>
        Assert.Equal(expected, EdgeState.ClassOf(from, to));
}
