using System.Text;

namespace Mlops.Blocks.Logs;

/// <summary>
/// Stands in for the process's console once and for all: text written by a block goes to that block's log, all other text to the real console.
/// </summary>
internal sealed class BlockConsole : TextWriter
{
    private static readonly Lock Gate = new();
    private static bool _installed;

    private readonly TextWriter _console;
    private readonly bool _isError;

    private BlockConsole(TextWriter console, bool isError)
        : base(console.FormatProvider)
    {
        (_console, _isError) = (console, isError);
        CoreNewLine = ['\n'];
    }

    public override Encoding Encoding => _console.Encoding;

    public static void Install()
    {
        lock (Gate)
        {
            if (!_installed)
            {
                Console.SetOut(new BlockConsole(Console.Out, isError: false));
                Console.SetError(new BlockConsole(Console.Error, isError: true));
                _installed = true;
            }
        }
    }

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (BlockLog.Current is not { } log || !log.Append(_isError, buffer))
        {
            _console.Write(buffer);
        }
    }

    public override void Flush() => _console.Flush();
}
