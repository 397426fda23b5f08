using Mlops.Core.Database;

namespace Mlops.Core.Triggers.Events;

/// <summary>What this process keeps in mind of a trigger whose events count. What must not be lost is in the database.</summary>
internal sealed class WatchedTrigger : IDisposable
{
    /// <summary>From one look to one that is asked for, so that a burst of changes is one look.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(200);

    private readonly TimeProvider _timeProvider;
    private readonly Action _wake;
    private int _isWoken;
    private long _lookedAt;
    private bool _hasLooked;
    private TimeSpan? _pause;

    /// <param name="row">The trigger.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="wake">Called when a look is wanted soon.</param>
    public WatchedTrigger(TriggerRow row, TimeProvider timeProvider, Action wake)
    {
        (Row, _timeProvider, _wake) = (row, timeProvider, wake);
        Position = row.EventPosition;
        IsBegun = row.EventBegunAt == row.EventSince;
        HasProblem = row.Problem is not null;
        var early = Timestamps.FromMicroseconds(row.EventSince!.Value) - timeProvider.GetUtcNow();
        _pause = early > TimeSpan.Zero ? early : TimeSpan.Zero;
        _lookedAt = timeProvider.GetTimestamp();
    }

    /// <summary>The trigger as it was when its events began to be watched.</summary>
    public TriggerRow Row { get; }

    /// <summary>Finds its events; null where a look has not been tried yet.</summary>
    public IEventWatch? Watch { get; set; }

    /// <summary>Keys that it is done with; null where they have not been read.</summary>
    public HashSet<string>? Keys { get; set; }

    /// <summary>Where it stands; null for the beginning.</summary>
    public string? Position { get; set; }

    /// <summary>Whether it is known what was there before.</summary>
    public bool IsBegun { get; set; }

    /// <summary>Whether a problem is shown with it that a look that succeeds ends.</summary>
    public bool HasProblem { get; set; }

    /// <summary>How often in a row looks failed.</summary>
    public int FailureCount { get; set; }

    /// <summary>When its old keys were pruned last, by the monotonic clock; null for never.</summary>
    public long? PrunedAt { get; set; }

    /// <summary>How long until the next look; null where none is wanted.</summary>
    public TimeSpan? Remaining
    {
        get
        {
            var elapsed = _timeProvider.GetElapsedTime(_lookedAt);
            var least = _hasLooked && LeastPause > elapsed ? LeastPause - elapsed : TimeSpan.Zero;
            return Volatile.Read(ref _isWoken) != 0 && (_hasLooked || _pause == TimeSpan.Zero) ? least
                : _pause is not { } pause ? null
                : pause > elapsed ? pause - elapsed : TimeSpan.Zero;
        }
    }

    /// <summary>Asks for a look soon.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _isWoken, 1) == 0)
        {
            _wake();
        }
    }

    /// <summary>A look begins: what wakes from now on wants another one.</summary>
    public void Begin() => Interlocked.Exchange(ref _isWoken, 0);

    /// <summary>A look is over.</summary>
    /// <param name="pause">Until the next one; null for none before it is woken.</param>
    public void End(TimeSpan? pause)
    {
        (_lookedAt, _hasLooked, _pause) = (_timeProvider.GetTimestamp(), true, pause);
    }

    /// <inheritdoc/>
    public void Dispose() => Watch?.Dispose();
}
