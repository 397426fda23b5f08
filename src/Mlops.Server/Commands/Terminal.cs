using System.Runtime.InteropServices;
using Mlops.Core.Runs;
using Mlops.Core.Triggers.Backfills;
using Spectre.Console;

namespace Mlops.Server.Commands;

/// <summary>How commands write: in colour and wrapped on a terminal, plain and each line in one where the output is redirected.</summary>
internal static class Terminal
{
    /// <summary>Wider than any line, as what reads a file or a pipe wants them whole.</summary>
    private const int RedirectedWidth = 1_000_000;

    public static IAnsiConsole Create(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (!console.Profile.Out.IsTerminal)
        {
            console.Profile.Width = RedirectedWidth;
        }

        return console;
    }

    /// <summary>The first signal cancels what goes on; a second one ends the process as usual, with the cursor that a bar has hidden.</summary>
    public static void TakeSignal(PosixSignalContext context, TaskCompletionSource cancelled, IAnsiConsole console)
    {
        context.Cancel = cancelled.TrySetResult();
        if (!context.Cancel)
        {
            console.Cursor.Show();
        }
    }

    /// <summary>The status as a word in its colour.</summary>
    public static string Markup(BlockRunStatus status) => $"[{Color(status.IsFinal(), status == BlockRunStatus.Completed, status == BlockRunStatus.Failed)}]{status.ToWord()}[/]";

    /// <inheritdoc cref="Markup(BlockRunStatus)"/>
    public static string Markup(RunStatus status) => $"[{Color(status.IsFinal(), status == RunStatus.Completed, status == RunStatus.Failed)}]{status.ToWord()}[/]";

    /// <inheritdoc cref="Markup(BlockRunStatus)"/>
    public static string Markup(BackfillStatus status) =>
        $"[{Color(status >= BackfillStatus.Completed, status == BackfillStatus.Completed, status == BackfillStatus.Failed)}]{status.ToWord()}[/]";

    private static string Color(bool final, bool completed, bool failed) => completed ? "green" : failed ? "red" : final ? "yellow" : "blue";
}
