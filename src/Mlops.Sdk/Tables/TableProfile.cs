namespace Mlops.Sdk;

/// <summary>What is in a table, column by column.</summary>
/// <param name="RowCount">Rows of the table.</param>
/// <param name="Columns">The columns in order.</param>
public sealed record TableProfile(long RowCount, IReadOnlyList<ColumnProfile> Columns)
{
    /// <summary>Reads the profile of a Parquet file; one pass by DuckDB.</summary>
    public static Task<TableProfile> ReadAsync(string parquetPath, CancellationToken cancellationToken) => throw new NotImplementedException();
}

/// <summary>What is in a column.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type in words, such as <c>int64</c>.</param>
/// <param name="MissingCount">Cells that are null.</param>
/// <param name="DistinctCount">Different values; an estimate from 100,000 rows up.</param>
/// <param name="Minimum">Least value as text; null where there is none or the type has no order.</param>
/// <param name="Maximum">Greatest value as text; likewise.</param>
/// <param name="Histogram">For numbers, counts of at most 12 bins of equal width from least to greatest; else empty.</param>
/// <param name="Frequent">For text and booleans, the at most 5 most frequent values; else empty.</param>
public sealed record ColumnProfile(
    string Name, string Type, long MissingCount, long DistinctCount, string? Minimum, string? Maximum,
    IReadOnlyList<long> Histogram, IReadOnlyList<ValueCount> Frequent);

/// <summary>How often a value occurs.</summary>
public sealed record ValueCount(string Value, long Count);
