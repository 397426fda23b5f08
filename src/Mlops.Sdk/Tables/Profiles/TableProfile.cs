using Mlops.Sdk.Tables;

namespace Mlops.Sdk;

/// <summary>What a table holds, column by column.</summary>
/// <param name="RowCount">Number of rows.</param>
/// <param name="Columns">The columns in order.</param>
public sealed record TableProfile(long RowCount, IReadOnlyList<ColumnProfile> Columns)
{
    /// <summary>Profiles a Parquet file without loading it.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="TableFormatException">It is no Parquet file, or its columns cannot be a table.</exception>
    public static Task<TableProfile> ReadAsync(string parquetPath, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(parquetPath);

        // DuckDB's calls block, so they get a thread of the pool.
        return Task.Run(() => new ProfileReader(Path.GetFullPath(parquetPath)).Read(cancellationToken), cancellationToken);
    }
}
