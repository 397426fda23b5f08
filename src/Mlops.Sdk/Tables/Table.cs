using Apache.Arrow;
using Microsoft.Data.Analysis;
using Microsoft.ML;
using Mlops.Sdk.Tables;

namespace Mlops.Sdk;

/// <summary>
/// Rows with a schema: the form in which data goes from block to block. It owns an Arrow schema and record batches (native memory), or, until
/// somebody reads <see cref="Batches"/>, is just the path of its Parquet file. May be read by several threads at once; dispose it, once
/// nobody reads any more, to free the batches.
/// </summary>
public sealed class Table : IDisposable
{
    private readonly Lock _loading = new();
    private readonly ParquetTables.Footer? _footer;
    private IReadOnlyList<RecordBatch>? _batches;
    private bool _disposed;

    private Table(Schema schema, IReadOnlyList<RecordBatch>? batches, long rowCount, string? parquetPath, ParquetTables.Footer? footer)
    {
        (Schema, _batches, RowCount, ParquetPath, _footer) = (schema, batches, rowCount, parquetPath, footer);
    }

    /// <summary>The columns in order; at least one.</summary>
    public Schema Schema { get; }

    /// <summary>The rows in order; loaded from the Parquet file at first use. May be empty: the schema then still holds.</summary>
    public IReadOnlyList<RecordBatch> Batches
    {
        get
        {
            lock (_loading)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                return _batches ??= [.. ParquetTables.Read(ParquetPath!, _footer!)];
            }
        }
    }

    /// <summary>Number of rows; known without loading.</summary>
    public long RowCount { get; }

    /// <summary>Absolute path of the Parquet file that holds exactly these rows; null where there is none.</summary>
    public string? ParquetPath { get; private set; }

    /// <summary>Whether the rows are in memory; false for a Parquet file of which only the footer was read.</summary>
    internal bool IsLoaded => _batches is not null;

    /// <summary>A table over batches; takes ownership of them, even where it refuses them.</summary>
    /// <exception cref="TableFormatException">No columns, two of one name, or a type that Parquet cannot keep.</exception>
    public static Table FromBatches(Schema schema, IReadOnlyList<RecordBatch> batches)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(batches);
        return FromBatches(schema, batches, "The table");
    }

    /// <summary>A table over a Parquet file; reads only the file's footer now.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="TableFormatException">It is no Parquet file, or its columns cannot be a table.</exception>
    public static Table OpenParquet(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var full = Path.GetFullPath(path);
        var footer = ParquetTables.ReadFooter(full);
        return new Table(footer.Schema, null, footer.RowCount, full, footer);
    }

    /// <summary>
    /// Reads a CSV file (plain or <c>.gz</c>) or an http(s) address (up to 2 GiB). Column types are found over the whole file, so a column is
    /// an integer only where every cell is one; an empty cell is null, <c>""</c> an empty string.
    /// </summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="TableFormatException">Empty, not UTF-8, or a line has another number of columns than the first; names file and line.</exception>
    /// <exception cref="HttpRequestException">The address could not be read.</exception>
    public static Task<Table> ReadCsvAsync(string pathOrAddress, CsvReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pathOrAddress);
        return CsvReader.ReadAsync(pathOrAddress, options ?? new CsvReadOptions(), cancellationToken);
    }

    /// <summary>
    /// Columns from the public properties of <typeparamref name="T"/>, in the order of its constructor, then of declaration. Enums become
    /// text, a <see cref="DateTime"/> a timestamp without zone, a <see cref="DateTimeOffset"/> an instant in UTC; both to the microsecond.
    /// </summary>
    /// <exception cref="TableBindingException">A property cannot be a column, or a value cannot be stored; names the property and the row.</exception>
    public static Table FromRows<T>(IEnumerable<T> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return TableEncoder.Encode(rows);
    }

    /// <summary>A copy of a data frame.</summary>
    /// <exception cref="TableFormatException">A column of a type that tables do not have, no columns, or two of one name.</exception>
    public static Table FromDataFrame(DataFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return DataFrameTables.ToTable(frame);
    }

    /// <summary>A copy of an ML.NET data view; vectors become lists, keys the values they stand for, hidden columns are left out.</summary>
    /// <exception cref="TableFormatException">A column of a type that tables do not have.</exception>
    public static Table FromDataView(IDataView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        return DataViewTables.ToTable(view);
    }

    /// <summary>All rows as records.</summary>
    /// <exception cref="TableBindingException">The columns do not fit <typeparamref name="T"/>, or a value does not fit its member.</exception>
    public IReadOnlyList<T> ToList<T>() => TableBinder.ReadList<T>(this, null, null);

    /// <summary>The rows as records, a slice at a time; columns are checked now, values as they are read.</summary>
    /// <exception cref="TableBindingException">The columns do not fit <typeparamref name="T"/>, or a value does not fit its member.</exception>
    public IEnumerable<T> ReadRows<T>() => TableBinder.Stream<T>(this, null, null);

    /// <summary>
    /// A copy as data frame. Numbers, booleans and text keep their types, dates and times become <see cref="DateTime"/> (instants in UTC);
    /// lists, structs, binary and the like become text.
    /// </summary>
    /// <exception cref="TableBindingException">A decimal of over 28 digits, or a time out of the range of <see cref="DateTime"/>.</exception>
    public DataFrame ToDataFrame() => DataFrames.FromTable(this);

    /// <summary>
    /// A view for ML.NET over these batches, without copying; valid until this table is disposed. Every number is a Single, as trainers take
    /// nothing else, with NaN for null; booleans stay booleans, and a null one is an error when it is read, as ML.NET has no missing boolean.
    /// Lists of numbers become vectors, of known size where all have the same; text is text, with null as empty; the rest becomes text.
    /// </summary>
    /// <param name="doublePrecision">Every number as Double: for integers beyond 16,777,216, at the price of a conversion before training.</param>
    public IDataView ToDataView(bool doublePrecision = false) => new ArrowDataView(this, doublePrecision);

    /// <summary>Rows <paramref name="offset"/> (from 0) to <paramref name="offset"/> + <paramref name="limit"/>, as far as there are any.</summary>
    public Table Slice(long offset, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        IReadOnlyList<RecordBatch> slices;
        lock (_loading)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            slices = _batches is null
                ? ParquetTables.Slice(ParquetPath!, _footer!, offset, limit)
                : BatchSlices.Take(_batches, offset, limit, disposeSource: false);
        }

        return new Table(Schema, slices, slices.Sum(s => (long)s.Length), null, null);
    }

    /// <summary>Writes a Parquet file (Zstandard), atomically: the file is either whole or not there.</summary>
    public void WriteParquet(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!IsLoaded && ParquetPath is { } source)
        {
            AtomicFile.Write(path, temporary => File.Copy(source, temporary));
            return;
        }

        ParquetTables.Write(path, Schema, Batches);
    }

    /// <summary>
    /// Writes a CSV file (UTF-8, line feed), atomically. Doubles always have a decimal point (<c>22.0</c>) and as many digits as it takes to
    /// read the same number back; null is an empty cell, an empty string <c>""</c>.
    /// </summary>
    public void WriteCsv(string path, CsvWriteOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        AtomicFile.Write(path, temporary => new CsvWriter(options ?? new CsvWriteOptions()).Write(this, temporary));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_loading)
        {
            _disposed = true;
            foreach (var batch in _batches ?? [])
            {
                batch.Dispose();
            }

            _batches = null;
        }
    }

    internal static Table FromBatches(Schema schema, IReadOnlyList<RecordBatch> batches, string origin)
    {
        TableSchema.Check(schema, origin);
        var plain = PlainArrow.Convert(schema);
        var converted = batches.Select(b => PlainArrow.Convert(b, schema, plain)).ToList();
        return new Table(plain, converted, converted.Sum(b => (long)b.Length), null, null);
    }

    /// <summary>Another handle on the same rows: disposing one leaves the other valid.</summary>
    internal Table Share()
    {
        lock (_loading)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var batches = _batches is null ? null : BatchSlices.Take(_batches, 0, long.MaxValue, disposeSource: false);
            return new Table(Schema, batches, RowCount, ParquetPath, _footer);
        }
    }

    /// <summary>Writes the table and remembers the file as its own, for an output store whose files never change.</summary>
    internal void StoreParquet(string path)
    {
        WriteParquet(path);
        ParquetPath = Path.GetFullPath(path);
    }

    /// <summary>
    /// The batches one after the other: those in memory, or straight from the file without keeping them. A batch is valid until the next one.
    /// </summary>
    internal IEnumerable<RecordBatch> StreamBatches()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_batches is { } loaded)
        {
            foreach (var batch in loaded)
            {
                yield return batch;
            }

            yield break;
        }

        foreach (var batch in ParquetTables.Read(ParquetPath!, _footer!))
        {
            using (batch)
            {
                yield return batch;
            }
        }
    }
}
