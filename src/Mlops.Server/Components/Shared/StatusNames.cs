using Mlops.Core.Runs;

namespace Mlops.Server.Components.Shared;

/// <summary>The names of statuses for people.</summary>
internal static class StatusNames
{
    /// <summary>Such as <c>Ready</c> for a run that is not started.</summary>
    public static string Of(RunStatus status) => Of(status.ToWord());

    /// <summary>Such as <c>Upstream failed</c>.</summary>
    public static string Of(BlockRunStatus status) => Of(status.ToWord());

    /// <summary>By the word of the wire.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such word.</exception>
    public static string Of(string word) => word switch
    {
        "initial" => "Ready",
        "running" => "Running",
        "completed" => "Completed",
        "failed" => "Failed",
        "cancelled" => "Cancelled",
        "upstream_failed" => "Upstream failed",
        "condition_failed" => "Condition failed",
        "retrying" => "Retrying",
        _ => throw new ArgumentOutOfRangeException(nameof(word), word, "is not the word of a status"),
    };
}
