using Cronos;
using Mlops.Core.Runs;

namespace Mlops.Core.Triggers;

/// <summary>
/// When a trigger is due: Mage's words or a cron expression of five fields, in UTC or an IANA time zone. Where clocks are put forward, a fixed time
/// that is skipped is due once, right after the gap; where they are put back, a fixed time is due once and an interval (<c>*/5 * * * *</c>) at every
/// tick (these are the rules of Cronos and of Vixie cron).
/// </summary>
internal sealed class ScheduleInterval
{
    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["@hourly"] = "0 * * * *",
        ["@daily"] = "0 0 * * *",
        ["@weekly"] = "0 0 * * 1", // Mage's week begins on Monday.
        ["@monthly"] = "0 0 1 * *",
    };

    /// <summary>More than any clock is put forward.</summary>
    private static readonly TimeSpan Surroundings = TimeSpan.FromHours(3);

    private readonly CronExpression? _cron;
    private readonly TimeZoneInfo _zone;
    private readonly DateTimeOffset? _start;

    private ScheduleInterval(CronExpression? cron, TimeZoneInfo zone, DateTimeOffset? start)
    {
        _cron = cron;
        _zone = zone;
        _start = start;
    }

    /// <summary>Reads an interval.</summary>
    /// <param name="interval"><c>@once</c>, <c>@hourly</c>, <c>@daily</c>, <c>@weekly</c>, <c>@monthly</c> or five fields of cron.</param>
    /// <param name="timeZone">IANA name; null for UTC.</param>
    /// <param name="start">Nothing is due before; null for no such limit.</param>
    /// <param name="schedule">The interval; null where it cannot be read.</param>
    /// <returns>Null, or why it cannot be read.</returns>
    public static string? TryParse(string? interval, string? timeZone, DateTimeOffset? start, out ScheduleInterval? schedule)
    {
        schedule = null;
        var zone = TimeZoneInfo.Utc;
        if (timeZone is not null && !(timeZone == "UTC" || TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out zone!)))
        {
            return $"The time zone '{timeZone}' is not known. Write an IANA name such as Europe/London, or remove settings.time_zone for UTC.";
        }

        if (interval == "@once")
        {
            schedule = new ScheduleInterval(null, zone, start);
            return null;
        }

        if (interval == "@always_on")
        {
            return "Triggers that are always on are listed but not run yet. Use @hourly or a cron expression.";
        }

        var expression = interval is null ? "" : Words.GetValueOrDefault(interval, interval).Trim();
        if (expression.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length != 5)
        {
            return $"The interval '{interval}' is not known. Write @once, @hourly, @daily, @weekly, @monthly or the five fields of cron: "
                + "minute, hour, day of month, month, day of week.";
        }

        try
        {
            schedule = new ScheduleInterval(CronExpression.Parse(expression, CronFormat.Standard), zone, start);
            return null;
        }
        catch (Exception exception) when (exception is CronFormatException or MissingSeedException)
        {
            return $"The interval '{interval}' cannot be read: {exception.Message} Its fields are minute, hour, day of month, month, day of week.";
        }
    }

    /// <summary>When a trigger that was read now is due first; null for never.</summary>
    /// <param name="now">The time.</param>
    /// <param name="lastRunAt">The last instant for which it fired; null for none. What was due up to it is done, also if clocks went back since.</param>
    public DateTimeOffset? First(DateTimeOffset now, DateTimeOffset? lastRunAt)
    {
        if (_cron is null)
        {
            return lastRunAt is null ? _start ?? now : null;
        }

        var after = lastRunAt is { } last && last > now ? last : now;
        return _start is { } start && start > after ? Next(start, inclusive: true) : Next(after, inclusive: false);
    }

    /// <summary>The latest instant that is due at <paramref name="now"/>: after downtime those between it and <paramref name="due"/> are left out.</summary>
    /// <param name="due">An instant that is due.</param>
    /// <param name="now">The time; not before <paramref name="due"/>.</param>
    public DateTimeOffset Latest(DateTimeOffset due, DateTimeOffset now)
    {
        // Looking back alone would do but for the gap where clocks are put forward: there Cronos gives 00:59:59 looking back and 01:00:00 looking
        // ahead, which would be two instants. So looking back only says from where to look ahead.
        var back = Previous(now, inclusive: true) is { } last ? Previous(last, inclusive: false) - Surroundings : null;
        var latest = due;
        for (var next = back > due ? Next(back.Value, inclusive: true) : After(due); next <= now; next = After(latest))
        {
            latest = next.Value;
        }

        return latest;
    }

    /// <summary>The instant after one that was due; null for none.</summary>
    public DateTimeOffset? After(DateTimeOffset instant) => _cron is null ? null : Next(instant, inclusive: false);

    /// <summary>The time that the run of an instant is to handle: up to the next instant; null for a schedule that is due once.</summary>
    public RunInterval? IntervalAt(DateTimeOffset instant) =>
        _cron is null ? null : new RunInterval(instant, After(instant), Previous(instant, inclusive: false));

    private DateTimeOffset? Previous(DateTimeOffset from, bool inclusive) => _cron?.GetPreviousOccurrence(from, _zone, inclusive)?.ToUniversalTime();

    private DateTimeOffset? Next(DateTimeOffset from, bool inclusive) => _cron!.GetNextOccurrence(from, _zone, inclusive)?.ToUniversalTime();
}
