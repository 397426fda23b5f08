using Mlops.Core.Triggers.Types;

namespace Mlops.Core.Triggers;

/// <summary>
/// Tells on which days triggers will be due. Of a trigger at most <see cref="MostPerDay"/> instants a day are counted, and of all triggers together at most
/// <see cref="MostInAll"/>; after that, only whether there is one at all.
/// </summary>
public sealed class TriggerCalendar
{
    /// <summary>Enough for a trigger that is due every minute.</summary>
    internal const int MostPerDay = 1440;

    internal const int MostInAll = 500_000;

    private const int MostFirst = 5;

    private readonly TriggerTypes _types;
    private readonly TimeProvider _timeProvider;

    internal TriggerCalendar(TriggerTypes types, TimeProvider timeProvider)
    {
        _types = types;
        _timeProvider = timeProvider;
    }

    /// <summary>What is due from now on, by day and first instant; nothing for triggers that do not fire.</summary>
    /// <param name="triggers">The triggers as they are now.</param>
    /// <param name="from">The first day, of UTC.</param>
    /// <param name="until">The day after the last one.</param>
    public IReadOnlyList<TriggerDue> ListDue(IEnumerable<Trigger> triggers, DateOnly from, DateOnly until)
    {
        var now = _timeProvider.GetUtcNow();
        var left = MostInAll;
        var due = new List<TriggerDue>();
        foreach (var trigger in triggers.Where(trigger => trigger is { IsActive: true, Problem: null }))
        {
            if (_types.ReadSchedule(trigger.ScheduleType, new TriggerTiming(trigger.ScheduleInterval, trigger.TimeZone, trigger.StartTime) { Windows = trigger.Windows }) is not { } schedule)
            {
                continue;
            }

            var first = DateOnly.FromDateTime(now.UtcDateTime);
            for (var day = from > first ? from : first; day < until; day = day.AddDays(1))
            {
                if (Count(trigger, schedule, now, day, left) is { } found)
                {
                    due.Add(found);
                    left -= (int)found.Count;
                }
            }
        }

        return [.. due.OrderBy(one => one.Day).ThenBy(one => one.First is [var first, ..] ? first : DateTimeOffset.MinValue).ThenBy(one => one.Trigger.Name, StringComparer.Ordinal)];
    }

    private static TriggerDue? Count(Trigger trigger, ScheduleInterval schedule, DateTimeOffset now, DateOnly day, int left)
    {
        var begin = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
        var end = begin.AddDays(1);
        if (schedule.IsAlwaysOn)
        {
            return trigger.StartTime >= end ? null : new TriggerDue(trigger, day, 0, false, []) { IsContinuous = true };
        }

        var most = Math.Clamp(left, 1, MostPerDay);
        var count = 0;
        var first = new List<DateTimeOffset>();
        foreach (var instant in schedule.Within(begin > now ? begin : now, end, trigger.LandsAt ?? trigger.NextRunAt))
        {
            if (count == most)
            {
                return new TriggerDue(trigger, day, count, true, first);
            }

            count++;
            if (first.Count < MostFirst)
            {
                first.Add(instant);
            }
        }

        return count == 0 ? null : new TriggerDue(trigger, day, count, false, first);
    }
}
