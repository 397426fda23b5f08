using Mlops.Core.Runs;

namespace Mlops.Core.Triggers;

/// <summary>What the scheduler hears of and looks after beside triggers: the clock, and runs that end or are late.</summary>
internal sealed record SchedulerSurroundings(TimeProvider TimeProvider, RunEvents Events, RunSlas Slas);
