using Mlops.Blocks.Errors;

namespace Mlops.Blocks.CSharp;

/// <summary>A block's file as it is on disk now, with the shared files of its project.</summary>
/// <param name="FullPath">Absolute path of the block's file.</param>
/// <param name="Block">The block's file.</param>
/// <param name="Utils">All C# files under the project's <c>utils</c>, by path.</param>
internal sealed record BlockSource(string FullPath, SourceFile Block, IReadOnlyList<SourceFile> Utils)
{
    private const string UtilsFolder = "utils";

    /// <exception cref="BlockFailedException">The file is missing or cannot be read.</exception>
    public static BlockSource Read(string projectPath, string filePath)
    {
        try
        {
            var utils = Path.Combine(projectPath, UtilsFolder);
            var shared = Directory.Exists(utils)
                ? Directory.EnumerateFiles(utils, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => ReadFile(projectPath, path))
                : [];
            return new BlockSource(filePath, ReadFile(projectPath, filePath), [.. shared]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BlockFailedException(ErrorWords.FileMissing, $"The block's file '{Path.GetRelativePath(projectPath, filePath)}' cannot be read: {exception.Message}");
        }
    }

    private static SourceFile ReadFile(string projectPath, string path) =>
        new(Path.GetRelativePath(projectPath, path).Replace('\\', '/'), File.ReadAllBytes(path));
}
