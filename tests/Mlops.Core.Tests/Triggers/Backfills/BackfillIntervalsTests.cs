using System.Globalization;
using Mlops.Core.Triggers.Backfills;

namespace Mlops.Core.Tests.Triggers.Backfills;

public sealed class BackfillIntervalsTests
{
    [Fact]
    public void Days_in_London_keep_their_time_of_day_over_both_changes_of_the_clocks()
    {
        Assert.Equal(
            ["2026-03-28T00:00", "2026-03-29T00:00", "2026-03-29T23:00", "2026-03-30T23:00"],
            Instants(new BackfillSpan(Utc("2026-03-28"), Utc("2026-03-31T23:00"), "day", 1, "Europe/London")));
        Assert.Equal(
            ["2026-10-23T23:00", "2026-10-24T23:00", "2026-10-26T00:00"],
            Instants(new BackfillSpan(Utc("2026-10-23T23:00"), Utc("2026-10-26T01:00"), "day", 1, "Europe/London")));
    }

    [Fact]
    public void A_time_of_day_that_is_skipped_is_right_after_the_gap_and_one_that_comes_twice_is_the_first()
    {
        Assert.Equal(
            ["2026-03-28T01:30", "2026-03-29T01:00", "2026-03-30T00:30"],
            Instants(new BackfillSpan(Utc("2026-03-28T01:30"), Utc("2026-03-31T00:00"), "day", 1, "Europe/London")));
        Assert.Equal(
            ["2026-10-24T00:30", "2026-10-25T00:30", "2026-10-26T01:30"],
            Instants(new BackfillSpan(Utc("2026-10-24T00:30"), Utc("2026-10-27T00:00"), "day", 1, "Europe/London")));
    }

    [Fact]
    public void Hours_are_time_that_passes_whatever_the_clocks_say() => Assert.Equal(
        ["2026-03-29T00:00", "2026-03-29T01:00", "2026-03-29T02:00"],
        Instants(new BackfillSpan(Utc("2026-03-29"), Utc("2026-03-29T03:00"), "hour", 1, "Europe/London")));

    [Fact]
    public void Months_from_the_31st_are_the_last_days_of_shorter_ones_and_go_back_to_the_31st() => Assert.Equal(
        ["2026-01-31T00:00", "2026-02-28T00:00", "2026-03-31T00:00", "2026-04-30T00:00"],
        Instants(new BackfillSpan(Utc("2026-01-31"), Utc("2026-05-01"), "month")));

    [Fact]
    public void Weeks_years_and_several_units_are_counted()
    {
        Assert.Equal(["2026-01-05T00:00", "2026-01-19T00:00"], Instants(new BackfillSpan(Utc("2026-01-05"), Utc("2026-02-02"), "week", 2)));
        Assert.Equal(["2024-02-29T00:00", "2025-02-28T00:00", "2026-02-28T00:00"], Instants(new BackfillSpan(Utc("2024-02-29"), Utc("2026-03-01"), "year")));
        Assert.Equal(["2026-01-01T00:00", "2026-01-01T00:45"], Instants(new BackfillSpan(Utc("2026-01-01"), Utc("2026-01-01T01:30"), "minute", 45)));
    }

    [Fact]
    public void A_day_that_a_zone_left_out_has_no_interval_of_its_own() => Assert.Equal(
        ["2011-12-29T10:00", "2011-12-30T10:00", "2011-12-31T10:00"],
        Instants(new BackfillSpan(Utc("2011-12-29T10:00"), Utc("2012-01-01T00:00"), "day", 1, "Pacific/Apia")));

    [Fact]
    public void An_interval_ends_where_the_next_one_begins_and_knows_the_one_before()
    {
        var intervals = BackfillCheck.Read(new BackfillSpan(Utc("2026-03-28"), Utc("2026-03-31T23:00"), "day", 1, "Europe/London")).Intervals;

        var all = intervals.FromIndex(0).Select(intervals.IntervalAt).ToList();

        Assert.Equal(all.Skip(1).Select(interval => (DateTimeOffset?)interval.Start), all.SkipLast(1).Select(interval => interval.End));
        Assert.Equal(all.SkipLast(1).Select(interval => (DateTimeOffset?)interval.Start), all.Skip(1).Select(interval => interval.PreviousStart));
        Assert.Equal((Utc("2026-03-27"), Utc("2026-03-31T23:00")), (all[0].PreviousStart, all[^1].End));
    }

    [Theory]
    [InlineData("second", 90), InlineData("minute", 1), InlineData("hour", 7), InlineData("day", 1), InlineData("week", 3), InlineData("month", 1), InlineData("year", 1)]
    public void Any_part_of_it_begins_where_a_walk_would(string type, int units)
    {
        var start = Utc("2025-11-30T02:30");
        var intervals = BackfillCheck.Read(new BackfillSpan(start, type is "second" or "minute" ? start.AddDays(2) : start.AddYears(4), type, units, "America/New_York")).Intervals;
        var all = intervals.FromIndex(0).ToList();

        Assert.Equal(all.Count, intervals.Count());
        Assert.Equal(all[^1], intervals.Last());
        for (var i = 0; i < all.Count; i++)
        {
            Assert.Equal(all[i], intervals.From(all[i]).First());
            Assert.Equal(all.Skip(i + 1).Take(1), intervals.From(all[i].AddTicks(10)).Take(1));
        }
    }

    [Fact]
    public void A_preview_of_millions_is_counted_and_not_walked()
    {
        var preview = BackfillService.Preview(new BackfillSpan(Utc("2010-01-01"), Utc("2029-01-01"), "minute"));

        Assert.Equal((9_993_600, Utc("2010-01-01"), Utc("2028-12-31T23:59")), (preview.Count, preview.First, preview.Last));
        Assert.Equal(Enumerable.Range(0, 5).Select(minute => Utc("2010-01-01").AddMinutes(minute)), preview.Next);
    }

    [Theory]
    [InlineData("2026-01-02", "2026-01-01", "day", 1, null, "The end 2026-01-01 00:00:00 UTC is not after the start 2026-01-02 00:00:00 UTC.")]
    [InlineData("2026-01-01", "2026-01-01", "day", 1, null, "is not after the start")]
    [InlineData("2026-01-01", "2026-01-02", "day", 0, null, "The interval units are 0; a whole number from 1 to 1,000,000 is wanted.")]
    [InlineData("2026-01-01", "2026-01-02", "day", -3, null, "The interval units are -3;")]
    [InlineData("2026-01-01", "2026-01-02", "fortnight", 1, null, "The interval type 'fortnight' is not known. Write one of: second, minute, hour, day, week, month, year.")]
    [InlineData("2026-01-01", "2026-01-02", "day", 1, "Mars/Olympus", "The time zone 'Mars/Olympus' is not known.")]
    [InlineData("2000-01-01", "2026-01-02", "minute", 1, null, "are 13,677,120 intervals of 1 minute; at most 10,000,000 are taken.")]
    [InlineData("0001-01-01", "2026-01-02", "day", 1, null, "is beyond the years 1900 to 2199.")]
    public void What_is_wrong_is_named(string start, string end, string type, int units, string? zone, string error)
    {
        var exception = Assert.Throws<InvalidRequestException>(() => BackfillService.Preview(new BackfillSpan(Utc(start), Utc(end), type, units, zone)));

        Assert.Equal("invalid_backfill", exception.Type);
        Assert.Contains(error, exception.Message, StringComparison.Ordinal);
    }

    private static List<string> Instants(BackfillSpan span)
    {
        var (intervals, count) = BackfillCheck.Read(span);
        var all = intervals.FromIndex(0).Select(instant => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(count, all.Count);
        return all;
    }

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
