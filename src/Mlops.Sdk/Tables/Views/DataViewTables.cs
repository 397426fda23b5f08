using Microsoft.ML;
using Microsoft.ML.Data;

namespace Mlops.Sdk.Tables;

/// <summary>ML.NET data views to tables: one pass of one cursor over all columns. Vectors become lists, keys the values they stand for.</summary>
internal static class DataViewTables
{
    /// <exception cref="TableFormatException">A column of a type that has no columnar form here.</exception>
    public static Table ToTable(IDataView view)
    {
        // A hidden column was replaced by a later one of the same name.
        var visible = view.Schema.Where(c => !c.IsHidden).ToList();
        using var cursor = view.GetRowCursor(visible);
        var columns = visible.Select(c => Column(cursor, c)).ToList();
        while (cursor.MoveNext())
        {
            columns.ForEach(c => c.Take());
        }

        return ColumnCells.ToTable([.. columns.Select(c => c.Finish())], "The data view");
    }

    private static DrainedColumn Column(DataViewRowCursor cursor, DataViewSchema.Column column) => column.Type switch
    {
        KeyDataViewType key => KeyColumns.Create(cursor, column, key, vector: false),
        VectorDataViewType { ItemType: KeyDataViewType key } => KeyColumns.Create(cursor, column, key, vector: true),
        VectorDataViewType vector => Item(cursor, column, vector.ItemType, vector: true),
        _ => Item(cursor, column, column.Type, vector: false),
    };

    private static DrainedColumn Item(DataViewRowCursor cursor, DataViewSchema.Column column, DataViewType type, bool vector)
    {
        if (type is TextDataViewType)
        {
            return Drain<ReadOnlyMemory<char>, string?>(cursor, column, vector, static t => t.ToString(), static () => new Utf8Writer());
        }

        var raw = type.RawType;
        return Type.GetTypeCode(raw) switch
        {
            TypeCode.Boolean => Same<bool>(cursor, column, vector),
            TypeCode.SByte => Same<sbyte>(cursor, column, vector),
            TypeCode.Byte => Same<byte>(cursor, column, vector),
            TypeCode.Int16 => Same<short>(cursor, column, vector),
            TypeCode.UInt16 => Same<ushort>(cursor, column, vector),
            TypeCode.Int32 => Same<int>(cursor, column, vector),
            TypeCode.UInt32 => Same<uint>(cursor, column, vector),
            TypeCode.Int64 => Same<long>(cursor, column, vector),
            TypeCode.UInt64 => Same<ulong>(cursor, column, vector),
            TypeCode.Single => Same<float>(cursor, column, vector),
            TypeCode.Double => Same<double>(cursor, column, vector),
            TypeCode.DateTime => Same<DateTime>(cursor, column, vector),
            _ when raw == typeof(DateTimeOffset) => Same<DateTimeOffset>(cursor, column, vector),
            _ when raw == typeof(TimeSpan) => Same<TimeSpan>(cursor, column, vector),
            _ => throw new TableFormatException($"The data view's column '{column.Name}' of {column.Type} cannot be a column of a table. Drop it first."),
        };
    }

    private static DrainedColumn Same<T>(DataViewRowCursor cursor, DataViewSchema.Column column, bool vector)
        where T : struct => Drain<T, T>(cursor, column, vector, static v => v, WriterPlanner.Scalar<T>()!);

    public static DrainedColumn Drain<TRaw, TValue>(
        DataViewRowCursor cursor, DataViewSchema.Column column, bool vector, Func<TRaw, TValue> map, Func<CellWriter<TValue>> newWriter) => vector
        ? new DrainedColumn<VBuffer<TRaw>, TValue[]>(
            column.Name, cursor.GetGetter<VBuffer<TRaw>>(column), v => [.. v.DenseValues().Select(map)], () => new ListWriter<TValue[], TValue>(newWriter())!)
        : new DrainedColumn<TRaw, TValue>(column.Name, cursor.GetGetter<TRaw>(column), map, newWriter);
}
