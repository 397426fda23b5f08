using System.Globalization;
using Mlops.Core.Database;

namespace Mlops.Core.Triggers.Backfills;

/// <summary>Reads what is asked for, and says what is wrong with it.</summary>
internal static class BackfillCheck
{
    /// <summary>Nobody's data is older, and nobody plans that far; it bounds what is counted.</summary>
    private const int FirstYear = 1900;
    private const int LastYear = 2199;

    /// <summary>Most units from one instant to the next.</summary>
    private const int MaxUnits = 1_000_000;

    /// <summary>Longest name, in characters.</summary>
    private const int MaxNameLength = 200;

    /// <summary>The intervals of a span.</summary>
    /// <exception cref="InvalidRequestException"><c>invalid_backfill</c>: with everything that is wrong.</exception>
    public static (BackfillIntervals Intervals, long Count) Read(BackfillSpan span)
    {
        var errors = new List<string>();
        var unit = BackfillUnits.Find(span.IntervalType);
        AddIf(unit is null, $"The interval type '{span.IntervalType}' is not known. Write one of: {string.Join(", ", BackfillUnits.Words)}.");
        AddIf(span.IntervalUnits is < 1 or > MaxUnits, $"The interval units are {N(span.IntervalUnits)}; a whole number from 1 to {N(MaxUnits)} is wanted.");
        AddIf(span.End <= span.Start, $"The end {T(span.End)} is not after the start {T(span.Start)}. The end is exclusive: to run one day, end it at the next one.");
        AddIf(span.Start.UtcDateTime.Year < FirstYear || span.End.UtcDateTime.Year > LastYear, $"From {T(span.Start)} to {T(span.End)} is beyond the years {FirstYear} to {LastYear}.");
        var zone = FindZone(span.TimeZone);
        AddIf(zone is null, NoSuchZone(span.TimeZone).Message);
        Require(errors);
        var intervals = new BackfillIntervals(Storable(span.Start), Storable(span.End), unit!.Value, span.IntervalUnits, zone!);
        var count = intervals.Count();
        AddIf(
            count > BackfillService.MaxIntervals,
            $"From {T(span.Start)} to {T(span.End)} are {N(count)} intervals of {N(span.IntervalUnits)} {span.IntervalType}; at most {N(BackfillService.MaxIntervals)} are taken. Choose longer intervals, or split it.");
        Require(errors);
        return (intervals, count);

        void AddIf(bool isWrong, string error)
        {
            if (isWrong)
            {
                errors.Add(error);
            }
        }
    }

    /// <summary>Checks what a backfill says beside its span.</summary>
    /// <exception cref="InvalidRequestException"><c>invalid_backfill</c>, or <c>needs_confirmation</c>.</exception>
    public static void Check(BackfillWish wish, long count)
    {
        var errors = new List<string>();
        if (wish.MaxConcurrentRuns is < 1 or > BackfillService.MaxConcurrency)
        {
            errors.Add($"Max concurrent runs is {N(wish.MaxConcurrentRuns)}; a whole number from 1 to {N(BackfillService.MaxConcurrency)} is wanted.");
        }

        if (wish.Name?.Length > MaxNameLength)
        {
            errors.Add($"The name has {N(wish.Name.Length)} characters; at most {MaxNameLength} are kept. Shorten it.");
        }

        Require(errors);
        if (count > BackfillService.MaxUnconfirmed && !wish.IsConfirmed)
        {
            throw new InvalidRequestException(
                "needs_confirmation",
                [$"That makes {N(count)} runs of '{wish.PipelineUuid}', more than {N(BackfillService.MaxUnconfirmed)}. Confirm it if that is what you want (confirmed: true, on the command line --yes), or choose longer intervals."]);
        }
    }

    private static DateTimeOffset Storable(DateTimeOffset time) => Timestamps.FromMicroseconds(time.ToMicroseconds());

    /// <summary>The zone of a name; UTC for none. Null where there is no such zone.</summary>
    public static TimeZoneInfo? FindZone(string? name) => string.IsNullOrEmpty(name) || name == "UTC"
        ? TimeZoneInfo.Utc
        : TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;

    /// <summary>What is said where there is no such zone.</summary>
    public static InvalidRequestException NoSuchZone(string? name) => new(
        "invalid_backfill", [$"The time zone '{name}' is not known. Write an IANA name such as Europe/London, or leave it out for UTC."]);

    /// <summary>An instant in words.</summary>
    public static string T(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string N(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static void Require(List<string> errors)
    {
        if (errors.Count > 0)
        {
            throw new InvalidRequestException("invalid_backfill", errors);
        }
    }
}
