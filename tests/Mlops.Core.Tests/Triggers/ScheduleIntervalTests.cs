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
    [InlineData("*/20 30 6 * * 1", "2026-05-11 06:30:01", "2026-05-11 06:30:20", "2026-05-11 06:30:40")]
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
    public void The_interval_before_is_that_of_the_instant_before_also_where_clocks_were_put_forward()
    {
        var schedule = Parse("30 1 * * *", "Europe/London");

        Assert.Equal(Utc("2024-03-30 01:30"), schedule.IntervalAt(Utc("2024-03-31 01:00"))!.PreviousStart);
        Assert.Equal(Utc("2024-03-31 01:00"), schedule.IntervalAt(Utc("2024-04-01 00:30"))!.PreviousStart);
    }

    [Fact]
    public void A_day_that_a_zone_left_out_does_not_hold_a_schedule_up() =>
        Assert.Equal(Utc("2011-12-30 11:30"), Parse("30 1 * * *", "Pacific/Apia").After(Utc("2011-12-29 11:30")));

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
    public void A_day_that_never_comes_says_so() => Assert.StartsWith(
        "The interval '0 0 30 2 *' is never due: no year has such a day.", ScheduleInterval.TryParse(new TriggerTiming("0 0 30 2 *", null, null), out _), StringComparison.Ordinal);

    [Fact]
    public void An_always_on_trigger_is_due_at_once_and_then_when_its_run_is_over()
    {
        var now = Utc("2026-05-06 09:10");
        Assert.Equal(now, Parse("@always_on").First(now, null));
        Assert.Equal(Utc("2026-05-07 00:00"), Parse("@always_on", start: Utc("2026-05-07 00:00")).First(now, null));
        Assert.Equal(new DueInstant(now, true, null), Parse("@always_on").Decide(now, now.AddHours(3), CatchUp.None));
        Assert.Equal(now.AddHours(1), Parse("@always_on").Again(now, now.AddHours(1)));
        Assert.Equal(now.AddSeconds(1), Parse("@always_on").Again(now, now.AddMilliseconds(3)));
    }

    [Theory]
    [InlineData(CatchUp.Latest, "10:00:02", "10:00", true, "11:00")]
    [InlineData(CatchUp.Latest, "13:30", "13:00", true, "14:00")]
    [InlineData(CatchUp.None, "10:00:59", "10:00", true, "11:00")]
    [InlineData(CatchUp.None, "13:30", "13:00", false, "14:00")]
    [InlineData(CatchUp.None, "13:00:30", "13:00", true, "14:00")]
    [InlineData(CatchUp.All, "13:30", "10:00", true, "11:00")]
    public void What_was_missed_is_made_up_for_as_the_policy_says(CatchUp policy, string now, string instant, bool runs, string next) => Assert.Equal(
        new DueInstant(Utc($"2026-05-06 {instant}"), runs, Utc($"2026-05-06 {next}")),
        Parse("@hourly").Decide(Utc("2026-05-06 10:00"), Utc($"2026-05-06 {now}"), policy));

    [Fact]
    public void The_instant_before_counts_where_a_trigger_starts_with_it_unless_it_had_its_run()
    {
        var now = Utc("2026-05-06 09:10");
        Assert.Equal(Utc("2026-05-06 09:00"), Parse("@hourly").First(now, null, startsWithCurrent: true));
        Assert.Equal(Utc("2026-05-06 10:00"), Parse("@hourly").First(now, Utc("2026-05-06 09:00"), startsWithCurrent: true));
        Assert.Equal(Utc("2026-05-06 10:00"), Parse("@hourly", start: Utc("2026-05-06 09:05")).First(now, null, startsWithCurrent: true));
        Assert.Equal(Utc("2026-05-01 00:00"), Parse("@monthly").First(now, null, startsWithCurrent: true));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("@yearly")]
    [InlineData("* * * *")]
    [InlineData("0 0 * * * * *")]
    [InlineData("0 61 * * * *")]
    [InlineData("61 * * * *")]
    [InlineData("a b c d e")]
    [InlineData("H * * * *")]
    public void An_interval_that_is_none_says_what_is_wanted(string? interval)
    {
        var problem = ScheduleInterval.TryParse(new TriggerTiming(interval, null, null), out var schedule);

        Assert.NotNull(problem);
        Assert.Null(schedule);
        Assert.Contains("minute, hour, day of month, month, day of week", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_time_zone_says_what_is_wanted() => Assert.Equal(
        "The time zone 'Europe/Atlantis' is not known. Write an IANA name such as Europe/London, or remove settings.time_zone for UTC.",
        ScheduleInterval.TryParse(new TriggerTiming("@daily", "Europe/Atlantis", null), out _));

    private static ScheduleInterval Parse(string interval, string? zone = null, DateTimeOffset? start = null)
    {
        Assert.Null(ScheduleInterval.TryParse(new TriggerTiming(interval, zone, start), out var schedule));
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
