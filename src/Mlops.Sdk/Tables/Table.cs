using Apache.Arrow;
using Microsoft.Data.Analysis;
using Microsoft.ML;

namespace Mlops.Sdk;

/// <summary>
/// Rows with a schema: the form in which data goes from block to block. It owns an Arrow schema and record batches (native memory), or, until
/// somebody reads it, is just the path of its Parquet file. Not thread-safe while loading; dispose it to free the batches.
/// </summary>
public sealed class Table : IDisposable
{
    /// <summary>The columns in order; at least one.</summary>
    public Schema Schema => throw new NotImplementedException();

    /// <summary>The rows in order; loaded from the Parquet file at first use. May be empty: the schema then still holds.</summary>
    public IReadOnlyList<RecordBatch> Batches => throw new NotImplementedException();

    /// <summary>Number of rows; known without loading.</summary>
    public long RowCount => throw new NotImplementedException();

    /// <summary>Absolute path of the Parquet file that holds exactly these rows; null where there is none.</summary>
    public string? ParquetPath => throw new NotImplementedException();

    /// <summary>A table over batches; takes ownership of them.</summary>
    public static Table FromBatches(Schema schema, IReadOnlyList<RecordBatch> batches) => throw new NotImplementedException();

    /// <summary>A table over a Parquet file; reads only the file's footer now.</summary>
    public static Table OpenParquet(string path) => throw new NotImplementedException();

    /// <summary>Reads a CSV file or an http(s) address; types are found by DuckDB's sniffer over the whole file.</summary>
    public static Task<Table> ReadCsvAsync(string pathOrAddress, CsvReadOptions? options = null, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Columns from the public properties of <typeparamref name="T"/>, in the order of its constructor, then of declaration.</summary>
    public static Table FromRows<T>(IEnumerable<T> rows) => throw new NotImplementedException();

    /// <summary>A copy of a data frame.</summary>
    public static Table FromDataFrame(DataFrame frame) => throw new NotImplementedException();

    /// <summary>A copy of an ML.NET data view; vectors become lists, keys their values.</summary>
    public static Table FromDataView(IDataView view) => throw new NotImplementedException();

    /// <summary>All rows as records.</summary>
    public IReadOnlyList<T> ToList<T>() => throw new NotImplementedException();

    /// <summary>The rows as records, a slice at a time.</summary>
    public IEnumerable<T> ReadRows<T>() => throw new NotImplementedException();

    /// <summary>A copy as data frame.</summary>
    public DataFrame ToDataFrame() => throw new NotImplementedException();

    /// <summary>A view for ML.NET over these batches, without copying; numbers as Single or Double with NaN for null.</summary>
    public IDataView ToDataView() => throw new NotImplementedException();

    /// <summary>Rows <paramref name="offset"/> (from 0) to <paramref name="offset"/> + <paramref name="limit"/>, as far as there are any.</summary>
    public Table Slice(long offset, int limit) => throw new NotImplementedException();

    /// <summary>Writes a Parquet file (Zstandard), atomically: the file is either whole or not there.</summary>
    public void WriteParquet(string path) => throw new NotImplementedException();

    /// <summary>Writes a CSV file (UTF-8, line feed), atomically.</summary>
    public void WriteCsv(string path, CsvWriteOptions? options = null) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}

/// <summary>How a CSV file is read; what is null is found by the sniffer.</summary>
public sealed record CsvReadOptions
{
    /// <summary>Column separator; null to find it.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Whether the first line holds names; null to find out.</summary>
    public bool? Header { get; init; }

    /// <summary>DuckDB types by column name, for columns that the sniffer should not decide.</summary>
    public IReadOnlyDictionary<string, string> ColumnTypes { get; init; } = new Dictionary<string, string>();
}

/// <summary>How a CSV file is written.</summary>
public sealed record CsvWriteOptions
{
    /// <summary>Column separator; a comma unless told.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>Writes a first column without a name that counts the rows from 0, as pandas does by default.</summary>
    public bool IndexColumn { get; init; }
}
