using System.Globalization;
using Mlops.Core.Triggers;

namespace Mlops.Core.Tests.Triggers;

/// <summary>Schedules that are due only at some times of the week, beside all their instants and the local time of each.</summary>
public sealed class ScheduleWindowsTests
{
    private static readonly DateTimeOffset Begin = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = Begin.AddYears(2);

    private static readonly string[] Expressions = ["*/7 * * * *", "0 * * * *", "30 1 * * *", "0,20,45 0-3 * * *", "0 12 * * 1", "0 0 1 * *"];

    private static readonly Dictionary<string, Func<DateTime, bool>> Windows = new(StringComparer.Ordinal)
    {
        ["mon-fri 08:00-18:00"] = local => local.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && local.Hour is >= 8 and < 18,
        ["01:15-01:45"] = local => local.Hour == 1 && local.Minute is >= 15 and < 45,
        ["00:30-01:10; 02:10-2:50"] = local => local.TimeOfDay is var time && ((time >= new TimeSpan(0, 30, 0) && time < new TimeSpan(1, 10, 0)) || (time >= new TimeSpan(2, 10, 0) && time < new TimeSpan(2, 50, 0))),
        ["fri-mon"] = local => local.DayOfWeek is DayOfWeek.Friday or DayOfWeek.Saturday or DayOfWeek.Sunday or DayOfWeek.Monday,
        ["SAT,sun 22:00-06:00"] = local => (local.Hour >= 22 && local.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday)
            || (local.Hour < 6 && local.DayOfWeek is DayOfWeek.Sunday or DayOfWeek.Monday),
        ["sun 00:00-24:00; wed 12:00-12:01"] = local => local.DayOfWeek == DayOfWeek.Sunday || (local.DayOfWeek == DayOfWeek.Wednesday && local is { Hour: 12, Minute: 0 }),
    };

    [Theory]
    [InlineData("UTC", 0)]
    [InlineData("Europe/London", 1)]
    [InlineData("America/New_York", 2)]
    [InlineData("Australia/Lord_Howe", 3)]
    public void What_is_due_in_windows_are_the_instants_whose_local_time_is_in_them(string zone, int seed)
    {
        var random = new Random(seed);
        var time = TimeZoneInfo.FindSystemTimeZoneById(zone);
        foreach (var (windows, isIn) in Windows)
        {
            foreach (var expression in Expressions)
            {
                var wanted = Upcoming(expression, zone, null).Where(instant => isIn(TimeZoneInfo.ConvertTime(instant, time).DateTime)).ToList();
                if (wanted.Count == 0)
                {
                    continue;
                }

                Assert.Equal(wanted, Upcoming(expression, zone, windows));
                var schedule = Parse(expression, zone, windows);
                for (var i = 0; i < 50; i++)
                {
                    var now = wanted[0].AddMinutes(random.Next((int)(End - wanted[0]).TotalMinutes));
                    var due = wanted[random.Next(wanted.FindLastIndex(instant => instant <= now) + 1)];
                    Assert.Equal(wanted.Last(instant => instant <= now), schedule.Latest(due, now));
                }
            }
        }
    }

    [Fact]
    public void Seconds_and_years_between_two_windows_are_not_walked_through()
    {
        Assert.Equal(Utc("2026-05-11 08:00"), Parse("* * * * * *", "UTC", "mon 08:00-09:00").First(Utc("2026-05-04 09:00"), null));
        Assert.Equal(Utc("2044-02-29 00:00"), Parse("0 0 29 2 *", "UTC", "mon").First(Utc("2026-05-04 09:00"), null));
    }

    [Fact]
    public void A_frequent_schedule_that_none_of_many_windows_has_is_found_out_and_not_searched_for_ever()
    {
        var windows = string.Join("; ", Enumerable.Range(0, 48).Select(half => $"{half / 2:00}:{(half % 2 * 30) + 7:00}-{half / 2:00}:{(half % 2 * 30) + 8:00}"));

        Assert.StartsWith(
            "The interval '0,30 * * * *' is never due within settings.windows: 00:07-00:08; ",
            ScheduleInterval.TryParse(new TriggerTiming("0,30 * * * *", "Europe/London", null) { Windows = windows }, out _), StringComparison.Ordinal);
        Assert.StartsWith("settings.windows has 51 windows; 1 to 50 are wanted", ScheduleInterval.TryParse(
            new TriggerTiming("@hourly", null, null) { Windows = string.Join(';', Enumerable.Repeat("mon", 51)) }, out _), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9999-12-31", "mon")]
    [InlineData("0001-01-01", "tue")]
    [InlineData("1969-12-31", null)]
    public void A_start_at_the_edge_of_the_calendar_is_refused(string start, string? windows) => Assert.Contains(
        "is beyond the years 1970 to 9000", ScheduleInterval.TryParse(new TriggerTiming("@once", null, Utc(start)) { Windows = windows }, out _), StringComparison.Ordinal);

    [Fact]
    public void A_schedule_that_no_window_has_says_so() => Assert.Equal(
        "The interval '0 3 * * *' is never due within settings.windows: mon-fri 08:00-18:00. Change one of them.",
        ScheduleInterval.TryParse(new TriggerTiming("0 3 * * *", "Europe/London", null) { Windows = "mon-fri 08:00-18:00" }, out _));

    [Fact]
    public void What_runs_without_a_break_or_once_waits_for_a_window_to_open()
    {
        var (evening, morning) = (Utc("2026-05-08 19:00"), Utc("2026-05-11 08:00"));
        var always = Parse("@always_on", "UTC", "mon-fri 08:00-18:00");

        Assert.Equal(morning, always.First(evening, null));
        Assert.Equal(morning, always.Again(evening.AddHours(-2), evening));
        Assert.Equal(evening.AddHours(-2), always.Again(evening.AddHours(-3), evening.AddHours(-2)));
        Assert.Equal(new DueInstant(evening.AddHours(-2), false, morning), always.Decide(evening.AddHours(-2), evening, CatchUp.Latest));
        Assert.Equal(morning, Parse("@once", "UTC", "mon-fri 08:00-18:00").First(evening, null));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ; ")]
    [InlineData("weekdays")]
    [InlineData("mon-fri-sun")]
    [InlineData("mon 8-18")]
    [InlineData("mon 08:00")]
    [InlineData("08:00-25:00")]
    [InlineData("24:00-06:00")]
    [InlineData("08:00-18:00 mon")]
    [InlineData("mon 08:00-18:00 daily")]
    public void A_window_that_is_none_says_what_is_wanted(string windows)
    {
        var problem = ScheduleInterval.TryParse(new TriggerTiming("@hourly", null, null) { Windows = windows }, out var schedule);

        Assert.StartsWith("settings.windows ", problem, StringComparison.Ordinal);
        Assert.Contains("such as mon-fri 08:00-18:00", problem, StringComparison.Ordinal);
        Assert.Null(schedule);
    }

    private static List<DateTimeOffset> Upcoming(string expression, string zone, string? windows) =>
        [.. Parse(expression, zone, windows).Upcoming(Begin, null).TakeWhile(instant => instant < End)];

    private static ScheduleInterval Parse(string expression, string zone, string? windows)
    {
        Assert.Null(ScheduleInterval.TryParse(new TriggerTiming(expression, zone, null) { Windows = windows }, out var schedule));
        return schedule!;
    }

    private static DateTimeOffset Utc(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
