namespace Mlops.Core.Pipelines;

/// <summary>What must have become of the upstream blocks before a block starts. A block without upstream blocks starts by every rule.</summary>
public enum TriggerRule
{
    /// <summary>All of them completed.</summary>
    AllSuccess,

    /// <summary>All of them ended, whatever the end.</summary>
    AllDone,

    /// <summary>At least one of them failed or was not started for a failure; does not wait for the others.</summary>
    OneFailed,

    /// <summary>At least one of them completed; does not wait for the others.</summary>
    OneSuccess,
}

/// <summary>The words of the rules on disk.</summary>
public static class TriggerRuleWords
{
    private static readonly string[] Words = ["all_success", "all_done", "one_failed", "one_success"];

    /// <summary>All words, in the order of <see cref="TriggerRule"/>.</summary>
    public static IReadOnlyList<string> All => Words;

    /// <summary>The word, such as <c>all_done</c>.</summary>
    public static string ToWord(this TriggerRule rule) => Words[(int)rule];

    /// <summary>The rule that <paramref name="word"/> names, or null.</summary>
    public static TriggerRule? Find(string word) => Array.IndexOf(Words, word) is var i and >= 0 ? (TriggerRule)i : null;
}
