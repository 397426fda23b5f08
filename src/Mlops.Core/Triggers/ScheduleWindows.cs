using System.Globalization;
using Mlops.Core.Triggers.Backfills;

namespace Mlops.Core.Triggers;

/// <summary>
/// The times of the week in which a schedule may be due (<c>settings.windows</c>), such as <c>mon-fri 08:00-18:00; sat 09:00-12:00</c>: days, a time of
/// day, or both, in the zone of the schedule. The end of a window is no longer in it. One whose end is not after its beginning goes on to the next day.
/// </summary>
internal sealed class ScheduleWindows
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static readonly string[] DayWords = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private readonly IReadOnlyList<Window> _windows;
    private readonly TimeZoneInfo _zone;

    private ScheduleWindows(IReadOnlyList<Window> windows, TimeZoneInfo zone)
    {
        _windows = windows;
        _zone = zone;
    }

    /// <summary>Reads the setting.</summary>
    /// <param name="text">The windows, separated by semicolons.</param>
    /// <param name="zone">The zone of the schedule.</param>
    /// <param name="windows">The windows; null where the text cannot be read.</param>
    /// <returns>Null, or why it cannot be read.</returns>
    public static string? TryParse(string text, TimeZoneInfo zone, out ScheduleWindows? windows)
    {
        windows = null;
        var all = new List<Window>();
        foreach (var part in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Read(part) is not { } window)
            {
                return $"settings.windows has '{part}', which is no window. Write days, a time of day or both, such as mon-fri 08:00-18:00; sat,sun 09:00-24:00.";
            }

            all.Add(window);
        }

        windows = all.Count == 0 ? null : new ScheduleWindows(all, zone);
        return windows is null ? "settings.windows is empty. Write a window such as mon-fri 08:00-18:00, or remove it." : null;
    }

    /// <summary>Whether an instant is in a window.</summary>
    public bool Contains(DateTimeOffset instant)
    {
        var local = Local(instant);
        return _windows.Any(window => window.Contains(local));
    }

    /// <summary>An instant after one that is in no window, such that none is open between them: mostly when the next one opens.</summary>
    public DateTimeOffset Opening(DateTimeOffset instant)
    {
        var local = Local(instant);
        return Edges(local.Date, 0, 8, window => window.From).Concat(Turn(local)).Where(edge => edge > instant).Min();
    }

    /// <summary>The last instant before one that is in no window, such that none is open between them: mostly right before the last one closed.</summary>
    public DateTimeOffset Closing(DateTimeOffset instant)
    {
        var local = Local(instant);
        return Edges(local.Date, -9, 0, window => window.Until).Concat(Turn(local)).Where(edge => edge <= instant).Max().AddTicks(-1);
    }

    /// <summary>Where windows that begin on the days around a date open or close.</summary>
    private IEnumerable<DateTimeOffset> Edges(DateTime date, int first, int last, Func<Window, TimeSpan> time) =>
        from offset in Enumerable.Range(first, last - first + 1)
        let day = date.AddDays(offset)
        from window in _windows
        where window.IsOn(day.DayOfWeek)
        from edge in Instants(day + time(window))
        select edge;

    /// <summary>When it is so late: twice where clocks are put back over it.</summary>
    private DateTimeOffset[] Instants(DateTime local) => _zone.IsAmbiguousTime(local)
        ? [.. _zone.GetAmbiguousTimeOffsets(local).Select(offset => new DateTimeOffset(local, offset).ToUniversalTime())]
        : [ZoneTimes.ToInstant(_zone, local)];

    /// <summary>When clocks are put back over a local time, by which windows open and close too; none where they are not.</summary>
    private IEnumerable<DateTimeOffset> Turn(DateTime local)
    {
        if (!_zone.IsAmbiguousTime(local))
        {
            yield break;
        }

        var instants = Instants(local);
        var (low, high) = (instants.Min(), instants.Max());
        var offset = _zone.GetUtcOffset(low);
        while (high - low > TimeSpan.FromTicks(1))
        {
            var middle = low + ((high - low) / 2);
            (low, high) = _zone.GetUtcOffset(middle) == offset ? (middle, high) : (low, middle);
        }

        yield return high;
    }

    private DateTime Local(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, _zone).DateTime;

    private static Window? Read(string part)
    {
        var words = part.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var times = Times(words[^1]);
        var days = words.Length == 1 && times is not null ? [.. DayWords.Select(_ => true)] : Days(words[0]);
        return words.Length > 2 || days is null || (words.Length == 2 && times is null)
            ? null
            : new Window(days, times?.From ?? TimeSpan.Zero, times?.Until ?? Day);
    }

    /// <summary>Days such as <c>mon-fri</c> or <c>sat,sun</c>, from Sunday on; null where they are none.</summary>
    private static bool[]? Days(string text)
    {
        var days = new bool[DayWords.Length];
        foreach (var range in text.ToLowerInvariant().Split(','))
        {
            var ends = range.Split('-').Select(word => Array.IndexOf(DayWords, word)).ToList();
            if (ends.Count > 2 || ends.Contains(-1))
            {
                return null;
            }

            for (var day = ends[0]; ; day = (day + 1) % days.Length)
            {
                days[day] = true;
                if (day == ends[^1])
                {
                    break;
                }
            }
        }

        return days;
    }

    /// <summary>A time of day such as <c>22:00-06:00</c>, the end on the next day where it is not later; null where it is none.</summary>
    private static (TimeSpan From, TimeSpan Until)? Times(string text)
    {
        if (text.Split('-') is not [var first, var last] || Time(first) is not { } from || Time(last) is not { } until || from == Day)
        {
            return null;
        }

        return (from, until > from ? until : until + Day);
    }

    private static TimeSpan? Time(string text) => text == "24:00" ? Day
        : TimeOnly.TryParseExact(text, ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time.ToTimeSpan()
        : null;

    /// <summary>A window of some days.</summary>
    /// <param name="Days">Whether it begins on a day, from Sunday on.</param>
    /// <param name="From">Since the beginning of the day.</param>
    /// <param name="Until">Since the beginning of the day; more than a day where it goes on to the next one.</param>
    private sealed record Window(bool[] Days, TimeSpan From, TimeSpan Until)
    {
        public bool IsOn(DayOfWeek day) => Days[(int)day];

        public bool Contains(DateTime local) =>
            (IsOn(local.DayOfWeek) && local.TimeOfDay >= From && local.TimeOfDay < Until)
            || (IsOn(local.AddDays(-1).DayOfWeek) && local.TimeOfDay + Day < Until);
    }
}
