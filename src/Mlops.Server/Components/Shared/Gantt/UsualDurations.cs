using Mlops.Core.Runs;

namespace Mlops.Server.Components.Shared.Gantt;

/// <summary>How long the blocks of a pipeline usually take.</summary>
internal static class UsualDurations
{
    /// <summary>Median of each block's completed runs, by uuid; blocks that never completed are left out.</summary>
    public static IReadOnlyDictionary<string, TimeSpan> Of(IEnumerable<PipelineRun> runs) =>
        runs.SelectMany(run => run.BlockRuns)
            .Where(block => block is { Status: BlockRunStatus.Completed, StartedAt: not null, CompletedAt: not null })
            .GroupBy(block => block.BlockUuid, block => (block.CompletedAt - block.StartedAt)!.Value)
            .ToDictionary(block => block.Key, Median, StringComparer.Ordinal);

    private static TimeSpan Median(IEnumerable<TimeSpan> durations)
    {
        var sorted = durations.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
