using Mlops.Core.Triggers.Events;

namespace Mlops.Core.Triggers;

/// <summary>What a trigger says of what starts its runs.</summary>
/// <param name="Type">Mage's word for its type.</param>
/// <param name="Timing">When it is due.</param>
/// <param name="Event">What it waits for; null where it says nothing of events.</param>
internal sealed record TriggerCause(string Type, TriggerTiming Timing, EventSettings? Event);

/// <summary>What a trigger says of when it is due.</summary>
/// <param name="Interval">A word such as <c>@daily</c>, or cron; null where it says nothing.</param>
/// <param name="TimeZone">IANA name; null for UTC.</param>
/// <param name="StartTime">Nothing is due before; null for no such limit.</param>
internal sealed record TriggerTiming(string? Interval, string? TimeZone, DateTimeOffset? StartTime)
{
    /// <summary>Whether instants are when runs should be over, so that they start earlier.</summary>
    public bool IsLanding { get; init; }

    /// <summary>Times of the week in which it is due, as <see cref="ScheduleWindows"/> reads them; null for all.</summary>
    public string? Windows { get; init; }
}
