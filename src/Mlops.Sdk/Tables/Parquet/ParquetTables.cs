using Apache.Arrow;
using Apache.Arrow.Ipc;
using ParquetSharp;
using ParquetSharp.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Parquet files by ParquetSharp (Apache Arrow's own reader and writer).</summary>
internal static class ParquetTables
{
    // Rows of one batch in memory; 64 Ki was the fastest for 5M rows and keeps buffers around 512 KiB.
    public const int BatchRows = 65_536;

    // Big enough to compress well, small enough that a page of a preview and DuckDB's threads each find a group of their own.
    private const long RowGroupRows = 4 * BatchRows;

    // Threads pay from about here; below, starting them costs more than they save.
    private const long ThreadedRows = 4 * BatchRows;

    public sealed record Footer(Schema Schema, long RowCount, IReadOnlyList<long> RowGroups);

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="TableFormatException">It is no Parquet file, or its columns cannot be a table.</exception>
    public static Footer ReadFooter(string path)
    {
        using var reader = Open(path, threads: false);
        var (source, rowCount, groups) = Guard(path, () => (reader.Schema, reader.ParquetReader.FileMetaData.NumRows, CountRows(reader)));
        var schema = PlainArrow.Convert(source);
        TableSchema.Check(schema, $"The Parquet file '{path}'");
        return new Footer(schema, rowCount, groups);
    }

    /// <summary>The file's batches in order; the caller disposes each.</summary>
    /// <exception cref="TableFormatException">While it is read: the file is damaged.</exception>
    public static IEnumerable<RecordBatch> Read(string path, Footer footer, int[]? rowGroups = null)
    {
        using var reader = Open(path, threads: footer.RowCount >= ThreadedRows);
        using var stream = Guard(path, () => reader.GetRecordBatchReader(rowGroups));
        var source = reader.Schema;
        while (Guard(path, () => Next(stream)) is { } batch)
        {
            yield return PlainArrow.Convert(batch, PlainArrow.IsPlain(source) ? footer.Schema : source, footer.Schema);
        }
    }

    /// <summary>Rows [<paramref name="offset"/>, <paramref name="offset"/> + <paramref name="limit"/>): reads only the row groups that hold them.</summary>
    public static IReadOnlyList<RecordBatch> Slice(string path, Footer footer, long offset, long limit)
    {
        var groups = new List<int>();
        long start = 0, first = 0;
        for (var i = 0; i < footer.RowGroups.Count; i++)
        {
            if (start < offset + limit && start + footer.RowGroups[i] > offset)
            {
                first = groups.Count == 0 ? start : first;
                groups.Add(i);
            }

            start += footer.RowGroups[i];
        }

        return groups.Count == 0 ? [] : BatchSlices.Take(Read(path, footer, [.. groups]), offset - first, limit, disposeSource: true);
    }

    public static void Write(string path, Schema schema, IEnumerable<RecordBatch> batches) => AtomicFile.Write(path, temporary =>
    {
        using var builder = new WriterPropertiesBuilder();
        using var properties = builder.Compression(Compression.Zstd).MaxRowGroupLength(RowGroupRows).Build();
        using var arrowBuilder = new ArrowWriterPropertiesBuilder();
        using var arrowProperties = arrowBuilder.StoreSchema().Build();
        using var writer = new FileWriter(temporary, schema, properties, arrowProperties);
        foreach (var batch in batches)
        {
            writer.WriteBufferedRecordBatch(batch);
        }

        writer.Close();
    });

    /// <summary>What is thrown where a file turns out to be damaged.</summary>
    public static TableFormatException Damaged(string path, Exception cause) =>
        new($"'{path}' cannot be read as Parquet: {cause.Message.Split('\n')[0].Trim()}", cause);

    private static FileReader Open(string path, bool threads)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no file '{path}'.", path);
        }

        // Without ArrowExtensionEnabled a UUID column would come back as binary.
        using var properties = ArrowReaderProperties.GetDefault();
        properties.ArrowExtensionEnabled = true;
        properties.UseThreads = threads;
        properties.BatchSize = BatchRows;
        return Guard(path, () => new FileReader(path, arrowProperties: properties));
    }

    private static long[] CountRows(FileReader reader)
    {
        var groups = new long[reader.NumRowGroups];
        for (var i = 0; i < groups.Length; i++)
        {
            using var group = reader.ParquetReader.RowGroup(i);
            groups[i] = group.MetaData.NumRows;
        }

        return groups;
    }

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is ParquetException or OverflowException || exception.GetType() == typeof(Exception))
        {
            // Arrow's stream throws plain Exceptions where a page is damaged: "IOError: Couldn't deserialize thrift: ...".
            throw Damaged(path, exception);
        }
    }

    // ParquetSharp's stream completes synchronously: it calls into native code and wraps the result in a finished ValueTask.
    private static RecordBatch? Next(IArrowArrayStream stream) => stream.ReadNextRecordBatchAsync().AsTask().GetAwaiter().GetResult();
}
