using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Mlops.Core.Triggers;

namespace Mlops.Core.Tests.Triggers;

/// <summary>Every instant of two years beside a walk over every minute of them, with both changes of clocks twice.</summary>
public sealed class CronPropertyTests
{
    private static readonly DateTimeOffset Begin = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = Begin.AddYears(2);

    private static readonly string[] Expressions =
    [
        "*/7 * * * *", "0 * * * *", "30 1 * * *", "15 2 * * *", "0,20,45 2 * * *", "5 1,2,3 * * *", "*/30 1-3 * * *", "0 */2 * * *",
        "59 23 31 * *", "30 2 * 3,4,10,11 *", "10 1 * * 0", "0 0 1 1 *",
    ];

    [Theory]
    [InlineData("Europe/London")]
    [InlineData("America/New_York")]
    [InlineData("Australia/Lord_Howe")]
    public void Two_years_of_instants_are_those_of_a_walk_over_every_minute(string zone)
    {
        var walk = new MinuteWalk(TimeZoneInfo.FindSystemTimeZoneById(zone), Begin, End);
        foreach (var expression in Expressions)
        {
            var schedule = Parse(expression, zone);

            var found = schedule.Upcoming(Begin, null).TakeWhile(instant => instant < End).ToList();

            Assert.Equal(walk.Find(expression).Where(instant => instant > Begin), found);
        }
    }

    [Theory]
    [InlineData("Europe/London", 1)]
    [InlineData("America/New_York", 2)]
    [InlineData("Australia/Lord_Howe", 3)]
    public void A_clock_that_jumps_by_an_hour_loses_and_repeats_no_instant(string zone, int seed)
    {
        var walk = new MinuteWalk(TimeZoneInfo.FindSystemTimeZoneById(zone), Begin, End);
        foreach (var expression in Expressions)
        {
            var due = walk.Find(expression).Where(instant => instant > Begin).ToList();

            // With 'all' every instant is dealt with once, whatever the clock did; with 'latest' each at most once, and the last one before a look always.
            var (fired, seen) = Simulate(Parse(expression, zone), CatchUp.All, new Random(seed));
            Assert.Equal(due.TakeWhile(instant => instant <= seen), fired);

            (fired, _) = Simulate(Parse(expression, zone), CatchUp.Latest, new Random(seed));
            Assert.Equal(fired.Distinct().Order(), fired);
            Assert.Subset(due.ToHashSet(), fired.ToHashSet());
        }
    }

    /// <summary>A scheduler that looks at random times, on a clock that now and then jumps an hour forward or back.</summary>
    /// <returns>What it fired, and the latest time that it saw.</returns>
    private static (List<DateTimeOffset> Fired, DateTimeOffset Seen) Simulate(ScheduleInterval schedule, CatchUp policy, Random random)
    {
        var time = new FakeTimeProvider(Begin);
        var fired = new List<DateTimeOffset>();
        var seen = Begin;
        var due = schedule.First(Begin, null);
        while (seen < End.AddDays(-1))
        {
            time.Advance(TimeSpan.FromMinutes(random.Next(1, 300)));
            if (random.Next(20) == 0)
            {
                time.AdjustTime(time.GetUtcNow().AddHours(random.Next(2) == 0 ? 1 : -1));
            }

            var now = time.GetUtcNow();
            seen = now > seen ? now : seen;
            while (due <= now)
            {
                var decided = schedule.Decide(due.Value, now, policy);
                Assert.True(decided.Next > now || policy == CatchUp.All, "What is due now is dealt with in one go.");
                fired.Add(decided.Instant);
                due = decided.Next;
            }
        }

        return (fired, seen);
    }

    private static ScheduleInterval Parse(string expression, string zone)
    {
        Assert.Null(ScheduleInterval.TryParse(new TriggerTiming(expression, zone, null), out var schedule));
        return schedule!;
    }

    /// <summary>
    /// Cron by brute force: looks at every minute whether the local time matches. Where clocks go back, the second passing counts for intervals only; where
    /// they go forward, all that is left out counts once, at the first minute after the gap.
    /// </summary>
    private sealed class MinuteWalk
    {
        private readonly List<(DateTimeOffset Instant, DateTime Local, bool IsSecondPassing, List<DateTime> LeftOut)> _minutes = [];

        public MinuteWalk(TimeZoneInfo zone, DateTimeOffset begin, DateTimeOffset end)
        {
            var before = TimeZoneInfo.ConvertTime(begin.AddMinutes(-1), zone);
            var newest = before.DateTime;
            for (var instant = begin; instant < end; instant = instant.AddMinutes(1))
            {
                var local = TimeZoneInfo.ConvertTime(instant, zone);
                var leftOut = new List<DateTime>();
                for (var missing = before.DateTime.AddMinutes(1); missing < local.DateTime; missing = missing.AddMinutes(1))
                {
                    leftOut.Add(missing);
                }

                _minutes.Add((instant, local.DateTime, local.DateTime <= newest, leftOut));
                newest = local.DateTime > newest ? local.DateTime : newest;
                before = local;
            }
        }

        public IEnumerable<DateTimeOffset> Find(string expression)
        {
            var fields = expression.Split(' ');
            var sets = new[] { (0, 59), (0, 23), (1, 31), (1, 12), (0, 6) }.Select((range, i) => Values(fields[i], range.Item1, range.Item2)).ToList();
            var isInterval = fields[..2].Any(field => field.AsSpan().ContainsAny("*-/"));
            return from minute in _minutes
                   where (Matches(minute.Local) && (isInterval || !minute.IsSecondPassing)) || minute.LeftOut.Any(Matches)
                   select minute.Instant;

            bool Matches(DateTime local) => sets[0].Contains(local.Minute) && sets[1].Contains(local.Hour) && sets[2].Contains(local.Day)
                && sets[3].Contains(local.Month) && sets[4].Contains((int)local.DayOfWeek);
        }

        private static HashSet<int> Values(string field, int least, int most) => [.. field.Split(',').SelectMany(part =>
        {
            var range = part.Split('/');
            var bounds = range[0] == "*" ? [least, most] : range[0].Split('-').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();
            var step = range.Length > 1 ? int.Parse(range[1], CultureInfo.InvariantCulture) : 1;
            return Enumerable.Range(bounds[0], bounds[^1] - bounds[0] + 1).Where(value => (value - bounds[0]) % step == 0);
        })];
    }
}
