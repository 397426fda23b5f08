using Mlops.Core.Runs;

namespace Mlops.Server.Components.Shared;

/// <summary>How tall the bar of a run is, and in which order statuses are told.</summary>
internal static class RunBarScale
{
    private const double Least = 4;
    private const double Most = 24;
    private const double ShortestMilliseconds = 10;
    private const double LongestMilliseconds = 3_600_000;

    /// <summary>4 px for 10 ms and less up to 24 px for an hour and more, by the logarithm of the run time; 12 px for a run that never started.</summary>
    public static int Height(PipelineRun run)
    {
        if (run.Duration(run.CompletedAt ?? run.CreatedAt) is not { } duration)
        {
            return 12;
        }

        var milliseconds = Math.Clamp(duration.TotalMilliseconds, ShortestMilliseconds, LongestMilliseconds);
        var share = Math.Log(milliseconds / ShortestMilliseconds) / Math.Log(LongestMilliseconds / ShortestMilliseconds);
        return (int)Math.Round(Least + (share * (Most - Least)));
    }

    /// <summary>Completed first, then what went wrong, then what goes on.</summary>
    public static int Rank(RunStatus status) => status switch
    {
        RunStatus.Completed => 0,
        RunStatus.Cancelled => 1,
        RunStatus.Failed => 2,
        RunStatus.Running => 3,
        _ => 4,
    };
}
