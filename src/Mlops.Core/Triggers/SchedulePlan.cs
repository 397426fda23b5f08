namespace Mlops.Core.Triggers;

/// <summary>What a trigger that is not saved yet says of when it is due.</summary>
/// <param name="Interval">A word such as <c>@daily</c>, or cron.</param>
/// <param name="TimeZone">IANA name; null for UTC.</param>
/// <param name="StartTime">Nothing is due before; null for no such limit.</param>
public sealed record SchedulePlan(string Interval, string? TimeZone, DateTimeOffset? StartTime)
{
    /// <summary>The last instant for which the trigger fired; null for a new one. What is due once is not due again.</summary>
    public DateTimeOffset? LastRunAt { get; init; }

    /// <summary>Times of the week in which it is due, such as <c>mon-fri 08:00-18:00</c>; null for all.</summary>
    public string? Windows { get; init; }

    /// <summary>Whether the instant before now is due too, unless it had its run (<c>create_initial_pipeline_run</c>).</summary>
    public bool CreatesInitialRun { get; init; }
}
