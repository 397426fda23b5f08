using Mlops.Core.Runs;

namespace Mlops.Core.Triggers.Types;

/// <summary>Starts runs at instants: <c>schedule_type: time</c>.</summary>
internal sealed class ScheduleTrigger : ITriggerType
{
    public string Word => "time";

    public RunOrigin Origin => RunOrigin.Time;

    public bool HasEvents => false;

    public bool IsCalled(TriggerCause cause) => false;

    public string? FindProblem(TriggerCause cause) => cause.Timing is { IsLanding: true, Interval: ScheduleInterval.AlwaysOn }
        ? $"settings.landing_time_enabled is for schedules whose runs should be over at an instant, and {ScheduleInterval.AlwaysOn} names none. Set it to false."
        : ScheduleInterval.TryParse(cause.Timing, out _);

    public ScheduleInterval? ReadSchedule(TriggerTiming timing)
    {
        _ = ScheduleInterval.TryParse(timing, out var schedule);
        return schedule;
    }
}
