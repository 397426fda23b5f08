namespace Mlops.Core.Projects.Products;

/// <summary>
/// The outputs of a pipeline that several pipelines use: one run makes them for all, again when they are outdated. An entry of
/// <c>global_data_products.yaml</c>.
/// </summary>
/// <param name="Uuid">Its key in the file.</param>
/// <param name="PipelineUuid">The pipeline that makes it.</param>
public sealed record GlobalDataProduct(string Uuid, string PipelineUuid)
{
    /// <summary>The project of the pipeline; null for the one whose file it is.</summary>
    public string? ProjectUuid { get; init; }

    /// <summary>How old it may become, and what it gives.</summary>
    public ProductSettings Settings { get; init; } = new();
}

/// <summary>What a product, or a block that uses one, says of it; null where it says nothing.</summary>
/// <param name="OutdatedAfter">How old it may become; where nobody says that it never is outdated.</param>
/// <param name="OutdatedStartingAt">When it may become outdated; always where nobody says.</param>
/// <param name="Blocks">The blocks whose outputs it gives; where nobody says, those that no other block takes.</param>
public sealed record ProductSettings(
    OutdatedAfter? OutdatedAfter = null, OutdatedStartingAt? OutdatedStartingAt = null, IReadOnlyList<ProductBlock>? Blocks = null)
{
    /// <summary>These, and what <paramref name="product"/> says where they say nothing.</summary>
    public ProductSettings Over(ProductSettings product) => new(
        OutdatedAfter ?? product.OutdatedAfter, OutdatedStartingAt ?? product.OutdatedStartingAt, Blocks ?? product.Blocks);
}

/// <summary>A block whose outputs a product gives.</summary>
/// <param name="Uuid">The block.</param>
/// <param name="Partitions">Of how many of the last completed runs; 0 for all, at most 1,000.</param>
public sealed record ProductBlock(string Uuid, int Partitions);

/// <summary>An age; its parts are added.</summary>
public sealed record OutdatedAfter(double Seconds = 0, int Weeks = 0, int Months = 0, int Years = 0)
{
    /// <summary>When what stands for an instant is too old; as late as can be where that is beyond all calendars.</summary>
    public DateTimeOffset From(DateTimeOffset instant)
    {
        try
        {
            return instant.AddYears(Years).AddMonths(Months).AddDays(7d * Weeks).AddSeconds(Seconds);
        }
        catch (ArgumentOutOfRangeException)
        {
            return DateTimeOffset.MaxValue;
        }
    }
}

/// <summary>From when on within a minute, hour, day, week, month or year something may be outdated, UTC: every part that is given must be reached.</summary>
/// <param name="Parts">Numbers by the words of <see cref="Words"/>.</param>
public sealed record OutdatedStartingAt(IReadOnlyDictionary<string, int> Parts)
{
    private static readonly Dictionary<string, Func<DateTime, int>> Now = new(StringComparer.Ordinal)
    {
        ["second_of_minute"] = now => now.Second,
        ["minute_of_hour"] = now => now.Minute,
        ["hour_of_day"] = now => now.Hour,
        ["day_of_week"] = now => (int)now.DayOfWeek,
        ["day_of_month"] = now => now.Day,
        ["day_of_year"] = now => now.DayOfYear,
        ["week_of_month"] = now => ((now.Day - 1) / 7) + 1,
        ["week_of_year"] = now => System.Globalization.ISOWeek.GetWeekOfYear(now),
        ["month_of_year"] = now => now.Month,
    };

    /// <summary>The parts that there are; Sunday is day 0 of a week.</summary>
    public static IReadOnlyCollection<string> Words => Now.Keys;

    /// <summary>Whether every part is reached.</summary>
    public bool IsReached(DateTimeOffset now) => Parts.All(part => Now[part.Key](now.UtcDateTime) >= part.Value);
}
