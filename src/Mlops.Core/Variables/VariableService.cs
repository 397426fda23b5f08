using System.Text.Json;
using Mlops.Core.Pipelines;
using Mlops.Core.Projects;
using Mlops.Core.Yaml;

namespace Mlops.Core.Variables;

/// <summary>The variables of files: all projects' in <c>settings.yaml</c>, a project's and a pipeline's in their <c>metadata.yaml</c>.</summary>
public sealed class VariableService
{
    private const int MaxNameCharacters = 128;

    private readonly ProjectCatalog _catalog;
    private readonly ProjectFileEditor _editor;
    private readonly MlopsCoreOptions _options;

    internal VariableService(ProjectCatalog catalog, ProjectFileEditor editor, MlopsCoreOptions options)
    {
        _catalog = catalog;
        _editor = editor;
        _options = options;
    }

    /// <summary>The variables that a run of the pipeline has if nobody gives it others, or those of the project without any pipeline's.</summary>
    /// <param name="projectUuid">The project.</param>
    /// <param name="pipelineUuid">The pipeline; null for what all pipelines of the project have.</param>
    /// <exception cref="NotFoundException">There is no such project or pipeline.</exception>
    public IReadOnlyList<EffectiveVariable> List(string projectUuid, string? pipelineUuid)
    {
        List<VariableLayer> layers =
        [
            new(VariableSource.Global, _catalog.Variables),
            new(VariableSource.Project, _catalog.GetProject(projectUuid).Variables),
        ];
        if (pipelineUuid is not null)
        {
            layers.Add(new VariableLayer(VariableSource.Pipeline, _catalog.GetPipeline(projectUuid, pipelineUuid).Variables));
        }

        return VariablePrecedence.Resolve(layers);
    }

    /// <summary>Sets a variable in its file, whether or not it stands there, and leaves all else of the file as it is.</summary>
    /// <param name="place">Whose variable it is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <param name="cancellationToken">Gives up before the file is replaced.</param>
    /// <exception cref="NotFoundException">There is no such project or pipeline.</exception>
    /// <exception cref="InvalidRequestException">
    /// <c>invalid_variable</c>: the name is none; <c>invalid_pipeline</c>: the file cannot be changed in place.
    /// </exception>
    public async Task SetAsync(VariablePlace place, string name, JsonElement value, CancellationToken cancellationToken)
    {
        if (name.Length is 0 or > MaxNameCharacters || !name.All(character => char.IsLetterOrDigit(character) || character is '_' or '-' or '.'))
        {
            throw new InvalidRequestException(
                "invalid_variable",
                [$"'{(name.Length > 40 ? name[..40] + "…" : name)}' is no name for a variable. Use letters, digits, '_', '-' and '.', at most {MaxNameCharacters}."]);
        }

        await _editor.SetAsync(FilePathOf(place), _ => [([VariableSection.Key, name], value)], cancellationToken);
    }

    /// <summary>Removes a variable from its file, and leaves all else of the file as it is.</summary>
    /// <param name="place">Whose variable it is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="seen">The value that whoever removes it has seen; null where he doesn't care.</param>
    /// <param name="cancellationToken">Gives up before the file is replaced.</param>
    /// <exception cref="NotFoundException">There is no such project or pipeline, or the file does not set the variable.</exception>
    /// <exception cref="InvalidRequestException">
    /// <c>conflict</c>: it has another value by now; <c>invalid_pipeline</c>: the file cannot be changed in place.
    /// </exception>
    public Task RemoveAsync(VariablePlace place, string name, JsonElement? seen, CancellationToken cancellationToken)
    {
        var path = FilePathOf(place);
        return _editor.EditAsync(
            path,
            text =>
            {
                var section = (YamlReader.Read(text) as YamlMap)?.Find(VariableSection.Key);
                var found = YamlJson.ToDictionary(section);
                if (!found.TryGetValue(name, out var value))
                {
                    throw NoSuchVariable(path, name, found.Keys);
                }

                if (seen is { } expected && !JsonElement.DeepEquals(expected, value))
                {
                    throw new InvalidRequestException(
                        "conflict",
                        [$"'{name}' was changed in {Path.GetFileName(path)} meanwhile: it is {VariableText.Of(value)} now, and was {VariableText.Of(expected)}. Nothing was removed. Look at it again, and remove it then."]);
                }

                return YamlRemover.Remove(text, [VariableSection.Key, name])
                    ?? throw ProjectFileEditor.CannotEdit(path, $"'{name}' is written in a way that cannot be removed in place. Remove it in an editor.");
            },
            cancellationToken);
    }

    private static NotFoundException NoSuchVariable(string path, string name, IEnumerable<string> names) => new(
        "variable", name,
        $"{Path.GetFileName(path)} of '{Path.GetFileName(Path.GetDirectoryName(path))}' sets no variable '{name}'. It sets: {(string.Join(", ", names) is { Length: > 0 } list ? list : "none")}.");

    private string FilePathOf(VariablePlace place) => place switch
    {
        { ProjectUuid: null } => Path.Combine(Path.GetFullPath(_options.ProjectsPath), PlatformSettings.FileName),
        { PipelineUuid: null } => Path.Combine(_catalog.GetProject(place.ProjectUuid).DirectoryPath, PipelineFile.FileName),
        _ => _catalog.GetPipeline(place.ProjectUuid, place.PipelineUuid).FilePath,
    };
}

/// <summary>Whose a variable is.</summary>
/// <param name="ProjectUuid">The project; null for all projects.</param>
/// <param name="PipelineUuid">The pipeline; null for all pipelines of the project.</param>
public sealed record VariablePlace(string? ProjectUuid, string? PipelineUuid = null);
