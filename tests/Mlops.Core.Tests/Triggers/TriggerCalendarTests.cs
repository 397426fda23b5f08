using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Mlops.Core.Triggers;
using Mlops.Core.Triggers.Types;

namespace Mlops.Core.Tests.Triggers;

/// <summary>Reckoned on the 6th of May 2026 at 09:10 UTC.</summary>
public sealed class TriggerCalendarTests
{
    private static readonly DateOnly Sixth = new(2026, 5, 6);

    private readonly TriggerCalendar _calendar = new(new TriggerTypes([new ScheduleTrigger(), new ApiTrigger()]), new FakeTimeProvider(Utc("2026-05-06 09:10")));

    [Fact]
    public void What_is_due_is_counted_from_now_on_by_day_in_the_time_zone_of_the_trigger()
    {
        var due = _calendar.ListDue([Trigger("late", "30 0 * * *") with { TimeZone = "Europe/London" }, Trigger("often", "0 */6 * * *")], Sixth.AddDays(-3), Sixth.AddDays(2));

        Assert.Equal(
            [
                "2026-05-06 often 2: 12:00 18:00", "2026-05-06 late 1: 23:30",
                "2026-05-07 often 4: 00:00 06:00 12:00 18:00", "2026-05-07 late 1: 23:30",
            ],
            due.Select(Text));
    }

    [Fact]
    public void What_starts_later_is_due_once_or_does_not_fire_is_told_so()
    {
        var later = Utc("2026-05-07 12:00");
        var due = _calendar.ListDue(
            [
                Trigger("later", "0 0,15 * * *") with { StartTime = later },
                Trigger("once", "@once") with { NextRunAt = later },
                Trigger("ran once", "@once") with { NextRunAt = null },
                Trigger("inactive", "@hourly") with { IsActive = false },
                Trigger("broken", "@hourly") with { Problem = "No." },
                Trigger("called", "@hourly") with { ScheduleType = "api" },
            ],
            Sixth, Sixth.AddDays(3));

        Assert.Equal(["2026-05-07 once 1: 12:00", "2026-05-07 later 1: 15:00", "2026-05-08 later 2: 00:00 15:00"], due.Select(Text));
    }

    [Fact]
    public void A_trigger_that_is_always_on_is_told_and_not_counted()
    {
        var due = _calendar.ListDue([Trigger("on", "@always_on") with { StartTime = Utc("2026-05-07 12:00"), NextRunAt = null }], Sixth, Sixth.AddDays(3));

        Assert.Equal([(Sixth.AddDays(1), 0, true), (Sixth.AddDays(2), 0, true)], due.Select(one => (one.Day, one.Count, one.IsContinuous)));
    }

    [Fact]
    public void No_more_is_counted_than_the_bounds_allow()
    {
        var minutely = Assert.Single(_calendar.ListDue([Trigger("minutely", "* * * * *")], Sixth.AddDays(1), Sixth.AddDays(2)));
        var every = _calendar.ListDue([Trigger("every second", "* * * * * *")], Sixth, Sixth.AddDays(2));
        var many = _calendar.ListDue(Enumerable.Range(0, 500).Select(i => Trigger($"t{i}", "* * * * * *")), Sixth, Sixth.AddDays(1));

        Assert.Equal((TriggerCalendar.MostPerDay, false, 5), (minutely.Count, minutely.IsMore, minutely.First.Count));
        Assert.All(every, one => Assert.Equal((TriggerCalendar.MostPerDay, true), (one.Count, one.IsMore)));
        Assert.Equal(500, many.Count);
        Assert.True(many.Sum(one => one.Count) <= TriggerCalendar.MostInAll + 500, "Beyond the bound each is looked at for one instant.");
        Assert.All(many, one => Assert.True(one is { Count: > 0, IsMore: true }));
    }

    private static string Text(TriggerDue due) =>
        string.Create(CultureInfo.InvariantCulture, $"{due.Day:yyyy-MM-dd} {due.Trigger.Name} {due.Count}: {string.Join(' ', due.First.Select(instant => instant.ToString("HH:mm", CultureInfo.InvariantCulture)))}");

    private static Trigger Trigger(string name, string interval) => new()
    {
        Id = 1,
        ProjectUuid = "p",
        PipelineUuid = "x",
        Name = name,
        ScheduleType = "time",
        ScheduleInterval = interval,
        IsActive = true,
    };

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
