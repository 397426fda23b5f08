namespace Mlops.Core.Triggers.Events;

/// <summary>A kind of events that start runs. One class, and one line where services are registered; nothing else names kinds.</summary>
public interface IEventSource
{
    /// <summary>Its word in <c>event.type</c>; unique.</summary>
    string Word { get; }

    /// <summary>What a trigger says of it beside <c>type</c>; other keys are a mistake.</summary>
    IReadOnlyList<EventKey> Keys { get; }

    /// <summary>Whether somebody outside tells of its events, who knows the trigger's token; then nothing is watched.</summary>
    bool IsCalled { get; }

    /// <summary>Why events cannot be found as the trigger says, in words; null where nothing is wrong. The keys were looked at before.</summary>
    string? FindProblem(EventSettings settings);

    /// <summary>What finds the events of a trigger.</summary>
    /// <param name="trigger">The trigger.</param>
    /// <param name="wake">Asks for a look soon; may be called on any thread and returns at once.</param>
    /// <returns>Null where there is nothing to be watched.</returns>
    IEventWatch? Watch(WatchedEvents trigger, Action wake);
}

/// <summary>Finds the events of one trigger, in one process. It is asked by one caller at a time; what it keeps in memory is no more than a hint.</summary>
public interface IEventWatch : IDisposable
{
    /// <summary>Looks for events.</summary>
    /// <param name="from">Where the trigger stands.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EventException">They cannot be looked for now; its message is shown with the trigger, and another look is made later.</exception>
    Task<EventLook> LookAsync(EventStand from, CancellationToken cancellationToken);
}
