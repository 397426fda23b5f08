namespace Mlops.Core.Triggers.Backfills;

/// <summary>In what the intervals of a backfill are counted. Days and longer are those of the calendar in its time zone.</summary>
public enum BackfillUnit
{
    /// <summary>One second.</summary>
    Second,

    /// <summary>60 seconds.</summary>
    Minute,

    /// <summary>60 minutes.</summary>
    Hour,

    /// <summary>From a time of day to the same one of the next day, however many hours that takes.</summary>
    Day,

    /// <summary>Seven days.</summary>
    Week,

    /// <summary>To the same day of the next month, or its last one.</summary>
    Month,

    /// <summary>To the same day of the next year.</summary>
    Year,
}

/// <summary>The words of the units in database, REST and command line.</summary>
public static class BackfillUnits
{
    /// <summary>The words, in the order of their length in time.</summary>
    public static IReadOnlyList<string> Words { get; } = ["second", "minute", "hour", "day", "week", "month", "year"];

    /// <summary>The word, such as <c>day</c>.</summary>
    public static string ToWord(this BackfillUnit unit) => Words[(int)unit];

    /// <summary>The unit that <paramref name="word"/> names, or null.</summary>
    public static BackfillUnit? Find(string? word) => Words.ToList().IndexOf(word ?? "") is var index and >= 0 ? (BackfillUnit)index : null;
}
