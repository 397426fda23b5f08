using Apache.Arrow;
using Apache.Arrow.Types;
using Table = Mlops.Sdk.Table;

namespace Mlops.Blocks.Values;

/// <summary>A whole table as one Arrow batch.</summary>
internal static class RecordBatches
{
    /// <summary>A batch of all rows, with memory of its own; the caller disposes it.</summary>
    public static RecordBatch Merge(Table table)
    {
        var batches = table.Batches;
        var columns = table.Schema.FieldsList.Select((field, i) => batches.Count switch
        {
            0 => ArrowArrayFactory.BuildArray(Empty(field.DataType)),
            _ => ArrowArrayConcatenator.Concatenate([.. batches.Select(batch => batch.Column(i))]),
        });
        return batches is [var only] ? only.SliceShared(0, only.Length) : new RecordBatch(table.Schema, columns, checked((int)table.RowCount));
    }

    private static ArrayData Empty(IArrowType type)
    {
        var noBytes = ArrowBuffer.Empty;
        var offsets = new ArrowBuffer(new byte[sizeof(int)]);
        return type switch
        {
            StructType record => new ArrayData(type, 0, 0, 0, [noBytes], record.Fields.Select(field => Empty(field.DataType)).ToArray()),
            NestedType nested => new ArrayData(type, 0, 0, 0, [noBytes, offsets], nested.Fields.Select(field => Empty(field.DataType)).ToArray()),
            StringType or BinaryType => new ArrayData(type, 0, 0, 0, [noBytes, offsets, noBytes]),
            _ => new ArrayData(type, 0, 0, 0, [noBytes, noBytes]),
        };
    }
}
