using System.Globalization;
using System.Text;

namespace Mlops.Blocks.Logs;

/// <summary>A line that is being written; holds at most 64 KiB of it, however much comes.</summary>
internal sealed class LineBuffer
{
    public const int MaxLineBytes = 64 * 1024;
    private const int RemarkBytes = 64;

    private readonly StringBuilder _text = new();
    private long _dropped;

    public bool IsEmpty => _text.Length == 0;

    public void Append(ReadOnlySpan<char> text)
    {
        var kept = Math.Min(text.Length, MaxLineBytes - _text.Length);
        _text.Append(text[..kept]);
        _dropped += text.Length - kept;
    }

    /// <summary>The line without its carriage return, cut with a remark where it is too long; the buffer is empty afterwards.</summary>
    public string Take()
    {
        var line = _text.ToString();
        var dropped = _dropped;
        _text.Clear();
        _dropped = 0;
        if (dropped == 0 && Encoding.UTF8.GetByteCount(line) <= MaxLineBytes)
        {
            return line.EndsWith('\r') ? line[..^1] : line;
        }

        var kept = CountThatFits(line, MaxLineBytes - RemarkBytes);
        return string.Create(CultureInfo.InvariantCulture, $"{line[..kept]} ... (cut: {line.Length - kept + dropped} more characters)");
    }

    private static int CountThatFits(string line, int maxBytes)
    {
        var (bytes, count) = (0, 0);
        foreach (var rune in line.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > maxBytes)
            {
                break;
            }

            count += rune.Utf16SequenceLength;
        }

        return count;
    }
}
