using System.Text.Json;

namespace Mlops.Core.Triggers.Events;

/// <summary>What a look for events found.</summary>
/// <param name="Events">The events, the first one first; those that had their run may be among them.</param>
/// <param name="Next">Until the next look; null where none is wanted before something wakes the watch.</param>
public sealed record EventLook(IReadOnlyList<FoundEvent> Events, TimeSpan? Next)
{
    /// <summary>Whether <see cref="Events"/> is everything that there is, so that keys of others need not be kept for ever.</summary>
    public bool ListsAll { get; init; }

    /// <summary>At the beginning: the position from which on events count.</summary>
    public string? Position { get; init; }

}

/// <summary>Something that happened.</summary>
/// <param name="Key">Unique among the events of its trigger: there is one run for it.</param>
/// <param name="ChangedAt">When it happened, as far as that is known: at the beginning, earlier ones were there before.</param>
/// <param name="Describe">Makes what the run is told as its variable <c>event</c>.</param>
public sealed record FoundEvent(string Key, DateTimeOffset ChangedAt, Func<IReadOnlyDictionary<string, JsonElement>> Describe)
{
    /// <summary>Whether it is complete; one that is not is only known to be there.</summary>
    public bool IsSettled { get; init; } = true;

    /// <summary>Up to where events are done with by its run, stored with it; null for events that are told apart by their keys.</summary>
    public string? Position { get; init; }
}

/// <summary>Events cannot be looked for now. The message is shown with the trigger: it names what was found, what was wanted and how to mend it.</summary>
public sealed class EventException(string message, Exception? inner = null) : Exception(message, inner);
