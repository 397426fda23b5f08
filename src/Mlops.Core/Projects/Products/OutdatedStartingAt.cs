using System.Globalization;

namespace Mlops.Core.Projects.Products;

/// <summary>From when on within a minute, hour, day, week, month or year something may be outdated, UTC: every part that is given must be reached.</summary>
/// <param name="Parts">Numbers by the words of <see cref="Words"/>.</param>
public sealed record OutdatedStartingAt(IReadOnlyDictionary<string, int> Parts)
{
    private const string Second = "second_of_minute";
    private const string Minute = "minute_of_hour";
    private const string Hour = "hour_of_day";

    /// <summary>Within it every day of the week is the last one of a leap year once; what is not reached by then never is.</summary>
    private const int MostDays = 40 * 366;

    private static readonly DateTime LastDay = new(9999, 12, 31);

    private static readonly Dictionary<string, Func<DateTime, int>> Now = new(StringComparer.Ordinal)
    {
        [Second] = now => now.Second,
        [Minute] = now => now.Minute,
        [Hour] = now => now.Hour,
        ["day_of_week"] = now => (int)now.DayOfWeek,
        ["day_of_month"] = now => now.Day,
        ["day_of_year"] = now => now.DayOfYear,
        ["week_of_month"] = now => ((now.Day - 1) / 7) + 1,
        ["week_of_year"] = now => ISOWeek.GetWeekOfYear(now),
        ["month_of_year"] = now => now.Month,
    };

    /// <summary>The parts that there are; Sunday is day 0 of a week.</summary>
    public static IReadOnlyCollection<string> Words => Now.Keys;

    /// <summary>Whether every part is reached.</summary>
    public bool IsReached(DateTimeOffset now) => Parts.All(part => Now[part.Key](now.UtcDateTime) >= part.Value);

    /// <summary>The first instant from one on at which every part is reached; null where none ever is.</summary>
    public DateTimeOffset? FindReached(DateTimeOffset from)
    {
        if (Part(Second) > 59 || Part(Minute) > 59 || Part(Hour) > 23)
        {
            return null;
        }

        var days = Parts.Where(part => part.Key is not (Second or Minute or Hour)).ToList();
        var day = from.UtcDateTime.Date;
        for (var i = 0; i < MostDays && day < LastDay; i++, day = day.AddDays(1))
        {
            if (days.TrueForAll(part => Now[part.Key](day) >= part.Value))
            {
                return new DateTimeOffset(day + FindTime(i == 0 ? from.UtcDateTime.TimeOfDay : TimeSpan.Zero), TimeSpan.Zero);
            }
        }

        return null;
    }

    /// <summary>The first time of day from one on: what is coarser than the first part that is not reached stays, what is finer begins anew.</summary>
    private TimeSpan FindTime(TimeSpan from)
    {
        if (from.Hours < Part(Hour))
        {
            return new TimeSpan(Part(Hour), Part(Minute), Part(Second));
        }

        if (from.Minutes < Part(Minute))
        {
            return new TimeSpan(from.Hours, Part(Minute), Part(Second));
        }

        return from.Seconds < Part(Second) ? new TimeSpan(from.Hours, from.Minutes, Part(Second)) : from;
    }

    private int Part(string word) => Parts.GetValueOrDefault(word);
}
