using System.Globalization;
using Mlops.Core.Runs;
using Mlops.Core.Triggers;
using Mlops.Server.Components.Shared;

namespace Mlops.Server.Components.Pages.Triggers.Calendar;

/// <summary>What ran on a day and what is due on it.</summary>
/// <param name="Day">The day, of UTC.</param>
/// <param name="Runs">Runs by status, in the order in which statuses are told.</param>
/// <param name="Due">What is due, by first instant.</param>
public sealed record CalendarDay(DateOnly Day, IReadOnlyList<RunDayCount> Runs, IReadOnlyList<TriggerDue> Due)
{
    /// <summary>How often something is due, as far as it was counted.</summary>
    public long DueCount => Due.Sum(due => due.Count);

    /// <summary>Whether something is due more often than that.</summary>
    public bool IsMoreDue => Due.Any(due => due.IsMore);

    /// <summary>Such as <c>24 due</c>, <c>1,440+ due</c> or <c>always on</c>; null where nothing is.</summary>
    public string? DueText => DueCount > 0 ? $"{Numbers.Text(DueCount)}{(IsMoreDue ? "+" : "")} due" : Due.Any(due => due.IsContinuous) ? "always on" : null;

    /// <summary>In full: <c>Thursday 26 November 2026: 1 failed, 3 completed, 24 due</c>.</summary>
    public string Name
    {
        get
        {
            string[] parts = [.. Runs.Select(count => $"{Numbers.Text(count.Count)} {StatusNames.Of(count.Status).ToLowerInvariant()}"), .. DueText is { } due ? [due] : Array.Empty<string>()];
            return $"{Day.ToString("dddd d MMMM yyyy", CultureInfo.InvariantCulture)}: {(parts.Length == 0 ? "nothing" : string.Join(", ", parts))}";
        }
    }

    /// <summary>Joins what was counted and what is due to the days of a span.</summary>
    public static IReadOnlyDictionary<DateOnly, CalendarDay> Join(CalendarSpan span, IEnumerable<RunDayCount> runs, IEnumerable<TriggerDue> due)
    {
        var runsByDay = runs.ToLookup(count => count.Day);
        var dueByDay = due.ToLookup(one => one.Day);
        return span.Weeks.SelectMany(week => week).ToDictionary(
            day => day, day => new CalendarDay(day, [.. runsByDay[day].OrderBy(count => RunBarScale.Rank(count.Status))], [.. dueByDay[day]]));
    }
}
