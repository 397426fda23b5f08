using Mlops.Core.Runs;
using Mlops.Core.Triggers.Events;

namespace Mlops.Core.Triggers.Types;

/// <summary>Starts a run for each event that one of the <see cref="EventSources"/> finds or takes: <c>schedule_type: event</c>.</summary>
internal sealed class EventTrigger(EventSources sources) : ITriggerType
{
    public string Word => "event";

    public RunOrigin Origin => RunOrigin.Event;

    public bool HasEvents => true;

    public bool IsCalled(TriggerCause cause) => cause.Event is { } settings && sources.Find(settings.Type)?.IsCalled == true;

    public string? FindProblem(TriggerCause cause) => sources.FindProblem(cause.Event);

    public ScheduleInterval? ReadSchedule(TriggerTiming timing) => null;
}
