using Mlops.Core.Runs;

namespace Mlops.Core.Triggers.Types;

/// <summary>What makes a trigger start runs. A type is one class and one line in <see cref="CoreServices"/>; nothing else names types.</summary>
internal interface ITriggerType
{
    /// <summary>Mage's word for it in <c>schedule_type</c>; unique.</summary>
    string Word { get; }

    /// <summary>What its runs are said to come from.</summary>
    RunOrigin Origin { get; }

    /// <summary>Whether somebody outside starts its runs, who knows the trigger's token.</summary>
    bool IsCalled { get; }

    /// <summary>Why a trigger cannot work as it is written, in words; null where nothing is wrong.</summary>
    string? FindProblem(TriggerTiming timing);

    /// <summary>When a trigger without a problem is due by itself; null for types that something else wakes.</summary>
    ScheduleInterval? ReadSchedule(TriggerTiming timing);
}

/// <summary>What a trigger says of when it is due.</summary>
/// <param name="Interval">A word such as <c>@daily</c>, or cron; null where it says nothing.</param>
/// <param name="TimeZone">IANA name; null for UTC.</param>
/// <param name="StartTime">Nothing is due before; null for no such limit.</param>
internal sealed record TriggerTiming(string? Interval, string? TimeZone, DateTimeOffset? StartTime);
