namespace Mlops.Sdk;

/// <summary>What is in a column.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type in words, such as <c>int64</c>.</param>
/// <param name="MissingCount">Cells that are null; NaN is a value.</param>
/// <param name="DistinctCount">Different values without null; over 100,000 rows an estimate within about 2%.</param>
/// <param name="Minimum">Least value as text; null where there is none or the type has no order.</param>
/// <param name="Maximum">Greatest value as text; likewise.</param>
/// <param name="Histogram">
/// For numbers, counts of at most 12 bins of equal width from the least to the greatest finite value, the last with its end; fewer for
/// integers that span fewer values. Else empty.
/// </param>
/// <param name="Frequent">For text and booleans, the at most 5 most frequent values; else empty.</param>
public sealed record ColumnProfile(
    string Name,
    string Type,
    long MissingCount,
    long DistinctCount,
    string? Minimum,
    string? Maximum,
    IReadOnlyList<long> Histogram,
    IReadOnlyList<ValueCount> Frequent);
