using Mlops.Core.Runs;

namespace Mlops.Core.Triggers.Types;

/// <summary>What makes a trigger start runs. A type is one class and one line in <see cref="CoreServices"/>; nothing else names types.</summary>
internal interface ITriggerType
{
    /// <summary>Mage's word for it in <c>schedule_type</c>; unique.</summary>
    string Word { get; }

    /// <summary>What its runs are said to come from.</summary>
    RunOrigin Origin { get; }

    /// <summary>Whether somebody outside starts the runs of such a trigger, who knows its token.</summary>
    bool IsCalled(TriggerCause cause);

    /// <summary>Whether something else than time and callers wakes such a trigger: it has events, which count from when it is made active.</summary>
    bool HasEvents { get; }

    /// <summary>Why a trigger cannot work as it is written, in words; null where nothing is wrong.</summary>
    string? FindProblem(TriggerCause cause);

    /// <summary>When a trigger without a problem is due by itself; null for types that something else wakes.</summary>
    ScheduleInterval? ReadSchedule(TriggerTiming timing);
}
