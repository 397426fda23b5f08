using Mlops.Core.Runs;

namespace Mlops.Core.Triggers;

/// <summary>What the scheduler hears of and looks after beside triggers: the clock, and runs that end, are late or take another time than before.</summary>
internal sealed record SchedulerSurroundings(TimeProvider TimeProvider, RunEvents Events, RunSlas Slas, LandingTimes Landings);
