using System.CommandLine;

namespace Mlops.Server.Commands;

/// <summary><c>start</c>: serves the web page, as no command does too; for those who look for it.</summary>
internal static class StartCommand
{
    public static Command Create(Func<ParseResult, string[]> configuration, Func<string[], Task<int>> serveAsync)
    {
        var command = new Command("start", "Serve the web page, as without a command.");
        command.SetAction(parsed => serveAsync(configuration(parsed)));
        return command;
    }
}
