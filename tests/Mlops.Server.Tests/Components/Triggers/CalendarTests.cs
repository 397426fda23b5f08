using Mlops.Core.Runs;
using Mlops.Core.Triggers;
using Mlops.Server.Components.Pages.Triggers.Calendar;

namespace Mlops.Server.Tests.Components.Triggers;

public sealed class CalendarTests
{
    private static readonly DateOnly Today = new(2026, 11, 26);

    [Theory]
    [InlineData("month", null, "November 2026", "2026-10-26", "2026-12-07", "2026-10-26", "2026-12-26")]
    [InlineData("month", "2026-02-28", "February 2026", "2026-01-26", "2026-03-02", "2026-01-28", "2026-03-28")]
    [InlineData("month", "2027-02-01", "February 2027", "2027-02-01", "2027-03-01", "2027-01-01", "2027-03-01")]
    [InlineData("week", "nonsense", "23 to 29 November 2026", "2026-11-23", "2026-11-30", "2026-11-19", "2026-12-03")]
    [InlineData("week", "2026-12-31", "28 December to 3 January 2027", "2026-12-28", "2027-01-04", "2026-12-24", "2027-01-07")]
    public void A_month_is_shown_in_whole_weeks_from_monday_on(string view, string? at, string title, string from, string until, string previous, string next)
    {
        var span = CalendarSpan.Parse(view, at, Today)!;

        Assert.Equal((title, from, until), (span.Title, CalendarSpan.WordOf(span.From), CalendarSpan.WordOf(span.Until)));
        Assert.Equal((previous, next), (CalendarSpan.WordOf(span.Previous!.Value), CalendarSpan.WordOf(span.Next!.Value)));
        Assert.All(span.Weeks, week => Assert.Equal((7, DayOfWeek.Monday), (week.Length, week[0].DayOfWeek)));
    }

    [Theory]
    [InlineData("0001-01-01")]
    [InlineData("9999-12-31")]
    [InlineData("2026-13-01")]
    public void A_day_that_no_calendar_has_is_none(string text) => Assert.Null(CalendarSpan.ParseDay(text));

    [Fact]
    public void Without_a_view_there_is_no_calendar() => Assert.Null(CalendarSpan.Parse("year", "2026-01-01", Today));

    [Fact]
    public void A_day_says_in_a_line_what_ran_and_what_is_due()
    {
        var trigger = new Trigger { Id = 1, ProjectUuid = "p", PipelineUuid = "x", Name = "t", ScheduleType = "time" };
        var days = CalendarDay.Join(
            CalendarSpan.Parse("week", null, Today)!,
            [new(Today, RunStatus.Failed, 1), new(Today, RunStatus.Completed, 1200)],
            [new(trigger, Today, 1440, true, []), new(trigger, Today.AddDays(1), 0, false, []) { IsContinuous = true }]);

        Assert.Equal(7, days.Count);
        Assert.Equal("Thursday 26 November 2026: 1,200 completed, 1 failed, 1,440+ due", days[Today].Name);
        Assert.Equal("Friday 27 November 2026: always on", days[Today.AddDays(1)].Name);
        Assert.Equal("Saturday 28 November 2026: nothing", days[Today.AddDays(2)].Name);
    }
}
