using Cronos;
using Mlops.Core.Runs;

namespace Mlops.Core.Triggers;

/// <summary>
/// When a trigger is due: Mage's words or a cron expression of five fields, or six with seconds first, in UTC or an IANA time zone. Where clocks are put
/// forward, what is skipped is due once, right after the gap; where they are put back, a fixed time is due once and an interval (<c>*/5 * * * *</c>) at
/// every tick (these are the rules of Cronos, and for fixed times those of Vixie cron).
/// </summary>
internal sealed class ScheduleInterval
{
    /// <summary>How late an instant may be and still not be missed: longer than the longest sleep of the scheduler.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    /// <summary>From the start of an always-on run to the next one at least, so that one that fails at once does not fill the database.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);

    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["@hourly"] = "0 * * * *",
        ["@daily"] = "0 0 * * *",
        ["@weekly"] = "0 0 * * 1", // Mage's week begins on Monday.
        ["@monthly"] = "0 0 1 * *",
    };

    /// <summary>More than any clock is put forward.</summary>
    private static readonly TimeSpan Surroundings = TimeSpan.FromHours(3);

    /// <summary>Instants outside of its windows after which a schedule is due no more: 27 years of days, and all that a calendar has of rarer ones.</summary>
    private const int MostOutside = 10_000;

    private const int FirstYear = 1970;
    private const int LastYear = 9000;

    private readonly CronExpression? _cron;
    private readonly TimeZoneInfo _zone;
    private readonly ScheduleWindows? _windows;
    private readonly DateTimeOffset? _start;

    private ScheduleInterval(CronExpression? cron, TimeZoneInfo zone, ScheduleWindows? windows, TriggerTiming timing)
    {
        _cron = cron;
        _zone = zone;
        _windows = windows;
        _start = timing.StartTime;
        IsAlwaysOn = timing.Interval == AlwaysOn;
    }

    /// <summary>The word of a trigger that starts a run when its last one is over.</summary>
    public const string AlwaysOn = "@always_on";

    /// <summary>Whether the next run waits for the end of the last one.</summary>
    public bool IsAlwaysOn { get; }

    /// <summary>Reads an interval.</summary>
    /// <param name="timing">What the trigger says.</param>
    /// <param name="schedule">The interval; null where it cannot be read.</param>
    /// <returns>Null, or why it cannot be read.</returns>
    public static string? TryParse(TriggerTiming timing, out ScheduleInterval? schedule)
    {
        schedule = null;
        var zone = TimeZoneInfo.Utc;
        if (timing.TimeZone is { } name && !(name == "UTC" || TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone!)))
        {
            return $"The time zone '{name}' is not known. Write an IANA name such as Europe/London, or remove settings.time_zone for UTC.";
        }

        if (timing.StartTime is { UtcDateTime.Year: < FirstYear or > LastYear } start)
        {
            return $"The start time {start.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC is beyond the years {FirstYear} to {LastYear}. Correct start_time, or remove it.";
        }

        ScheduleWindows? windows = null;
        if (timing.Windows is { } text && ScheduleWindows.TryParse(text, zone, out windows) is { } wrong)
        {
            return wrong;
        }

        CronExpression? cron = null;
        if (timing.Interval is not ("@once" or AlwaysOn) && TryParse(timing.Interval, out cron) is { } problem)
        {
            return problem;
        }

        schedule = new ScheduleInterval(cron, zone, windows, timing);
        return cron is null ? null : schedule.WhyNever(timing);
    }

    /// <summary>When a trigger that was read now is due first; null for never.</summary>
    /// <param name="now">The time.</param>
    /// <param name="lastRunAt">The last instant for which it fired; null for none. What was due up to it is done, also if clocks went back since.</param>
    /// <param name="startsWithCurrent">Whether the instant before <paramref name="now"/> counts, unless it had its run.</param>
    public DateTimeOffset? First(DateTimeOffset now, DateTimeOffset? lastRunAt, bool startsWithCurrent = false)
    {
        var after = lastRunAt is { } last && last > now ? last : now;
        if (_cron is null)
        {
            return IsAlwaysOn ? Open(_start > after ? _start.Value : after) : lastRunAt is null ? Open(_start ?? now) : null;
        }

        if (_start is { } start && start > after)
        {
            return Next(start, inclusive: true);
        }

        return startsWithCurrent && Current(now) is { } current && !(current <= lastRunAt) && !(current < _start) ? current : Next(after, inclusive: false);
    }

    /// <summary>What is to be done at <paramref name="now"/>.</summary>
    /// <param name="due">An instant that is due.</param>
    /// <param name="now">The time; not before <paramref name="due"/>.</param>
    /// <param name="policy">What becomes of instants that were missed.</param>
    public DueInstant Decide(DateTimeOffset due, DateTimeOffset now, CatchUp policy)
    {
        if (_cron is null)
        {
            return IsAlwaysOn && Open(now) is var open && open > now ? new DueInstant(due, false, open) : new DueInstant(due, true, null);
        }

        var instant = policy == CatchUp.All ? due : Latest(due, now);
        return new DueInstant(instant, policy != CatchUp.None || now - instant <= Tolerance, After(instant));
    }

    /// <summary>The latest instant that is due at <paramref name="now"/>: after downtime those between it and <paramref name="due"/> are left out.</summary>
    /// <param name="due">An instant that is due.</param>
    /// <param name="now">The time; not before <paramref name="due"/>.</param>
    public DateTimeOffset Latest(DateTimeOffset due, DateTimeOffset now)
    {
        var next = After(due);
        if (!(next <= now))
        {
            return due;
        }

        // Looking back alone would do but for the gap where clocks are put forward: there Cronos gives 00:59:59 looking back and 01:00:00 looking
        // ahead, which would be two instants. So looking back only says from where to look ahead.
        var latest = due;
        for (next = Before(now) is { } back && back > due ? Next(back, inclusive: true) : next; next <= now; next = After(latest))
        {
            latest = next.Value;
        }

        return latest;
    }

    /// <summary>The instant after one that was due; null for none.</summary>
    public DateTimeOffset? After(DateTimeOffset instant) => _cron is null ? null : Next(instant, inclusive: false);

    /// <summary>The time that the run of an instant is to handle: up to the next instant; null for a schedule that is due once.</summary>
    public RunInterval? IntervalAt(DateTimeOffset instant) =>
        _cron is null ? null : new RunInterval(instant, After(instant), Current(instant.AddTicks(-1)));

    /// <summary>When an always-on trigger is due again.</summary>
    /// <param name="lastRunAt">The instant of its last run.</param>
    /// <param name="completedAt">When that was over.</param>
    public DateTimeOffset Again(DateTimeOffset lastRunAt, DateTimeOffset completedAt) =>
        Open(lastRunAt + LeastPause > completedAt ? lastRunAt + LeastPause : completedAt);

    /// <summary>The next instants, the first one first; fewer where there are no more.</summary>
    /// <inheritdoc cref="First"/>
    public IEnumerable<DateTimeOffset> Upcoming(DateTimeOffset now, DateTimeOffset? lastRunAt, bool startsWithCurrent = false)
    {
        for (var next = First(now, lastRunAt, startsWithCurrent); next is { } instant; next = After(instant))
        {
            yield return instant;
        }
    }

    /// <summary>The instants of some time, in order; what is due once is due at <paramref name="next"/>.</summary>
    /// <param name="from">The first instant that counts.</param>
    /// <param name="until">The first one that no longer counts.</param>
    /// <param name="next">What the trigger waits for; null where it waits for nothing.</param>
    public IEnumerable<DateTimeOffset> Within(DateTimeOffset from, DateTimeOffset until, DateTimeOffset? next)
    {
        var first = _cron is null ? next : Next(_start > from ? _start.Value : from, inclusive: true);
        for (var instant = first; instant >= from && instant < until; instant = After(instant.Value))
        {
            yield return instant.Value;
        }
    }

    /// <summary>The last instant up to <paramref name="now"/>; null for none.</summary>
    private DateTimeOffset? Current(DateTimeOffset now) =>
        Before(now) is { } back && Next(back, inclusive: true) is { } due && due <= now ? Latest(due, now) : null;

    /// <summary>Some time from which looking ahead finds all instants around <paramref name="now"/>.</summary>
    private DateTimeOffset? Before(DateTimeOffset now) =>
        Previous(now, inclusive: true) is { } last ? (Previous(last, inclusive: false) ?? last) - Surroundings : null;

    private static string? TryParse(string? interval, out CronExpression? cron)
    {
        cron = null;
        var expression = interval is null ? "" : Words.GetValueOrDefault(interval, interval).Trim();
        var fields = expression.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        if (fields is not (5 or 6))
        {
            return $"The interval '{interval}' is not known. Write @once, @hourly, @daily, @weekly, @monthly, @always_on or the five fields of cron: "
                + "minute, hour, day of month, month, day of week; with six, seconds come first.";
        }

        try
        {
            cron = CronExpression.Parse(expression, fields == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);
            return null;
        }
        catch (Exception exception) when (exception is CronFormatException or MissingSeedException)
        {
            return $"The interval '{interval}' cannot be read: {exception.Message} Its fields are {(fields == 6 ? "second, " : "")}minute, hour, day of month, month, day of week.";
        }
    }

    /// <summary>Why it is never due, in words; null where it is.</summary>
    private string? WhyNever(TriggerTiming timing) =>
        NextTick(DateTimeOffset.UnixEpoch, inclusive: true) is null
            ? $"The interval '{timing.Interval}' is never due: no year has such a day. Its fields are minute, hour, day of month, month, day of week."
        : Next(DateTimeOffset.UnixEpoch, inclusive: true) is null
            ? $"The interval '{timing.Interval}' is never due within settings.windows: {timing.Windows}. Change one of them."
        : null;

    /// <summary>The instant itself where it is in a window, else when the next one opens.</summary>
    private DateTimeOffset Open(DateTimeOffset instant)
    {
        while (_windows?.Contains(instant) == false)
        {
            instant = _windows.Opening(instant);
        }

        return instant;
    }

    private DateTimeOffset? Previous(DateTimeOffset from, bool inclusive)
    {
        var tick = PreviousTick(from, inclusive);
        for (var count = 0; tick is { } outside && _windows?.Contains(outside) == false; count++)
        {
            tick = count < MostOutside ? PreviousTick(_windows.Closing(outside), inclusive: true) : null;
        }

        return tick;
    }

    private DateTimeOffset? Next(DateTimeOffset from, bool inclusive)
    {
        var tick = NextTick(from, inclusive);
        for (var count = 0; tick is { } outside && _windows?.Contains(outside) == false; count++)
        {
            // From right before the opening, since what clocks were put forward over is due right at their turn, and found from before it alone.
            tick = count < MostOutside ? NextTick(_windows.Opening(outside).AddTicks(-1), inclusive: false) : null;
        }

        return tick;
    }

    private DateTimeOffset? PreviousTick(DateTimeOffset from, bool inclusive) => _cron?.GetPreviousOccurrence(from, _zone, inclusive)?.ToUniversalTime();

    private DateTimeOffset? NextTick(DateTimeOffset from, bool inclusive)
    {
        var next = _cron!.GetNextOccurrence(from, _zone, inclusive)?.ToUniversalTime();

        // Where a zone left a whole day out, Cronos finds the same instant again.
        return !inclusive && next <= from ? _cron.GetNextOccurrence(from.AddDays(1), _zone, inclusive: true)?.ToUniversalTime() : next;
    }
}
