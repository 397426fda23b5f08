using Mlops.Blocks.Errors;
using Mlops.Core.Runs;

namespace Mlops.Blocks.Sql;

/// <summary>The file of a block as it is on disk now.</summary>
/// <param name="Path">Relative to the project, with forward slashes.</param>
/// <param name="Text">Its text, with line feeds alone as ends of lines.</param>
internal sealed record SqlFile(string Path, string Text)
{
    /// <exception cref="BlockFailedException">It is missing or cannot be read.</exception>
    public static SqlFile Read(string projectPath, string filePath)
    {
        var path = System.IO.Path.GetRelativePath(projectPath, filePath).Replace('\\', '/');
        try
        {
            return new SqlFile(path, File.ReadAllText(filePath).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n'));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BlockFailedException(ErrorWords.FileMissing, $"The block's file '{path}' cannot be read: {exception.Message}");
        }
    }

    /// <summary>An error at a place of the file; the message goes on after "sensors/wait.sql, line 3".</summary>
    public BlockError ErrorAt(int offset, string message)
    {
        var before = Text.AsSpan(0, Math.Clamp(offset, 0, Text.Length));
        var line = before.Count('\n') + 1;
        return new BlockError(ErrorWords.Sql, $"{Path}, line {line}{message}").At(Path, line, before.Length - before.LastIndexOf('\n'), Text);
    }
}
