using System.Text.RegularExpressions;

namespace Mlops.Server.Components.Shared.Logs;

/// <summary>Text of a log line as it is shown.</summary>
internal static partial class LogText
{
    /// <summary>
    /// Without escape sequences of terminals (ECMA-48: colours, cursor, links) and other control characters; line ends within become ⏎, so that
    /// a line stays one row.
    /// </summary>
    public static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\x1f') && !text.AsSpan().ContainsAnyInRange('\x7f', '\x9f'))
        {
            return text;
        }

        var plain = Control().Replace(LineEnd().Replace(Escape().Replace(text, ""), " ⏎ "), "");
        return plain.Replace("\t", "    ", StringComparison.Ordinal);
    }

    /// <summary>Cuts <paramref name="text"/> where <paramref name="sought"/> occurs, without regard to case.</summary>
    public static IEnumerable<(string Text, bool IsMatch)> Marked(string text, string? sought)
    {
        var at = 0;
        while (!string.IsNullOrEmpty(sought) && text.IndexOf(sought, at, StringComparison.OrdinalIgnoreCase) is var found and >= 0)
        {
            if (found > at)
            {
                yield return (text[at..found], false);
            }

            yield return (text.Substring(found, sought.Length), true);
            at = found + sought.Length;
        }

        if (at < text.Length)
        {
            yield return (text[at..], false);
        }
    }

    /// <summary><c>ESC [ 3 1 m</c>, <c>ESC ] 8 ; ; address BEL</c>, <c>ESC ( B</c>, <c>ESC c</c> and their 8-bit forms.</summary>
    [GeneratedRegex(@"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|(?:\x1b[\]P^_X]|[\x9d\x90\x9e\x9f\x98])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]")]
    private static partial Regex Escape();

    [GeneratedRegex(@"\r\n|\r|\n")]
    private static partial Regex LineEnd();

    [GeneratedRegex(@"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")]
    private static partial Regex Control();
}
