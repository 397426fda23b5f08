using Apache.Arrow;
using Apache.Arrow.Types;

namespace Mlops.Sdk.Tables;

/// <summary>
/// Brings batches of any library into the one form that the rest of this folder knows: no extension arrays (storage plus field metadata in
/// their place), and booleans as Arrow booleans. DuckDB with arrow_lossless_conversion sends booleans as 8-bit integers marked
/// <c>arrow.bool8</c>, and Parquet would keep them as integers.
/// </summary>
internal static class PlainArrow
{
    public static bool IsPlain(Schema schema) => schema.FieldsList.All(IsPlain);

    public static Schema Convert(Schema schema) =>
        IsPlain(schema) ? schema : new Schema(schema.FieldsList.Select(Convert), schema.Metadata);

    /// <summary>The same rows in plain form. Owns <paramref name="batch"/>: dispose only what is returned.</summary>
    public static RecordBatch Convert(RecordBatch batch, Schema source, Schema plain)
    {
        if (ReferenceEquals(source, plain))
        {
            return batch;
        }

        var columns = new IArrowArray[batch.ColumnCount];
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = IsPlain(source.GetFieldByIndex(i))
                ? batch.Column(i)
                : ArrowArrayFactory.BuildArray(Convert(batch.Column(i).Data, source.GetFieldByIndex(i), plain.GetFieldByIndex(i)));
        }

        return new RecordBatch(plain, columns, batch.Length);
    }

    private static bool IsPlain(Field field) =>
        field.DataType is not ExtensionType
        && ArrowExtension.NameOf(field) != ArrowExtension.Bool8
        && (field.DataType is not NestedType nested || nested.Fields.All(IsPlain));

    private static Field Convert(Field field)
    {
        if (IsPlain(field))
        {
            return field;
        }

        if (ArrowExtension.NameOf(field) == ArrowExtension.Bool8)
        {
            return new Field(field.Name, BooleanType.Default, field.IsNullable);
        }

        return field.DataType switch
        {
            GuidType => new Field(field.Name, new FixedSizeBinaryType(16), field.IsNullable, ArrowExtension.UuidMetadata),
            ExtensionType extension => new Field(field.Name, extension.StorageType, field.IsNullable),
            _ => new Field(field.Name, Convert((NestedType)field.DataType), field.IsNullable, field.Metadata),
        };
    }

    private static NestedType Convert(NestedType type) => type switch
    {
        FixedSizeListType list => new FixedSizeListType(Convert(list.ValueField), list.ListSize),
        ListType list => new ListType(Convert(list.ValueField)),
        LargeListType list => new LargeListType(Convert(list.ValueField)),
        MapType map => new MapType(Convert(map.KeyField), Convert(map.ValueField), map.KeySorted),
        StructType record => new StructType([.. record.Fields.Select(Convert)]),
        _ => type,
    };

    private static ArrayData Convert(ArrayData data, Field source, Field plain)
    {
        if (IsPlain(source))
        {
            return data;
        }

        if (ArrowExtension.NameOf(source) == ArrowExtension.Bool8)
        {
            return ToBits(data);
        }

        if (source.DataType is ExtensionType)
        {
            return new ArrayData(plain.DataType, data.Length, data.NullCount, data.Offset, data.Buffers, data.Children, data.Dictionary);
        }

        var (from, to) = (((NestedType)source.DataType).Fields, ((NestedType)plain.DataType).Fields);
        var children = data.Children.Select((child, i) => Convert(child, from[i], to[i])).ToArray();
        return new ArrayData(plain.DataType, data.Length, data.NullCount, data.Offset, data.Buffers, children, data.Dictionary);
    }

    private static ArrayData ToBits(ArrayData data)
    {
        // The validity bitmap is shared, so the offset stays and the bits before it are left 0.
        var bytes = data.Buffers[1].Span;
        var bits = new byte[BitUtility.ByteCount(data.Offset + data.Length)];
        for (var i = data.Offset; i < data.Offset + data.Length; i++)
        {
            if (bytes[i] != 0)
            {
                bits[i >> 3] |= (byte)(1 << (i & 7));
            }
        }

        return new ArrayData(BooleanType.Default, data.Length, data.NullCount, data.Offset, [data.Buffers[0], new ArrowBuffer(bits)], []);
    }
}
