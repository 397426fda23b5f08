namespace Mlops.Core.Runs;

/// <summary>Where a pipeline run stands. Words on disk and on the wire by <see cref="StatusWords"/>.</summary>
public enum RunStatus
{
    /// <summary>Accepted, not started; shown as Ready.</summary>
    Initial,

    /// <summary>Claimed by a worker.</summary>
    Running,

    /// <summary>Final: every block completed or was left out by a condition.</summary>
    Completed,

    /// <summary>Final: at least one block failed.</summary>
    Failed,

    /// <summary>Final: somebody cancelled it.</summary>
    Cancelled,
}

/// <summary>Where a block run stands.</summary>
public enum BlockRunStatus
{
    /// <summary>Waits for its upstream blocks or for a free slot; shown as Ready.</summary>
    Initial,

    /// <summary>Its code is running.</summary>
    Running,

    /// <summary>Final: outputs are stored and every test passed.</summary>
    Completed,

    /// <summary>Final: its code, a test or its runner failed.</summary>
    Failed,

    /// <summary>Final: the run was cancelled before it ended.</summary>
    Cancelled,

    /// <summary>Final: not started because a block upstream failed.</summary>
    UpstreamFailed,

    /// <summary>Final: not started because a condition did not hold.</summary>
    ConditionFailed,
}

/// <summary>The words of the statuses in files, database and REST.</summary>
public static class StatusWords
{
    private static readonly string[] RunWords = ["initial", "running", "completed", "failed", "cancelled"];
    private static readonly string[] BlockWords = [.. RunWords, "upstream_failed", "condition_failed"];

    /// <summary>The word, such as <c>running</c>.</summary>
    public static string ToWord(this RunStatus status) => RunWords[(int)status];

    /// <summary>The word, such as <c>upstream_failed</c>.</summary>
    public static string ToWord(this BlockRunStatus status) => BlockWords[(int)status];

    /// <summary>The status that <paramref name="word"/> names, or null.</summary>
    public static RunStatus? ParseRun(string? word) => Array.IndexOf(RunWords, word) is var i and >= 0 ? (RunStatus)i : null;

    /// <summary>The status that <paramref name="word"/> names, or null.</summary>
    public static BlockRunStatus? ParseBlock(string? word) => Array.IndexOf(BlockWords, word) is var i and >= 0 ? (BlockRunStatus)i : null;

    /// <summary>Whether nothing changes it any more but a retry.</summary>
    public static bool IsFinal(this RunStatus status) => status >= RunStatus.Completed;

    /// <summary>Whether nothing changes it any more but a retry.</summary>
    public static bool IsFinal(this BlockRunStatus status) => status >= BlockRunStatus.Completed;
}
