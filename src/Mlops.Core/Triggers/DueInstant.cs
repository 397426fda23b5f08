namespace Mlops.Core.Triggers;

/// <summary>What is to be done for a trigger that is due.</summary>
/// <param name="Instant">The instant that is dealt with; those before it are done with too.</param>
/// <param name="Runs">Whether it has a run; false where it was missed and is not made up for.</param>
/// <param name="Next">When the trigger is due next; null for never, or not before its run is over.</param>
internal readonly record struct DueInstant(DateTimeOffset Instant, bool Runs, DateTimeOffset? Next);
