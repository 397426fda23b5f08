using System.Text;
using System.Text.Json;
using Mlops.Core.Pipelines;
using Mlops.Core.Yaml;

namespace Mlops.Core.Projects;

/// <summary>Sets single values in YAML files of projects and leaves every other character of them as it stands.</summary>
internal sealed class ProjectFileEditor(ProjectCatalog catalog) : IDisposable
{
    /// <summary>One for all files: edits are rare and short, and two of the same file must not overtake each other.</summary>
    private readonly SemaphoreSlim _editing = new(1);

    /// <summary>Sets values in a file, all or none; the catalog knows them when this returns.</summary>
    /// <param name="path">Absolute path of the file.</param>
    /// <param name="findValues">Keys and values to set, found in the file as it is now, so that changes made meanwhile elsewhere stay.</param>
    /// <param name="cancellationToken">Gives up before the file is replaced.</param>
    /// <exception cref="InvalidRequestException">
    /// <c>invalid_pipeline</c>: the file cannot be read, or is written in a way that cannot be changed in place.
    /// </exception>
    public Task SetAsync(
        string path, Func<YamlNode, IReadOnlyList<(string[] Keys, JsonElement Value)>> findValues, CancellationToken cancellationToken) =>
        EditAsync(path, text => Set(path, text, findValues(YamlReader.Read(text))), cancellationToken);

    /// <summary>A text with values set.</summary>
    /// <inheritdoc cref="SetAsync"/>
    public static string Set(string path, string text, IReadOnlyList<(string[] Keys, JsonElement Value)> values)
    {
        foreach (var (keys, value) in values)
        {
            text = YamlEditor.Set(text, keys, value)
                ?? throw CannotEdit(path, $"'{string.Join('.', keys)}' is written in a way that cannot be changed in place. Change it in an editor.");
        }

        return text;
    }

    /// <summary>Edits a file; the catalog knows it when this returns.</summary>
    /// <param name="path">Absolute path of the file; made where it does not exist.</param>
    /// <param name="edit">Makes the new text out of what the file holds now, or throws.</param>
    /// <param name="cancellationToken">Gives up before the file is replaced.</param>
    /// <inheritdoc cref="SetAsync"/>
    public async Task EditAsync(string path, Func<string, string> edit, CancellationToken cancellationToken)
    {
        await _editing.WaitAsync(cancellationToken);
        try
        {
            var text = edit(File.Exists(path) ? PipelineFile.ReadText(path) : "");
            await AtomicFile.WriteAsync(path, Encoding.UTF8.GetBytes(text), cancellationToken);
        }
        catch (YamlFormatException exception)
        {
            throw CannotEdit(path, $"Line {exception.Line}: {exception.Message}");
        }
        catch (UnreadableFileException exception)
        {
            throw CannotEdit(path, exception.Message);
        }
        finally
        {
            _editing.Release();
        }

        catalog.Check(path);
    }

    /// <inheritdoc/>
    public void Dispose() => _editing.Dispose();

    /// <summary>Why a file is left as it is.</summary>
    public static InvalidRequestException CannotEdit(string path, string reason) =>
        new("invalid_pipeline", [$"{Path.GetFileName(path)} of '{Path.GetFileName(Path.GetDirectoryName(path))}' is left as it is. {reason}"]);
}
