using Microsoft.Extensions.Logging;
using Mlops.Core.Pipelines;
using Mlops.Core.Projects;
using Mlops.Core.Triggers.Types;

namespace Mlops.Core.Triggers;

/// <summary>Keeps the triggers of the database those of the files. Cheap where nothing changed, so that whoever needs them just calls it.</summary>
internal sealed class TriggerSync(
    ProjectCatalog catalog, TriggerFile file, TriggerTypes types, TriggerStore store, TimeProvider timeProvider, ILogger<TriggerSync> logger) : IDisposable
{
    private readonly SemaphoreSlim _syncing = new(1);

    /// <summary>By project what was read last.</summary>
    private readonly Dictionary<string, SyncedProject> _synced = new(StringComparer.Ordinal);

    private IReadOnlyList<Project> _projects = [];

    /// <summary>What was read last: while the catalog still gives it, nothing changed and nothing is to be done, nor waited for.</summary>
    private volatile CatalogSnapshot? _seen;

    /// <summary>Reads what changed since the last call.</summary>
    public async Task SyncAsync(CancellationToken cancellationToken)
    {
        if (ReferenceEquals(catalog.Snapshot, _seen))
        {
            return;
        }

        await _syncing.WaitAsync(cancellationToken);
        try
        {
            var snapshot = catalog.Snapshot;
            foreach (var project in snapshot.Projects)
            {
                await SyncAsync(project.Project, project.Pipelines, cancellationToken);
            }

            Project[] projects = [.. snapshot.Projects.Select(project => project.Project)];
            if (!projects.SequenceEqual(_projects))
            {
                await RemoveAbsentAsync(projects, cancellationToken);
                _projects = projects;
            }

            _seen = snapshot;
        }
        finally
        {
            _syncing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _syncing.Dispose();

    /// <summary>Reads the files of the pipelines that changed; the first time of all.</summary>
    private async Task SyncAsync(Project project, IReadOnlyList<Pipeline> pipelines, CancellationToken cancellationToken)
    {
        var known = _synced.GetValueOrDefault(project.Uuid);
        if (ReferenceEquals(known?.Pipelines, pipelines))
        {
            return;
        }

        var current = new SyncedProject(pipelines, pipelines.ToDictionary(pipeline => pipeline.Uuid, StringComparer.Ordinal));
        var definitions = new List<TriggerDefinition>();
        var unreadable = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pipeline in pipelines.Where(pipeline => !ReferenceEquals(known?.ByUuid.GetValueOrDefault(pipeline.Uuid), pipeline)))
        {
            try
            {
                definitions.AddRange(file.Read(project, pipeline.Uuid));
            }
            catch (UnreadableFileException exception)
            {
                Log.TriggersUnreadable(logger, project.Uuid, pipeline.Uuid, exception.Message);
                unreadable[pipeline.Uuid] = exception.Message;
            }
        }

        var snapshot = new TriggerSnapshot(project.Uuid, definitions, unreadable, types, timeProvider.GetUtcNow()) { Pipelines = known?.FindChanged(current) };
        await store.SyncAsync(snapshot, cancellationToken);
        _synced[project.Uuid] = current;
    }

    private async Task RemoveAbsentAsync(IReadOnlyList<Project> projects, CancellationToken cancellationToken)
    {
        foreach (var absent in (await store.ListProjectsAsync(cancellationToken)).Except(projects.Select(project => project.Uuid)))
        {
            var none = new TriggerSnapshot(absent, [], new Dictionary<string, string>(), types, timeProvider.GetUtcNow());
            await store.SyncAsync(none, cancellationToken);
            _synced.Remove(absent);
        }
    }

    /// <summary>Pipelines as they were read; an object is another one where a file of its pipeline changed.</summary>
    private sealed record SyncedProject(IReadOnlyList<Pipeline> Pipelines, IReadOnlyDictionary<string, Pipeline> ByUuid)
    {
        /// <summary>The pipelines that changed, came or went.</summary>
        public IReadOnlyList<string> FindChanged(SyncedProject later) =>
            [.. ByUuid.Keys.Union(later.ByUuid.Keys).Where(uuid => !ReferenceEquals(ByUuid.GetValueOrDefault(uuid), later.ByUuid.GetValueOrDefault(uuid)))];
    }
}
