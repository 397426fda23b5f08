using System.Text.Json;
using Microsoft.Extensions.Logging;
using Mlops.Core.Pipelines;

namespace Mlops.Core.Projects;

/// <summary>
/// All projects and pipelines under the projects folder, as they are on disk now: what is returned is at most a second old, whether or not the
/// system reports changes. Thread-safe; results are immutable, and the same objects as before where nothing changed.
/// </summary>
public sealed class ProjectCatalog : IDisposable
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private readonly CatalogReader _reader;
    private readonly ProjectWatcher _watcher;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Lock _reading = new();
    private volatile CatalogSnapshot? _snapshot;
    private long _checkedAt;

    /// <summary>Reads nothing yet: the first question does.</summary>
    public ProjectCatalog(MlopsCoreOptions options, TimeProvider timeProvider, ILogger<ProjectCatalog> logger)
    {
        _timeProvider = timeProvider;
        _logger = logger;
        _reader = new CatalogReader(Path.GetFullPath(options.ProjectsPath));
        _watcher = new ProjectWatcher(Path.GetFullPath(options.ProjectsPath), Refresh, timeProvider, logger);
    }

    /// <summary>Raised after files of a project changed and were read again; may come on any thread.</summary>
    public event Action<ProjectChange>? Changed;

    /// <summary>Name of the platform, shown top left.</summary>
    public string PlatformName => Current().Settings.Value.Name;

    /// <summary>Variables of all projects, by name in the order of <c>settings.yaml</c>; every other source goes before them.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables => Current().Settings.Value.Variables;

    /// <summary>The projects in the order of <c>settings.yaml</c>; those it names that are absent are left out.</summary>
    public IReadOnlyList<Project> ListProjects() => [.. Current().Projects.Select(project => project.Project)];

    /// <summary>Everything as it is on disk now; the same object as before where nothing changed.</summary>
    internal CatalogSnapshot Snapshot => Current();

    /// <exception cref="NotFoundException">There is no such project.</exception>
    public Project GetProject(string projectUuid) => Find(projectUuid).Project;

    /// <summary>The pipelines of a project by uuid, invalid ones with their problems among them.</summary>
    /// <exception cref="NotFoundException">There is no such project.</exception>
    public IReadOnlyList<Pipeline> ListPipelines(string projectUuid) => Find(projectUuid).Pipelines;

    /// <exception cref="NotFoundException">There is no such project or pipeline.</exception>
    public Pipeline GetPipeline(string projectUuid, string pipelineUuid)
    {
        var project = Find(projectUuid);
        return project.Files.TryGetValue(pipelineUuid, out var file)
            ? file.Value
            : throw new NotFoundException(
                "pipeline", pipelineUuid, $"The project '{projectUuid}' has no pipeline '{pipelineUuid}'. It has: {List(project.Files.Keys)}.");
    }

    /// <summary>A pipeline; null where there is no such one, or no such project.</summary>
    public Pipeline? FindPipeline(string projectUuid, string pipelineUuid) =>
        Current().Find(projectUuid)?.Files.TryGetValue(pipelineUuid, out var file) == true ? file.Value : null;

    /// <summary>Stops watching.</summary>
    public void Dispose() => _watcher.Dispose();

    private static string List(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } list ? list : "none";

    private static IEnumerable<ProjectChange> Compare(CatalogSnapshot old, CatalogSnapshot current)
    {
        if (old.Settings.Value.Name != current.Settings.Value.Name
            || !old.Projects.Select(project => project.Project).SequenceEqual(current.Projects.Select(project => project.Project)))
        {
            yield return new ProjectChange(null);
        }

        foreach (var project in current.Projects)
        {
            if (old.Find(project.Project.Uuid) is not { } before || before.Pipelines != project.Pipelines || before.Project != project.Project)
            {
                yield return new ProjectChange(project.Project.Uuid);
            }
        }
    }

    private ProjectSnapshot Find(string projectUuid)
    {
        var snapshot = Current();
        return snapshot.Find(projectUuid) ?? throw new NotFoundException(
            "project", projectUuid, $"There is no project '{projectUuid}'. There are: {List(snapshot.Projects.Select(project => project.Project.Uuid))}.");
    }

    /// <summary>The state on disk; checked for changes where the last check is too old, by one caller while the others wait for it.</summary>
    private CatalogSnapshot Current()
    {
        if (_snapshot is not { } snapshot)
        {
            _watcher.Start();
            Refresh(new HashSet<string>());
            return _snapshot!;
        }

        if (IsFresh())
        {
            return snapshot;
        }

        lock (_reading)
        {
            if (!IsFresh())
            {
                Publish(Read(new HashSet<string>()));
            }
        }

        return _snapshot;
    }

    private bool IsFresh() => _timeProvider.GetElapsedTime(Volatile.Read(ref _checkedAt)) < MaxAge;

    /// <summary>Reads a file that the caller just changed, so that the next question knows it.</summary>
    internal void Check(string path) => Refresh(new HashSet<string> { path });

    private void Refresh(IReadOnlySet<string>? touched)
    {
        lock (_reading)
        {
            Publish(Read(touched));
        }
    }

    /// <summary>Call with the lock held.</summary>
    private IReadOnlyList<ProjectChange> Read(IReadOnlySet<string>? touched)
    {
        var checkedAt = _timeProvider.GetTimestamp();
        var old = _snapshot;
        var current = _reader.Read(old, new FileCheck(_timeProvider.GetUtcNow(), touched));
        _snapshot = current;
        Volatile.Write(ref _checkedAt, checkedAt);
        return old is null || old == current ? [] : [.. Compare(old, current)];
    }

    /// <summary>On a thread of the pool, so that listeners never run inside a question or hold the lock.</summary>
    private void Publish(IReadOnlyList<ProjectChange> changes)
    {
        foreach (var change in changes)
        {
            foreach (var listener in Delegate.EnumerateInvocationList(Changed))
            {
                ThreadPool.QueueUserWorkItem(Notify, (listener, change), preferLocal: false);
            }
        }
    }

    private void Notify((Action<ProjectChange> Listener, ProjectChange Change) call)
    {
        try
        {
            call.Listener(call.Change);
        }
        catch (Exception exception) // A failing listener harms neither the others nor the process.
        {
            Log.ListenerFailed(_logger, call.Change.ProjectUuid ?? "(list of projects)", exception);
        }
    }
}

/// <summary>Files of a project changed on disk.</summary>
/// <param name="ProjectUuid">The project; null when the list of projects changed.</param>
public sealed record ProjectChange(string? ProjectUuid);
