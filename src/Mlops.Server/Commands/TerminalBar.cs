using Spectre.Console;

namespace Mlops.Server.Commands;

/// <summary>A bar at the foot of a terminal while something goes on; lines that are written meanwhile come above it. Where the output is redirected there is none.</summary>
internal sealed class TerminalBar
{
    private readonly ProgressTask? _task;

    private TerminalBar(ProgressTask? task) => _task = task;

    /// <summary>Does something under a bar, which is gone afterwards.</summary>
    public static Task RunAsync(IAnsiConsole console, Func<TerminalBar, Task> action) => console.Profile.Capabilities is { Interactive: true, Ansi: true }
        ? console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new ElapsedTimeColumn())
            .StartAsync(progress => action(new TerminalBar(progress.AddTask("..."))))
        : action(new TerminalBar(null));

    /// <summary>Shows how far it is.</summary>
    /// <param name="done">Parts that are over.</param>
    /// <param name="total">All parts.</param>
    /// <param name="text">What is to be read beside the bar; not markup.</param>
    public void Show(long done, long total, string text)
    {
        if (_task is not null)
        {
            (_task.MaxValue, _task.Value, _task.Description) = (Math.Max(total, 1), done, Markup.Escape(text));
        }
    }
}
