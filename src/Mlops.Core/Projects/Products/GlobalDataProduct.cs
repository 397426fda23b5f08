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

    /// <summary>The line of the file that it begins at, from 1.</summary>
    public int Line { get; init; }

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

    /// <summary>Whether what stands for an instant is too old.</summary>
    public bool IsOutdated(DateTimeOffset executionDate, DateTimeOffset now) =>
        OutdatedAfter is { } after && after.From(executionDate) <= now && OutdatedStartingAt?.IsReached(now) != false;

    /// <summary>When what stands for an instant is outdated first, from another one on; null where it never is.</summary>
    public DateTimeOffset? FindOutdated(DateTimeOffset executionDate, DateTimeOffset from)
    {
        if (OutdatedAfter?.From(executionDate) is not { } old || old == DateTimeOffset.MaxValue)
        {
            return null;
        }

        var first = old > from ? old : from;
        return OutdatedStartingAt is null ? first : OutdatedStartingAt.FindReached(first);
    }
}

/// <summary>A block whose outputs a product gives.</summary>
/// <param name="Uuid">The block.</param>
/// <param name="Partitions">Of how many of the last completed runs; 0 for all, at most 1,000.</param>
public sealed record ProductBlock(string Uuid, int Partitions);

/// <summary>An age; its parts are added.</summary>
/// <param name="Seconds">Seconds, also parts of one.</param>
/// <param name="Weeks">Weeks.</param>
/// <param name="Months">Months of the calendar.</param>
/// <param name="Years">Years of the calendar.</param>
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
