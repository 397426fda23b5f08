using Mlops.Server.Commands;
using Spectre.Console;

namespace Mlops.Server.Tests.Commands;

public sealed class TerminalBarTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_terminal_shows_how_far_it_is_below_the_lines_and_a_file_gets_the_lines_alone(bool isTerminal)
    {
        var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = isTerminal ? AnsiSupport.Yes : AnsiSupport.No,
            Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
        });

        await TerminalBar.RunAsync(console, bar =>
        {
            bar.Show(1, 3, "1 of 3 blocks [a]");
            console.WriteLine("the first is over");
            bar.Show(2, 3, "2 of 3 blocks [a]");
            console.WriteLine("the second is over");
            return Task.CompletedTask;
        });

        var text = output.ToString();
        if (!isTerminal)
        {
            Assert.Equal($"the first is over{Environment.NewLine}the second is over{Environment.NewLine}", text);
            return;
        }

        // Drawn again with each line, and taken away in the end.
        Assert.Contains("2 of 3 blocks [a]", text, StringComparison.Ordinal);
        Assert.True(text.IndexOf("the second is over", StringComparison.Ordinal) < text.LastIndexOf("blocks [a]", StringComparison.Ordinal));
        Assert.EndsWith("\e[?25h", text.TrimEnd(), StringComparison.Ordinal);
    }
}
