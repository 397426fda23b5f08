using System.Globalization;
using Apache.Arrow.Types;

namespace Mlops.Sdk.Tables;

/// <summary>Dates and times as ISO 8601 with every digit that is stored.</summary>
internal static class TimeText
{
    private const long DaysInRange = 3_652_059;
    private static readonly long EpochDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <summary><c>2024-01-31</c>; outside of the years 1 to 9999 the number of days since 1970.</summary>
    public static string Date(long days) => days + EpochDay is >= 0 and < DaysInRange and var day
        ? DateOnly.FromDayNumber((int)day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{days} days since 1970-01-01");

    /// <summary><c>2024-01-31 23:59:59.5</c>, with <c>Z</c> behind an instant.</summary>
    public static string Timestamp(long value, TimestampType type, char separator)
    {
        var perSecond = PerSecond(type.Unit);
        var (seconds, fraction) = Floor(value, perSecond);
        var (days, secondOfDay) = Floor(seconds, 86_400);
        return $"{Date(days)}{separator}{Clock(secondOfDay, fraction, perSecond)}{(type.IsTimeZoneAware ? "Z" : "")}";
    }

    /// <summary><c>23:59:59.5</c>.</summary>
    public static string Time(long value, TimeUnit unit)
    {
        var (seconds, fraction) = Floor(value, PerSecond(unit));
        return Clock(seconds, fraction, PerSecond(unit));
    }

    /// <summary><c>26:03:04.5</c>: hours, minutes, seconds.</summary>
    public static string Duration(long value, TimeUnit unit) => value < 0 && value != long.MinValue ? "-" + Time(-value, unit) : Time(value, unit);

    private static string Clock(long seconds, long fraction, long perSecond)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:00}:{seconds / 60 % 60:00}:{seconds % 60:00}");
        return fraction == 0
            ? text
            : $"{text}.{(perSecond + fraction).ToString(CultureInfo.InvariantCulture).AsSpan(1).TrimEnd('0')}";
    }

    private static long PerSecond(TimeUnit unit) => unit switch
    {
        TimeUnit.Second => 1,
        TimeUnit.Millisecond => 1_000,
        TimeUnit.Microsecond => 1_000_000,
        _ => 1_000_000_000,
    };

    private static (long Quotient, long Remainder) Floor(long value, long divisor)
    {
        var (quotient, rest) = Math.DivRem(value, divisor);
        return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest);
    }
}
