namespace Mlops.Core.Runs.Approvals;

/// <summary>What became of an approval that a block waits for. Words on disk and on the wire by <see cref="ApprovalWords"/>.</summary>
public enum ApprovalStatus
{
    /// <summary>Nobody decided yet.</summary>
    Open,

    /// <summary>Somebody approved; the block starts.</summary>
    Approved,

    /// <summary>Somebody rejected; the block failed.</summary>
    Rejected,

    /// <summary>Nobody decided in time; the block failed.</summary>
    Expired,

    /// <summary>The run ended before anybody decided.</summary>
    Withdrawn,
}

/// <summary>The words of <see cref="ApprovalStatus"/> in the database and REST.</summary>
public static class ApprovalWords
{
    private static readonly string[] Words = ["open", "approved", "rejected", "expired", "withdrawn"];

    /// <summary>All words, in the order of <see cref="ApprovalStatus"/>.</summary>
    public static IReadOnlyList<string> All => Words;

    /// <summary>The word, such as <c>approved</c>.</summary>
    public static string ToWord(this ApprovalStatus status) => Words[(int)status];

    /// <summary>The status that <paramref name="word"/> names, or null.</summary>
    public static ApprovalStatus? Find(string? word) => Array.IndexOf(Words, word) is var i and >= 0 ? (ApprovalStatus)i : null;
}
