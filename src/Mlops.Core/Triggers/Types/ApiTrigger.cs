using Mlops.Core.Runs;

namespace Mlops.Core.Triggers.Types;

/// <summary>Starts a run for each call by REST that proves to know the trigger's token: <c>schedule_type: api</c>.</summary>
internal sealed class ApiTrigger : ITriggerType
{
    public string Word => "api";

    public RunOrigin Origin => RunOrigin.Api;

    public bool HasEvents => false;

    public bool IsCalled(TriggerCause cause) => true;

    /// <summary>Mage writes <c>schedule_interval: null</c> or leaves what stood there before; neither harms.</summary>
    public string? FindProblem(TriggerCause cause) => null;

    public ScheduleInterval? ReadSchedule(TriggerTiming timing) => null;
}
