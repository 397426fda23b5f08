using System.Globalization;
using Mlops.Core.Triggers;

namespace Mlops.Core.Tests.Triggers;

public sealed class ScheduleIntervalTests
{
    [Theory]
    [InlineData("@hourly", "2026-05-06 10:20", "2026-05-06 11:00", "2026-05-06 12:00")]
    [InlineData("@daily", "2026-05-06 10:20", "2026-05-07 00:00", "2026-05-08 00:00")]
    [InlineData("@weekly", "2026-05-06 10:20", "2026-05-11 00:00", "2026-05-18 00:00")]
    [InlineData("@monthly", "2026-05-06 10:20", "2026-06-01 00:00", "2026-07-01 00:00")]
    [InlineData("30 6 * * 1", "2026-05-06 10:20", "2026-05-11 06:30", "2026-05-18 06:30")]
    [InlineData(" */15  10 * * * ", "2026-05-06 10:20", "2026-05-06 10:30", "2026-05-06 10:45")]
    public void Words_and_cron_are_due_in_UTC(string interval, string now, string first, string second)
    {
        var schedule = Parse(interval);

        Assert.Equal([Utc(first), Utc(second)], Upcoming(schedule, Utc(now), 2));
    }

    [Theory]
    // Clocks go from 01:00 to 02:00: what falls into the gap is due once, right after it.
    [InlineData("Europe/London", "30 1 * * *", "2026-03-28 00:00", "2026-03-28 01:30", "2026-03-29 01:00", "2026-03-30 00:30")]
    [InlineData("America/New_York", "30 2 * * *", "2026-03-07 00:00", "2026-03-07 07:30", "2026-03-08 07:00", "2026-03-09 06:30")]
    [InlineData("Australia/Lord_Howe", "15 2 * * *", "2026-10-02 12:00", "2026-10-02 15:45", "2026-10-03 15:30", "2026-10-04 15:15")]
    // Clocks go back: a fixed time is due once, at its first passing.
    [InlineData("Europe/London", "30 1 * * *", "2026-10-24 00:00", "2026-10-24 00:30", "2026-10-25 00:30", "2026-10-26 01:30")]
    [InlineData("America/New_York", "30 1 * * *", "2026-10-31 00:00", "2026-10-31 05:30", "2026-11-01 05:30", "2026-11-02 06:30")]
    [InlineData("Australia/Lord_Howe", "45 1 * * *", "2026-04-03 12:00", "2026-04-03 14:45", "2026-04-04 14:45", "2026-04-05 15:15")]
    // An interval is due at every tick, the doubled ones too.
    [InlineData("Europe/London", "*/30 * * * *", "2026-10-24 23:50", "2026-10-25 00:00", "2026-10-25 00:30", "2026-10-25 01:00", "2026-10-25 01:30", "2026-10-25 02:00")]
    [InlineData("America/New_York", "0 * * * *", "2026-11-01 04:30", "2026-11-01 05:00", "2026-11-01 06:00", "2026-11-01 07:00")]
    [InlineData("Australia/Lord_Howe", "*/15 * * * *", "2026-04-04 14:25", "2026-04-04 14:30", "2026-04-04 14:45", "2026-04-04 15:00", "2026-04-04 15:15", "2026-04-04 15:30")]
    public void Clocks_that_are_put_forward_or_back_skip_and_double_nothing(string zone, string cron, string from, params string[] expected)
    {
        var schedule = Parse(cron, zone);

        var upcoming = Upcoming(schedule, Utc(from), expected.Length);
        Assert.Equal(expected.Select(Utc), upcoming);

        // Looking back from anywhere between two instants finds the first of them.
        var before = schedule.First(upcoming[0].AddDays(-3), null)!.Value;
        Assert.Equal(upcoming, upcoming.Select(instant => schedule.Latest(before, instant)));
        Assert.Equal(upcoming, upcoming.Select(instant => schedule.Latest(before, instant.AddSeconds(30))));
        Assert.Equal(upcoming[..^1], upcoming[1..].Select(instant => schedule.Latest(before, instant.AddMilliseconds(-500))));
    }

    [Fact]
    public void After_downtime_the_latest_missed_instant_counts()
    {
        var schedule = Parse("@hourly");

        Assert.Equal(Utc("2026-05-06 20:00"), schedule.Latest(Utc("2026-05-01 11:00"), Utc("2026-05-06 20:59")));
        Assert.Equal(Utc("2026-05-01 11:00"), schedule.Latest(Utc("2026-05-01 11:00"), Utc("2026-05-01 11:00")));
    }

    [Fact]
    public void The_latest_instant_of_a_year_of_minutes_is_found_without_counting_them() =>
        Assert.Equal(Utc("2026-05-06 20:59"), Parse("* * * * *", "Europe/London").Latest(Utc("2025-05-01 11:00"), Utc("2026-05-06 20:59:59")));

    [Fact]
    public void Nothing_is_due_before_the_start_time_and_the_start_time_itself_may_be()
    {
        Assert.Equal(Utc("2026-06-01 00:00"), Parse("@daily", start: Utc("2026-06-01 00:00")).First(Utc("2026-05-01 00:00"), null));
        Assert.Equal(Utc("2026-06-02 00:00"), Parse("@daily", start: Utc("2026-06-01 00:01")).First(Utc("2026-05-01 00:00"), null));
        Assert.Equal(Utc("2026-07-02 00:00"), Parse("@daily", start: Utc("2026-06-01 00:00")).First(Utc("2026-07-01 00:00"), null));
    }

    [Fact]
    public void What_is_done_is_not_due_again_when_the_clock_was_put_back() =>
        Assert.Equal(Utc("2026-05-06 11:00"), Parse("@hourly").First(Utc("2026-05-06 09:10"), Utc("2026-05-06 10:00")));

    [Fact]
    public void Once_is_due_at_its_start_or_at_once_and_never_again()
    {
        var now = Utc("2026-05-06 09:10");
        Assert.Equal(now, Parse("@once").First(now, null));
        Assert.Equal(Utc("2026-05-07 00:00"), Parse("@once", start: Utc("2026-05-07 00:00")).First(now, null));
        Assert.Null(Parse("@once").First(now, now.AddDays(-1)));
        Assert.Null(Parse("@once").After(now));
        Assert.Equal(now, Parse("@once").Latest(now, now.AddDays(3)));
    }

    [Fact]
    public void A_day_that_never_comes_is_never_due() => Assert.Null(Parse("0 0 30 2 *").First(Utc("2026-05-06 09:10"), null));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("@yearly")]
    [InlineData("@always_on")]
    [InlineData("* * * *")]
    [InlineData("0 * * * * *")]
    [InlineData("61 * * * *")]
    [InlineData("a b c d e")]
    [InlineData("H * * * *")]
    public void An_interval_that_is_none_says_what_is_wanted(string? interval)
    {
        var problem = ScheduleInterval.TryParse(interval, null, null, out var schedule);

        Assert.NotNull(problem);
        Assert.Null(schedule);
        Assert.Contains(interval == "@always_on" ? "not run yet" : "minute, hour, day of month, month, day of week", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_time_zone_says_what_is_wanted() => Assert.Equal(
        "The time zone 'Europe/Atlantis' is not known. Write an IANA name such as Europe/London, or remove settings.time_zone for UTC.",
        ScheduleInterval.TryParse("@daily", "Europe/Atlantis", null, out _));

    private static ScheduleInterval Parse(string interval, string? zone = null, DateTimeOffset? start = null)
    {
        Assert.Null(ScheduleInterval.TryParse(interval, zone, start, out var schedule));
        return schedule!;
    }

    private static List<DateTimeOffset> Upcoming(ScheduleInterval schedule, DateTimeOffset now, int count)
    {
        var upcoming = new List<DateTimeOffset> { schedule.First(now, null)!.Value };
        while (upcoming.Count < count)
        {
            upcoming.Add(schedule.After(upcoming[^1])!.Value);
        }

        Assert.All(upcoming, instant => Assert.Equal(TimeSpan.Zero, instant.Offset));
        return upcoming;
    }

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
