using System.Globalization;

namespace Mlops.Core.Triggers;

/// <summary>
/// The times of the week in which a schedule may be due (<c>settings.windows</c>), such as <c>mon-fri 08:00-18:00; sat 09:00-12:00</c>: days, a time of
/// day, or both, in the zone of the schedule. The end of a window is no longer in it. One whose end is not after its beginning goes on to the next day.
/// </summary>
internal sealed class ScheduleWindows
{
    /// <summary>More are a mistake, or several triggers.</summary>
    private const int MaxWindows = 50;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    private static readonly string[] DayWords = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    /// <summary>When they are open, since the beginning of Sunday: in order, with closed time between them.</summary>
    private readonly List<(TimeSpan From, TimeSpan Until)> _open;

    private readonly TimeZoneInfo _zone;

    private ScheduleWindows(IEnumerable<(TimeSpan From, TimeSpan Until)> windows, TimeZoneInfo zone)
    {
        _open = Join(windows);
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
        var parts = text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is 0 or > MaxWindows)
        {
            return $"settings.windows has {parts.Length} windows; 1 to {MaxWindows} are wanted, such as mon-fri 08:00-18:00; sat,sun 09:00-24:00. Remove it for a schedule without any.";
        }

        var all = new List<(TimeSpan From, TimeSpan Until)>();
        foreach (var part in parts)
        {
            if (Read(part) is not { } window)
            {
                return $"settings.windows has '{part}', which is no window. Write days, a time of day or both, such as mon-fri 08:00-18:00; sat,sun 09:00-24:00.";
            }

            all.AddRange(window);
        }

        windows = new ScheduleWindows(all, zone);
        return null;
    }

    /// <summary>Whether an instant is in a window.</summary>
    public bool Contains(DateTimeOffset instant)
    {
        var time = TimeOfWeek(instant);
        return _open.Any(window => window.From <= time && time < window.Until);
    }

    /// <summary>
    /// An instant after one that is in no window, such that none is open between them: when the next one opens, or when clocks are changed before that.
    /// </summary>
    public DateTimeOffset Opening(DateTimeOffset instant)
    {
        var time = TimeOfWeek(instant);
        var from = _open.Select(window => window.From).FirstOrDefault(from => from > time, _open[0].From + Week);
        var opening = instant + (from - time);
        return _zone.GetUtcOffset(opening) == _zone.GetUtcOffset(instant) ? opening : Turn(instant, opening);
    }

    /// <summary>
    /// The last instant before one that is in no window, such that none is open between them: right before the last one closed, or before clocks were
    /// changed after that.
    /// </summary>
    public DateTimeOffset Closing(DateTimeOffset instant)
    {
        var time = TimeOfWeek(instant);
        var until = _open.Select(window => window.Until).LastOrDefault(until => until <= time, _open[^1].Until - Week);
        var closing = instant - (time - until);
        return (_zone.GetUtcOffset(closing) == _zone.GetUtcOffset(instant) ? closing : Turn(closing, instant)).AddTicks(-1);
    }

    /// <summary>When clocks are changed between two instants with different offsets.</summary>
    private DateTimeOffset Turn(DateTimeOffset low, DateTimeOffset high)
    {
        var offset = _zone.GetUtcOffset(low);
        while (high - low > TimeSpan.FromTicks(1))
        {
            var middle = low + ((high - low) / 2);
            (low, high) = _zone.GetUtcOffset(middle) == offset ? (middle, high) : (low, middle);
        }

        return high;
    }

    /// <summary>Since the beginning of the local Sunday.</summary>
    private TimeSpan TimeOfWeek(DateTimeOffset instant)
    {
        var local = instant.UtcDateTime + _zone.GetUtcOffset(instant);
        return (Day * (int)local.DayOfWeek) + local.TimeOfDay;
    }

    /// <summary>Windows that overlap or touch are one, and what goes on beyond Saturday begins the week.</summary>
    private static List<(TimeSpan From, TimeSpan Until)> Join(IEnumerable<(TimeSpan From, TimeSpan Until)> windows)
    {
        var joined = new List<(TimeSpan From, TimeSpan Until)>();
        foreach (var (from, until) in windows
            .SelectMany(window => window.Until <= Week ? [window] : new[] { (window.From, Week), (TimeSpan.Zero, window.Until - Week) })
            .Order())
        {
            if (joined is [.., var last] && from <= last.Until)
            {
                joined[^1] = (last.From, until > last.Until ? until : last.Until);
            }
            else
            {
                joined.Add((from, until));
            }
        }

        return joined;
    }

    /// <summary>The window on each of its days; null where it is none.</summary>
    private static IEnumerable<(TimeSpan From, TimeSpan Until)>? Read(string part)
    {
        var words = part.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var times = Times(words[^1]);
        var days = words.Length == 1 && times is not null ? [.. DayWords.Select(_ => true)] : Days(words[0]);
        if (words.Length > 2 || days is null || (words.Length == 2 && times is null))
        {
            return null;
        }

        var (from, until) = times ?? (TimeSpan.Zero, Day);
        return Enumerable.Range(0, days.Length).Where(day => days[day]).Select(day => ((Day * day) + from, (Day * day) + until));
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
}
