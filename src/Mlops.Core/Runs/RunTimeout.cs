using System.Globalization;

namespace Mlops.Core.Runs;

/// <summary>What it means that time is over.</summary>
internal static class RunTimeout
{
    /// <summary>What a run beyond its timeout becomes.</summary>
    public static RunStatus Outcome(RunTerms terms) => terms.TimeoutCancels ? RunStatus.Cancelled : RunStatus.Failed;

    /// <summary>Why the run was ended.</summary>
    public static string Describe(RunTerms terms) => $"The run did not end within its timeout of {Seconds(terms.Timeout!.Value)}.";

    /// <summary>The error of a block that took too long.</summary>
    public static BlockError ErrorOf(BlockRun block) => new(
        "timeout",
        $"Block '{block.BlockUuid}' did not end within its timeout of {Seconds(block.Terms.Timeout!.Value)}. Make it faster, or raise 'timeout' in the pipeline's metadata.yaml.");

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");
}
