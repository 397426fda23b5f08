namespace Mlops.Core.Triggers.Events;

/// <summary>The triggers whose events this process watches: all whose events count.</summary>
internal sealed class EventWatches(EventStore store, EventSources sources, TimeProvider timeProvider) : IDisposable
{
    private static readonly TimeSpan PruneInterval = TimeSpan.FromHours(1);

    private readonly Dictionary<long, (EventStore.ArmedTrigger Armed, WatchedTrigger? Trigger)> _byId = [];

    private long? _prunedAt;

    /// <summary>Those that are looked for.</summary>
    public IReadOnlyList<WatchedTrigger> Triggers { get; private set; } = [];

    /// <summary>Makes them those of the database; those that are as they were keep what is known of them.</summary>
    /// <param name="wake">Called when one of them wants a look.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task ReloadAsync(Action wake, CancellationToken cancellationToken)
    {
        var armed = await store.ListAsync(cancellationToken);
        var isChanged = false;
        foreach (var trigger in armed)
        {
            if (!_byId.TryGetValue(trigger.Id, out var known) || known.Armed != trigger)
            {
                known.Trigger?.Dispose();
                var row = await store.FindAsync(trigger, cancellationToken);
                var isWatched = row is not null && sources.Find(row.Cause.Event?.Type ?? "") is { IsCalled: false };
                _byId[trigger.Id] = (trigger, isWatched ? new WatchedTrigger(row!, timeProvider, wake) : null);
                isChanged = true;
            }
        }

        foreach (var id in _byId.Keys.Except(armed.Select(trigger => trigger.Id)).ToList())
        {
            _byId.Remove(id, out var gone);
            gone.Trigger?.Dispose();
            isChanged = true;
        }

        if (_prunedAt is not { } at || timeProvider.GetElapsedTime(at) > PruneInterval)
        {
            _prunedAt = timeProvider.GetTimestamp();
            await store.PruneIdleAsync(cancellationToken);
        }

        if (isChanged)
        {
            Triggers = [.. _byId.Values.Select(known => known.Trigger).OfType<WatchedTrigger>()];
        }
    }

    /// <summary>Files changed, which may have mended what failed.</summary>
    public void Forgive()
    {
        foreach (var trigger in Triggers.Where(trigger => trigger.FailureCount > 0))
        {
            trigger.FailureCount = 0;
            trigger.Wake();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, trigger) in _byId.Values)
        {
            trigger?.Dispose();
        }
    }
}
