using System.Text.Json;
using Mlops.Core.Projects;

namespace Mlops.Core.Pipelines;

/// <summary>
/// Finds the file of a block where Mage would, and where it moved to: real projects often name folders of long ago. In this order:
/// <c>configuration.file_source.path</c> from the folder of all projects, <c>configuration.file_path</c> from the project,
/// <c>&lt;type&gt;s/&lt;uuid&gt;.&lt;ending&gt;</c> in the project, <c>file_source.path</c> without its first folder in the project.
/// </summary>
internal sealed class BlockFileSearch(Project project, string platformPath, FileStamps stamps)
{
    /// <summary>Types whose blocks are told by their configuration alone.</summary>
    private static readonly string[] WithoutFile = ["global_data_product", "pipeline", "dynamic_child", "group", "hook", "extension", "dbt"];

    /// <summary>The block's file.</summary>
    /// <param name="block">The block.</param>
    /// <param name="fileUuid">The uuid that its file is named after: its own, or that of the block whose copy it is.</param>
    /// <returns>The absolute path, or why there is none; neither where the block needs no file.</returns>
    public (string? Path, string? Problem) Find(Block block, string fileUuid)
    {
        var tried = new List<string>();
        var refused = new List<string>();
        foreach (var (root, path) in Candidates(block, fileUuid))
        {
            if (ProjectPaths.TryResolve(root, path, out var full) is { } refusal)
            {
                refused.Add(refusal);
            }
            else if (stamps.Add(full))
            {
                return (full, null);
            }
            else
            {
                tried.Add(Path.GetRelativePath(project.DirectoryPath, full).Replace(Path.DirectorySeparatorChar, '/'));
            }
        }

        if (WithoutFile.Contains(block.Type.Word, StringComparer.Ordinal))
        {
            return (null, null);
        }

        var looked = tried.Count == 0 ? "" : $" Looked for {string.Join(", ", tried.Distinct(StringComparer.Ordinal))}.";
        var reasons = string.Concat(refused.Distinct(StringComparer.Ordinal).Select(reason => " " + reason));
        return (null, $"The file of block '{block.Uuid}' ({block.Type.Label}, {block.Language.Label}) is missing.{looked}{reasons} "
            + "Create it, or correct the block's uuid, type or language.");
    }

    private IEnumerable<(string Root, string Path)> Candidates(Block block, string fileUuid)
    {
        var source = block.Configuration.TryGetValue("file_source", out var fileSource) && fileSource.ValueKind == JsonValueKind.Object
            && fileSource.TryGetProperty("path", out var sourcePath) ? Text(sourcePath) : null;
        if (source is not null)
        {
            yield return (platformPath, source);
        }

        if (block.Configuration.TryGetValue("file_path", out var filePath) && Text(filePath) is { } path)
        {
            yield return (project.DirectoryPath, path);
        }

        yield return (project.DirectoryPath, $"{block.Type.Folder}/{fileUuid}{block.Language.Extension}");
        if (source?.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && slash < source.Length - 1)
        {
            yield return (project.DirectoryPath, source[(slash + 1)..]);
        }
    }

    private static string? Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
