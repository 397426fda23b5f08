using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Mlops.Core.Database;
using Mlops.Core.Projects;
using Mlops.Core.Runs;

namespace Mlops.Core.Triggers.Events;

/// <summary>
/// Runs of another pipeline that are over: <c>event: {type: pipeline, pipeline: clean_orders, project: shop, statuses: [completed, failed]}</c>; by default
/// those of the same project that completed.
/// </summary>
internal sealed class PipelineEventSource(MetadataDatabase database, ProjectCatalog catalog, RunEvents events, TimeProvider timeProvider) : IEventSource, IDisposable
{
    private static readonly string[] Finals = [.. Enum.GetValues<RunStatus>().Where(status => status.IsFinal()).Select(status => status.ToWord())];

    private readonly ConcurrentDictionary<PipelineName, ImmutableArray<Action>> _wakes = [];
    private readonly Lock _lock = new();
    private IDisposable? _subscription;

    public string Word => "pipeline";

    public bool IsCalled => false;

    public IReadOnlyList<EventKey> Keys { get; } =
    [
        EventKey.Text("pipeline", "the uuid of a pipeline", isRequired: true),
        EventKey.Text("project", "the uuid of a project"),
        new EventKey(
            "statuses", $"a list of {string.Join(", ", Finals)}",
            value => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 && value.EnumerateArray().All(item => Finals.Contains(item.ToString(), StringComparer.Ordinal))),
    ];

    /// <summary>Cycles are found over all triggers, by <see cref="PipelineCycles"/>.</summary>
    public string? FindProblem(EventSettings settings) => null;

    /// <summary>The pipeline whose runs a trigger waits for; null where it waits for something else.</summary>
    /// <param name="settings">What it waits for.</param>
    /// <param name="projectUuid">Its own project.</param>
    public static PipelineName? FindUpstream(EventSettings? settings, string projectUuid) =>
        settings?.Type == "pipeline" && settings.Text("pipeline") is { } pipeline ? new PipelineName(settings.Text("project") ?? projectUuid, pipeline) : null;

    public IEventWatch Watch(WatchedEvents trigger, Action wake)
    {
        var upstream = FindUpstream(trigger.Settings, trigger.Project.Uuid)!.Value;
        lock (_lock)
        {
            _subscription ??= events.Subscribe(Wake);
        }

        _wakes.AddOrUpdate(upstream, [wake], (_, wakes) => wakes.Add(wake));
        return new PipelineWatch(trigger, upstream, database, catalog, timeProvider, () => Forget(upstream, wake));
    }

    public void Dispose() => _subscription?.Dispose();

    private void Forget(PipelineName upstream, Action wake)
    {
        var left = _wakes.AddOrUpdate(upstream, [], (_, wakes) => wakes.Remove(wake));
        if (left.IsEmpty)
        {
            _wakes.TryRemove(KeyValuePair.Create(upstream, left));
        }
    }

    /// <summary>On the thread of whoever changed the run: it only notes.</summary>
    private void Wake(RunChange change)
    {
        if (change.Kind != RunChangeKind.Status)
        {
            return;
        }

        foreach (var wake in change.IsGap
            ? _wakes.Values.SelectMany(wakes => wakes)
            : _wakes.GetValueOrDefault(new PipelineName(change.ProjectUuid, change.PipelineUuid), []))
        {
            wake();
        }
    }
}
