using Mlops.Core.Projects;

namespace Mlops.Core.Pipelines;

/// <summary>Use cases of pipelines beyond reading them, which is the <see cref="ProjectCatalog"/>'s.</summary>
public sealed class PipelineService
{
    private readonly ProjectCatalog _catalog;
    private readonly ProjectFileEditor _editor;

    internal PipelineService(ProjectCatalog catalog, ProjectFileEditor editor)
    {
        _catalog = catalog;
        _editor = editor;
    }

    /// <summary>The text of a block's file; null where it has none, or none that can be read as text.</summary>
    public static string? ReadCode(Block block)
    {
        try
        {
            return block.FilePath is null ? null : PipelineFile.ReadText(block.FilePath);
        }
        catch (UnreadableFileException) // Gone, too large or no text: the pipeline is shown all the same, and the block says so when it is run.
        {
            return null;
        }
    }

    /// <summary>Changes some values of a pipeline's file and leaves all else as it stands: comments, order, keys we don't know.</summary>
    /// <returns>The pipeline as it then is.</returns>
    /// <exception cref="NotFoundException">There is no such project or pipeline.</exception>
    /// <exception cref="InvalidRequestException">
    /// <c>invalid_pipeline</c>: the file cannot be read, or is written in a way that cannot be changed in place.
    /// </exception>
    public async Task<Pipeline> UpdateAsync(string projectUuid, string pipelineUuid, PipelineChange change, CancellationToken cancellationToken)
    {
        var pipeline = _catalog.GetPipeline(projectUuid, pipelineUuid);
        await _editor.SetAsync(pipeline.FilePath, _ => change.ToValues(), cancellationToken);
        return _catalog.GetPipeline(projectUuid, pipelineUuid);
    }
}
