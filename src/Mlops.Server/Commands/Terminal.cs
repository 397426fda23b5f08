using Mlops.Core.Runs;
using Mlops.Core.Triggers.Backfills;
using Spectre.Console;

namespace Mlops.Server.Commands;

/// <summary>How commands write: in colour on a terminal, plain and wide where the output is redirected.</summary>
internal static class Terminal
{
    private const int RedirectedWidth = 160;

    public static IAnsiConsole Create(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (!console.Profile.Out.IsTerminal)
        {
            console.Profile.Width = RedirectedWidth;
        }

        return console;
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
