using Mlops.Core.Runs;

namespace Mlops.Core.Triggers.Backfills;

/// <summary>
/// The instants of a backfill: every so many units from its start on, before its end. Seconds, minutes and hours are time that passes; days and longer keep the
/// time of day in the zone. Where clocks are put forward over it, the instant is right after the gap; where they are put back, it is the first of the two.
/// </summary>
internal sealed class BackfillIntervals
{
    private readonly DateTimeOffset _start;
    private readonly DateTimeOffset _end;
    private readonly BackfillUnit _unit;
    private readonly int _units;
    private readonly TimeZoneInfo _zone;
    private readonly DateTime _localStart;

    /// <summary>The instants of a span of time, whose values were checked (<see cref="BackfillCheck"/>).</summary>
    public BackfillIntervals(DateTimeOffset start, DateTimeOffset end, BackfillUnit unit, int units, TimeZoneInfo zone)
    {
        (_start, _end, _unit, _units, _zone) = (start, end, unit, units, zone);
        _localStart = TimeZoneInfo.ConvertTime(start, zone).DateTime;
    }

    /// <summary>How many there are. Calendar units are counted one by one: the years that are allowed hold a hundred thousand days.</summary>
    public long Count() => _unit <= BackfillUnit.Hour
        ? (long)Math.Ceiling((_end - _start) / Step)
        : From(_start).LongCount();

    /// <summary>The last instant before the end.</summary>
    public DateTimeOffset Last() => At(IndexAtOrAfter(_end) - 1);

    /// <summary>The instants from a time on, before the end; each later than the one before.</summary>
    public IEnumerable<DateTimeOffset> From(DateTimeOffset time) => FromIndex(IndexAtOrAfter(time > _start ? time : _start));

    /// <summary>The instants from the one of a number on, before the end.</summary>
    /// <param name="index">From 0; beyond the end there are none.</param>
    public IEnumerable<DateTimeOffset> FromIndex(long index)
    {
        // Where a zone left a whole day out, two days have the same instant, which counts once.
        for (; IsInReach(index) && At(index) is var instant && instant < _end; index++)
        {
            if (index == 0 || At(index - 1) < instant)
            {
                yield return instant;
            }
        }
    }

    /// <summary>The time that the run of an instant is to handle.</summary>
    public RunInterval IntervalAt(DateTimeOffset instant)
    {
        var index = IndexAtOrAfter(instant);
        var next = index + 1;
        while (IsInReach(next) && At(next) <= instant)
        {
            next++;
        }

        return new RunInterval(instant, IsInReach(next) ? At(next) : null, IsInReach(index - 1) ? At(index - 1) : null);
    }

    private TimeSpan Step => TimeSpan.FromSeconds(_unit switch
    {
        BackfillUnit.Second => 1,
        BackfillUnit.Minute => 60,
        _ => 3600,
    }) * _units;

    /// <summary>The number of the first instant that is not before a time.</summary>
    private long IndexAtOrAfter(DateTimeOffset time)
    {
        if (_unit <= BackfillUnit.Hour)
        {
            return Math.Max(0, (long)Math.Ceiling((time - _start) / Step));
        }

        var low = 0L;
        var high = 1L;
        while (IsInReach(high) && At(high) < time)
        {
            (low, high) = (high, high * 2);
        }

        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = IsInReach(middle) && At(middle) < time ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>Whether the calendar surely has such a number, seen from any year that is allowed; backwards it has fewer years.</summary>
    private bool IsInReach(long index)
    {
        var reach = _unit switch
        {
            BackfillUnit.Second => 240_000_000_000,
            BackfillUnit.Minute => 4_000_000_000,
            BackfillUnit.Hour => 67_000_000,
            BackfillUnit.Day => 2_800_000,
            BackfillUnit.Week => 400_000,
            BackfillUnit.Month => 90_000,
            _ => 7_500L,
        };
        return index <= reach / _units && index >= -reach / 5 / _units;
    }

    private DateTimeOffset At(long index)
    {
        if (index == 0)
        {
            return _start;
        }

        var count = index * _units;
        return _unit switch
        {
            <= BackfillUnit.Hour => _start + (Step * index),
            BackfillUnit.Day => ZoneTimes.ToInstant(_zone, _localStart.AddDays(count)),
            BackfillUnit.Week => ZoneTimes.ToInstant(_zone, _localStart.AddDays(7 * count)),
            BackfillUnit.Month => ZoneTimes.ToInstant(_zone, _localStart.AddMonths((int)count)),
            _ => ZoneTimes.ToInstant(_zone, _localStart.AddYears((int)count)),
        };
    }
}
