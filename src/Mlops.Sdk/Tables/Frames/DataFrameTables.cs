using Microsoft.Data.Analysis;

namespace Mlops.Sdk.Tables;

/// <summary>Data frames to tables. Not by ToArrowRecordBatches, which throws on text.</summary>
internal static class DataFrameTables
{
    /// <exception cref="TableFormatException">A column of a type that has no columnar form here, no columns, or two of one name.</exception>
    public static Table ToTable(DataFrame frame) => ColumnCells.ToTable([.. frame.Columns.Select(Encode)], "The data frame");

    private static EncodedColumn Encode(DataFrameColumn column) => column switch
    {
        PrimitiveDataFrameColumn<bool> c => Values(c),
        PrimitiveDataFrameColumn<sbyte> c => Values(c),
        PrimitiveDataFrameColumn<byte> c => Values(c),
        PrimitiveDataFrameColumn<short> c => Values(c),
        PrimitiveDataFrameColumn<ushort> c => Values(c),
        PrimitiveDataFrameColumn<int> c => Values(c),
        PrimitiveDataFrameColumn<uint> c => Values(c),
        PrimitiveDataFrameColumn<long> c => Values(c),
        PrimitiveDataFrameColumn<ulong> c => Values(c),
        PrimitiveDataFrameColumn<float> c => Values(c),
        PrimitiveDataFrameColumn<double> c => Values(c),
        PrimitiveDataFrameColumn<decimal> c => Values(c),
        PrimitiveDataFrameColumn<DateTime> c => Values(c),
        PrimitiveDataFrameColumn<char> c => Text(c.Name, c.Select(v => v?.ToString())),
        StringDataFrameColumn c => Text(c.Name, c),
        ArrowStringDataFrameColumn c => Text(c.Name, c),
        _ => throw new TableFormatException($"The data frame's column '{column.Name}' of {TypeDisplay.Of(column.DataType)} cannot be a column of a table."),
    };

    private static EncodedColumn Values<T>(PrimitiveDataFrameColumn<T> column)
        where T : unmanaged
    {
        var newWriter = WriterPlanner.Scalar<T>()!;
        try
        {
            return ColumnCells.Encode<T?>(column.Name, column, () => new NullableWriter<T>(newWriter()));
        }
        catch (CellFault fault)
        {
            throw new TableFormatException($"The data frame's column '{column.Name}' {fault.Problem}; {fault.Cure}.", fault);
        }
    }

    private static EncodedColumn Text(string name, IEnumerable<string?> values) => ColumnCells.Encode(name, values, () => new Utf8Writer());
}
