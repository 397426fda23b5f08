namespace Mlops.Core.Triggers.Backfills;

/// <summary>Where a backfill stands.</summary>
public enum BackfillStatus
{
    /// <summary>Nothing of it goes on, and some intervals have no run yet; shown as Ready.</summary>
    Initial,

    /// <summary>Its runs are made and executed.</summary>
    Running,

    /// <summary>All its runs completed.</summary>
    Completed,

    /// <summary>A run failed or was cancelled, or it could not go on.</summary>
    Failed,

    /// <summary>Somebody cancelled it.</summary>
    Cancelled,
}

/// <summary>The words of the statuses in database and REST.</summary>
public static class BackfillWords
{
    private static readonly string[] All = ["initial", "running", "completed", "failed", "cancelled"];

    /// <summary>The word, such as <c>running</c>.</summary>
    public static string ToWord(this BackfillStatus status) => All[(int)status];

    /// <summary>The status that <paramref name="word"/> names, or null.</summary>
    public static BackfillStatus? Find(string? word) => Array.IndexOf(All, word) is var index and >= 0 ? (BackfillStatus)index : null;
}
