namespace Mlops.Core.Triggers;

/// <summary>When a trigger would be due.</summary>
/// <param name="Instants">The next instants, the first one first; empty where it would not be due any more.</param>
/// <param name="IsContinuous">Whether one run follows the other from the first instant on, so that nobody knows when.</param>
public sealed record ScheduleOutlook(IReadOnlyList<DateTimeOffset> Instants, bool IsContinuous);
