using Mlops.Core.Runs;

namespace Mlops.Server.Components.Shared.Graph;

/// <summary>How an edge is drawn.</summary>
internal static class EdgeState
{
    /// <summary>The style class: data went over it, goes over it now, never will, or (null) may yet.</summary>
    public static string? ClassOf(BlockRunStatus? from, BlockRunStatus? to) => (from, to) switch
    {
        (_, BlockRunStatus.UpstreamFailed or BlockRunStatus.ConditionFailed) => "graph-edge--dead",
        (BlockRunStatus.Completed, BlockRunStatus.Running) => "graph-edge--flow",
        (BlockRunStatus.Completed, BlockRunStatus.Completed or BlockRunStatus.Failed or BlockRunStatus.Cancelled) => "graph-edge--done",
        _ => null,
    };
}
