using System.Text;
using System.Text.Json;
using Mlops.Core.Projects;
using Mlops.Core.Yaml;

namespace Mlops.Core.Pipelines;

/// <summary>Adds blocks to pipelines: their file, and their item in <c>metadata.yaml</c>, of which all else stays as it stands.</summary>
public sealed class BlockCreator
{
    private const int MaxLength = 100;

    private readonly ProjectCatalog _catalog;
    private readonly ProjectFileEditor _editor;
    private readonly MlopsCoreOptions _options;

    internal BlockCreator(ProjectCatalog catalog, ProjectFileEditor editor, MlopsCoreOptions options)
    {
        _catalog = catalog;
        _editor = editor;
        _options = options;
    }

    /// <summary>
    /// Adds a block. A file that is there already is taken as it is, since pipelines may share one. A crash leaves at most a file that no pipeline names.
    /// </summary>
    /// <exception cref="NotFoundException">There is no such project or pipeline.</exception>
    /// <exception cref="InvalidRequestException">
    /// <c>conflict</c>: the pipeline has a block of that uuid; <c>invalid_block</c>: the pipeline could not run with it; <c>invalid_pipeline</c>: its file
    /// cannot be changed in place.
    /// </exception>
    public async Task<AddedBlock> AddAsync(string projectUuid, string pipelineUuid, NewBlock wish, CancellationToken cancellationToken)
    {
        var project = _catalog.GetProject(projectUuid);
        var pipeline = _catalog.GetPipeline(projectUuid, pipelineUuid);
        if (wish.Uuid.Length is 0 or > MaxLength)
        {
            throw Invalid($"'{wish.Name}' cannot be the name of a block: its uuid is made of its letters and digits, of which 1 to {MaxLength} are wanted.");
        }

        var made = wish.Code is { } code ? await WriteFileAsync(project, wish, code, cancellationToken) : null;
        try
        {
            await _editor.EditAsync(pipeline.FilePath, text => Edit(project, pipeline, text, wish), cancellationToken);
        }
        catch (InvalidRequestException) when (made is not null)
        {
            // Refused, so that nothing names it. Of any other failure it is not known whether the pipeline was written already.
            File.Delete(made);
            throw;
        }

        var after = _catalog.GetPipeline(projectUuid, pipelineUuid);
        return new AddedBlock(after.AllBlocks.First(block => block.Uuid == wish.Uuid), after, made is not null);
    }

    /// <returns>The path of the file; null where it was there.</returns>
    private static async Task<string?> WriteFileAsync(Project project, NewBlock wish, string code, CancellationToken cancellationToken)
    {
        if (ProjectPaths.TryResolve(project.DirectoryPath, $"{wish.Type.Folder}/{wish.Uuid}{wish.Language.Extension}", out var path) is { } refusal)
        {
            throw Invalid(refusal);
        }

        if (File.Exists(path))
        {
            return null;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await AtomicFile.WriteAsync(path, Encoding.UTF8.GetBytes(code), cancellationToken);
        return path;
    }

    private string Edit(Project project, Pipeline pipeline, string text, NewBlock wish)
    {
        if (Read(project, pipeline, text).AllBlocks.Any(block => block.Uuid == wish.Uuid))
        {
            throw new InvalidRequestException("conflict", [$"The pipeline '{pipeline.Uuid}' has a block '{wish.Uuid}' already. Choose another name."]);
        }

        var key = wish.Type.Word is "conditional" or "callback" ? wish.Type.Folder : "blocks";
        var edited = YamlListEditor.Append(text, key, ToItem(wish))
            ?? throw ProjectFileEditor.CannotEdit(pipeline.FilePath, "A block cannot be added as it is written. Add it in an editor.");
        var problems = Read(project, pipeline, edited).Problems.Where(problem => problem.IsError && problem.BlockUuid == wish.Uuid).ToList();
        return problems.Count == 0 ? edited : throw new InvalidRequestException("invalid_block", [.. problems.Select(problem => problem.Message)]);
    }

    private Pipeline Read(Project project, Pipeline pipeline, string text) =>
        new PipelineParser(project, _options.ProjectsPath, PipelineFile.FileName, new FileStamps()).Parse(YamlReader.Read(text), pipeline with { Problems = [] });

    private static List<(string Key, JsonElement Value)> ToItem(NewBlock wish)
    {
        List<(string Key, JsonElement Value)> item =
        [
            ("uuid", JsonSerializer.SerializeToElement(wish.Uuid)),
            ("name", JsonSerializer.SerializeToElement(wish.Name.Trim())),
            ("type", JsonSerializer.SerializeToElement(wish.Type.Word)),
            ("language", JsonSerializer.SerializeToElement(wish.Language.Word)),
            ("upstream_blocks", JsonSerializer.SerializeToElement(wish.UpstreamBlocks)),
        ];
        if (wish.Configuration.Count > 0)
        {
            item.Add(("configuration", JsonSerializer.SerializeToElement(wish.Configuration)));
        }

        return item;
    }

    private static InvalidRequestException Invalid(string message) => new("invalid_block", [message]);
}
