namespace Mlops.Core.Pipelines;

/// <summary>The lines of a file around a place in it, as they were when it was read.</summary>
/// <param name="FirstLine">Number of the first line, from 1.</param>
/// <param name="Text">At most seven lines, joined by line feeds; of very long lines the beginning.</param>
public sealed record FileExcerpt(int FirstLine, string Text)
{
    /// <summary>What leads to a mistake in YAML stands above it.</summary>
    private const int LinesAbove = 4;

    private const int LinesBelow = 2;
    private const int LongestLine = 400;

    /// <summary>The lines around <paramref name="line"/> (from 1); the last ones where the file ends before.</summary>
    internal static FileExcerpt Around(string text, int line)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var at = Math.Clamp(line, 1, lines.Length);
        var first = Math.Max(1, at - LinesAbove);
        var shown = lines[(first - 1)..Math.Min(at + LinesBelow, lines.Length)].Select(one => one.Length > LongestLine ? one[..LongestLine] + "…" : one).ToList();
        while (shown.Count > at - first + 1 && shown[^1].Length == 0)
        {
            shown.RemoveAt(shown.Count - 1);
        }

        return new FileExcerpt(first, string.Join('\n', shown));
    }
}
