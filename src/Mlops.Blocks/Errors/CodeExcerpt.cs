using Mlops.Core.Runs;

namespace Mlops.Blocks.Errors;

/// <summary>The lines of code around an error.</summary>
internal static class CodeExcerpt
{
    private const int LinesAround = 3;

    /// <summary>The error with its place and up to seven lines of <paramref name="source"/> around it.</summary>
    public static BlockError At(this BlockError error, string file, int line, int? column, string source)
    {
        var lines = source.ReplaceLineEndings("\n").Split('\n');
        var first = Math.Clamp(line - LinesAround, 1, lines.Length);
        var last = Math.Clamp(line + LinesAround, first, lines.Length);
        return error with
        {
            File = file,
            Line = line,
            Column = column,
            Code = string.Join('\n', lines[(first - 1)..last]),
            CodeFirstLine = first,
        };
    }
}
