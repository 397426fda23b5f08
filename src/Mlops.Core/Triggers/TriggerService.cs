using System.Globalization;
using System.Text.Json;
using Mlops.Core.Projects;

namespace Mlops.Core.Triggers;

/// <summary>Use cases of triggers.</summary>
public sealed class TriggerService
{
    private readonly ProjectCatalog _catalog;
    private readonly TriggerSync _sync;
    private readonly TriggerStore _store;
    private readonly ProjectFileEditor _editor;

    internal TriggerService(ProjectCatalog catalog, TriggerSync sync, TriggerStore store, ProjectFileEditor editor)
    {
        _catalog = catalog;
        _editor = editor;
        _sync = sync;
        _store = store;
    }

    /// <summary>The triggers of a project, or of one pipeline, by pipeline and name.</summary>
    /// <exception cref="NotFoundException">There is no such project or pipeline.</exception>
    public async Task<IReadOnlyList<Trigger>> ListAsync(string projectUuid, string? pipelineUuid, CancellationToken cancellationToken)
    {
        _ = _catalog.GetProject(projectUuid);
        _ = pipelineUuid is null ? null : _catalog.GetPipeline(projectUuid, pipelineUuid);
        await _sync.SyncAsync(cancellationToken);
        return await _store.ListAsync(projectUuid, pipelineUuid, cancellationToken);
    }

    /// <summary>Switches a trigger on or off: in <c>triggers.yaml</c>, of which all else stays as it is, and so everywhere.</summary>
    /// <returns>The trigger as it then is.</returns>
    /// <exception cref="NotFoundException">There is no such project, pipeline or trigger.</exception>
    /// <exception cref="InvalidRequestException"><c>invalid_pipeline</c>: the file cannot be read, or not be changed in place.</exception>
    public async Task<Trigger> SetActiveAsync(
        string projectUuid, string pipelineUuid, string name, bool active, CancellationToken cancellationToken)
    {
        var project = _catalog.GetProject(projectUuid);
        _ = _catalog.GetPipeline(projectUuid, pipelineUuid);
        if (ProjectPaths.TryResolve(project.DirectoryPath, $"pipelines/{pipelineUuid}/{TriggerFile.FileName}", out var path) is not null || !File.Exists(path))
        {
            throw NoSuchTrigger(pipelineUuid, name);
        }

        var status = JsonSerializer.SerializeToElement(active ? "active" : "inactive");
        await _editor.SetAsync(
            path,
            root => TriggerFile.FindPosition(root, name) is var position and >= 0
                ? [(["triggers", position.ToString(CultureInfo.InvariantCulture), "status"], status)]
                : throw NoSuchTrigger(pipelineUuid, name),
            cancellationToken);
        var triggers = await ListAsync(projectUuid, pipelineUuid, cancellationToken);
        return triggers.FirstOrDefault(trigger => trigger.Name == name) ?? throw NoSuchTrigger(pipelineUuid, name);
    }

    private static NotFoundException NoSuchTrigger(string pipelineUuid, string name) =>
        new("trigger", name, $"The pipeline '{pipelineUuid}' has no trigger '{name}' in its {TriggerFile.FileName}.");
}
