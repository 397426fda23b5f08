namespace Mlops.Core.Triggers;

/// <summary>When a trigger is due on a day.</summary>
/// <param name="Trigger">The trigger.</param>
/// <param name="Day">A day of UTC.</param>
/// <param name="Count">How often, as far as it was counted; 0 for a trigger that is always on.</param>
/// <param name="IsMore">Whether it is due more often than was counted.</param>
/// <param name="First">The first of these instants, a few at most, in order.</param>
public sealed record TriggerDue(Trigger Trigger, DateOnly Day, long Count, bool IsMore, IReadOnlyList<DateTimeOffset> First)
{
    /// <summary>Whether one run follows the other all day long.</summary>
    public bool IsContinuous { get; init; }
}
