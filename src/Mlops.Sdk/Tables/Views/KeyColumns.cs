using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Mlops.Sdk.Tables;

/// <summary>
/// Key columns: numbers from 1 that stand for the values in the annotation KeyValues, 0 for missing. Without that annotation the numbers
/// themselves, null for missing.
/// </summary>
internal static class KeyColumns
{
    private const string KeyValues = "KeyValues";

    public static DrainedColumn Create(DataViewRowCursor cursor, DataViewSchema.Column column, KeyDataViewType key, bool vector) => Type.GetTypeCode(key.RawType) switch
    {
        TypeCode.Byte => Create<byte>(cursor, column, vector),
        TypeCode.UInt16 => Create<ushort>(cursor, column, vector),
        TypeCode.UInt32 => Create<uint>(cursor, column, vector),
        _ => Create<ulong>(cursor, column, vector),
    };

    private static DrainedColumn Create<TKey>(DataViewRowCursor cursor, DataViewSchema.Column column, bool vector)
        where TKey : unmanaged, IBinaryInteger<TKey>
    {
        var item = (column.Annotations.Schema.GetColumnOrNull(KeyValues)?.Type as VectorDataViewType)?.ItemType;
        return Type.GetTypeCode(item?.RawType) switch
        {
            _ when item is TextDataViewType => Texts<TKey>(cursor, column, vector),
            TypeCode.Single => Values<TKey, float>(cursor, column, vector),
            TypeCode.Double => Values<TKey, double>(cursor, column, vector),
            TypeCode.Int32 => Values<TKey, int>(cursor, column, vector),
            TypeCode.UInt32 => Values<TKey, uint>(cursor, column, vector),
            TypeCode.Int64 => Values<TKey, long>(cursor, column, vector),
            TypeCode.UInt64 => Values<TKey, ulong>(cursor, column, vector),
            TypeCode.Boolean => Values<TKey, bool>(cursor, column, vector),
            _ => Numbers<TKey>(cursor, column, vector),
        };
    }

    private static DrainedColumn Texts<TKey>(DataViewRowCursor cursor, DataViewSchema.Column column, bool vector)
        where TKey : unmanaged, IBinaryInteger<TKey>
    {
        var values = Annotation<ReadOnlyMemory<char>>(column).Select(v => v.ToString()).ToArray();
        return DataViewTables.Drain<TKey, string?>(cursor, column, vector, k => TKey.IsZero(k) ? null : values[int.CreateChecked(k) - 1], static () => new Utf8Writer());
    }

    private static DrainedColumn Values<TKey, TValue>(DataViewRowCursor cursor, DataViewSchema.Column column, bool vector)
        where TKey : unmanaged, IBinaryInteger<TKey>
        where TValue : struct
    {
        var values = Annotation<TValue>(column);
        return DataViewTables.Drain<TKey, TValue?>(
            cursor, column, vector, k => TKey.IsZero(k) ? null : values[int.CreateChecked(k) - 1], static () => new NullableWriter<TValue>(WriterPlanner.Scalar<TValue>()!()));
    }

    private static DrainedColumn Numbers<TKey>(DataViewRowCursor cursor, DataViewSchema.Column column, bool vector)
        where TKey : unmanaged, IBinaryInteger<TKey> => DataViewTables.Drain<TKey, ulong?>(
            cursor, column, vector, k => TKey.IsZero(k) ? null : ulong.CreateChecked(k), static () => new NullableWriter<ulong>(WriterPlanner.Scalar<ulong>()!()));

    private static T[] Annotation<T>(DataViewSchema.Column column)
    {
        VBuffer<T> values = default;
        column.Annotations.GetValue(KeyValues, ref values);
        return [.. values.DenseValues()];
    }
}
