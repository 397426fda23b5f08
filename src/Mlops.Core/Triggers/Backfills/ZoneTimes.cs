using System.Globalization;

namespace Mlops.Core.Triggers.Backfills;

/// <summary>Local times of zones, and times as people write them.</summary>
internal static class ZoneTimes
{
    /// <summary>
    /// Reads an ISO 8601 time such as <c>2026-01-01</c>, <c>2026-01-01 06:30</c> or <c>2026-01-01T06:30:00+02:00</c>; one without an offset is local in
    /// <paramref name="zone"/>.
    /// </summary>
    /// <returns>Null where it is none.</returns>
    public static DateTimeOffset? Parse(string? text, TimeZoneInfo zone)
    {
        // The parser alone would take much else, such as 01/02/2026, which is one day here and another one there.
        if (text is null || text.Length < 10 || !DateOnly.TryParseExact(text[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            || !DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time))
        {
            return null;
        }

        return time.Kind == DateTimeKind.Unspecified ? ToInstant(zone, time) : new DateTimeOffset(time.ToUniversalTime());
    }

    /// <summary>The instant of a local time: right after the gap where clocks were put forward over it, the first one where it came twice.</summary>
    public static DateTimeOffset ToInstant(TimeZoneInfo zone, DateTime local)
    {
        if (zone.IsInvalidTime(local))
        {
            return AfterGap(zone, local);
        }

        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    /// <summary>The moment at which the clocks were put forward.</summary>
    private static DateTimeOffset AfterGap(TimeZoneInfo zone, DateTime local)
    {
        // Found between two times around it: a gap is less than two days wide, and clocks are not put forward twice in them.
        var before = local.AddDays(-2);
        var low = new DateTimeOffset(before, zone.GetUtcOffset(before)).UtcDateTime;
        var high = low.AddDays(4);
        var offset = zone.GetUtcOffset(low);
        while (high - low > TimeSpan.FromTicks(1))
        {
            var middle = low + ((high - low) / 2);
            (low, high) = zone.GetUtcOffset(middle) == offset ? (middle, high) : (low, middle);
        }

        return new DateTimeOffset(high, TimeSpan.Zero);
    }
}
