using System.Globalization;
using Mlops.Core.Database;

namespace Mlops.Core.Runs;

/// <summary>
/// What processes on one database tell each other of runs, as text: <c>status 42 unit_0_setup example_pipeline</c>. Uuids hold no spaces, since they are
/// names of folders that were checked.
/// </summary>
internal static class RunNotices
{
    /// <summary>Tells of a change with the commit.</summary>
    public static void Tell(WriteSession session, RunNoticeKind kind, RunChange change) => session.Notify(string.Create(
        CultureInfo.InvariantCulture, $"{Words[(int)kind]} {change.PipelineRunId} {Uri.EscapeDataString(change.ProjectUuid)} {Uri.EscapeDataString(change.PipelineUuid)}"));

    /// <summary>The notice; null for a text of another version of the program, which concerns somebody else.</summary>
    public static (RunNoticeKind Kind, RunChange Change)? Read(string notice)
    {
        if (notice.Split(' ') is not [var word, var id, var project, var pipeline]
            || Array.IndexOf(Words, word) is not (>= 0 and var kind)
            || !long.TryParse(id, CultureInfo.InvariantCulture, out var pipelineRunId))
        {
            return null;
        }

        var change = new RunChange(
            pipelineRunId, Uri.UnescapeDataString(project), Uri.UnescapeDataString(pipeline),
            kind == (int)RunNoticeKind.Log ? RunChangeKind.Log : RunChangeKind.Status);
        return ((RunNoticeKind)kind, change);
    }

    private static readonly string[] Words = ["status", "log", "cancel", "waiting", "woken"];
}

/// <summary>What a process tells of a run.</summary>
internal enum RunNoticeKind
{
    /// <summary>The run or one of its block runs changed.</summary>
    Status,

    /// <summary>Lines were added to its log.</summary>
    Log,

    /// <summary>Somebody asked to cancel it: whoever executes it is to stop.</summary>
    Cancel,

    /// <summary>It can be taken by any worker.</summary>
    Waiting,

    /// <summary>Somebody told it something that it waits for: whoever executes it is to look, and if nobody does, any worker can take it.</summary>
    Woken,
}
