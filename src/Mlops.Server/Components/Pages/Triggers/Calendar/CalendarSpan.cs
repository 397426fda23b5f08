using System.Globalization;

namespace Mlops.Server.Components.Pages.Triggers.Calendar;

/// <summary>The days that a calendar shows: a week, or the weeks that a month touches. Days are those of UTC, weeks begin on Monday.</summary>
public sealed record CalendarSpan
{
    /// <summary>Words of the address.</summary>
    internal const string MonthView = "month";

    internal const string WeekView = "week";

    private const string DayFormat = "yyyy-MM-dd";
    private const int Week = 7;

    private CalendarSpan(bool isWeek, DateOnly at)
    {
        IsWeek = isWeek;
        At = at;
        From = MondayOf(isWeek ? at : new DateOnly(at.Year, at.Month, 1));
        Until = isWeek ? From.AddDays(Week) : MondayOf(new DateOnly(at.Year, at.Month, 1).AddMonths(1).AddDays(Week - 1));
    }

    /// <summary>Whether it is a week; else a month.</summary>
    public bool IsWeek { get; }

    /// <summary>A day of it.</summary>
    public DateOnly At { get; }

    /// <summary>The first day that is shown.</summary>
    public DateOnly From { get; }

    /// <summary>The day after the last one.</summary>
    public DateOnly Until { get; }

    /// <summary>Such as <c>November 2026</c>, or <c>23 to 29 November 2026</c>.</summary>
    public string Title => !IsWeek ? Format(At, "MMMM yyyy")
        : From.Month == Until.AddDays(-1).Month ? $"{From.Day} to {Format(Until.AddDays(-1), "d MMMM yyyy")}"
        : $"{Format(From, "d MMMM")} to {Format(Until.AddDays(-1), "d MMMM yyyy")}";

    /// <summary>The weeks, each with its days.</summary>
    public IEnumerable<DateOnly[]> Weeks => Enumerable.Range(0, Until.DayNumber - From.DayNumber).Select(From.AddDays).Chunk(Week);

    /// <summary>A day in the span before it; null where there is none.</summary>
    public DateOnly? Previous => At.Year <= 1970 ? null : IsWeek ? At.AddDays(-Week) : At.AddMonths(-1);

    /// <summary>A day in the span after it; null where there is none.</summary>
    public DateOnly? Next => At.Year >= 9998 ? null : IsWeek ? At.AddDays(Week) : At.AddMonths(1);

    /// <summary>The span of an address; null where it asks for no calendar.</summary>
    /// <param name="view"><see cref="MonthView"/> or <see cref="WeekView"/>.</param>
    /// <param name="at">A day of it; today where it is none.</param>
    /// <param name="today">Today.</param>
    public static CalendarSpan? Parse(string? view, string? at, DateOnly today) =>
        view is MonthView or WeekView ? new CalendarSpan(view == WeekView, ParseDay(at) ?? today) : null;

    /// <summary>A day of an address; null for anything else.</summary>
    public static DateOnly? ParseDay(string? text) =>
        DateOnly.TryParseExact(text, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1970 and <= 9998 ? day : null;

    /// <summary>A day for an address.</summary>
    public static string WordOf(DateOnly day) => Format(day, DayFormat);

    /// <summary>Whether it is of the month that is shown.</summary>
    public bool IsInside(DateOnly day) => IsWeek || day.Month == At.Month;

    private static DateOnly MondayOf(DateOnly day) => day.AddDays(-(((int)day.DayOfWeek + Week - 1) % Week));

    private static string Format(DateOnly day, string format) => day.ToString(format, CultureInfo.InvariantCulture);
}
