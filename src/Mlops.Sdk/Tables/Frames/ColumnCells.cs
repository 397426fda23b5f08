using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Columns built one after the other, cut into batches of the usual size.</summary>
internal static class ColumnCells
{
    /// <summary>Encodes all values of a column.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="values">Its cells in order.</param>
    /// <param name="newWriter">Makes the writer of each batch.</param>
    public static EncodedColumn Encode<T>(string name, IEnumerable<T> values, Func<CellWriter<T>> newWriter)
    {
        var writers = new List<CellWriter<T>>();
        foreach (var chunk in values.Chunk(ParquetTables.BatchRows))
        {
            var writer = newWriter();
            writer.Append(chunk);
            writers.Add(writer);
        }

        // Built last, as a decimal's scale is known only then.
        return new EncodedColumn((writers.FirstOrDefault() ?? newWriter()).Field(name), [.. writers.Select(w => w.Build())]);
    }

    /// <summary>The table of columns of one length.</summary>
    public static Table ToTable(IReadOnlyList<EncodedColumn> columns, string origin)
    {
        var schema = new Schema(columns.Select(c => c.Field), null);
        TableSchema.Check(schema, origin);
        var batches = columns[0].Batches.Select((first, i) =>
            new RecordBatch(schema, columns.Select(c => ArrowArrayFactory.BuildArray(c.Batches[i])), first.Length));
        return Table.FromBatches(schema, [.. batches], origin);
    }
}
