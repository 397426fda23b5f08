using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Mlops.Sdk.Tables;

/// <summary>One cell as people read it, with every digit: for pages and CSV. Straight from Arrow, without a type of a block.</summary>
internal static class CellText
{
    /// <summary>The cell's text; null for a null cell. Binary is base64, lists and structs are JSON.</summary>
    /// <param name="field">The column.</param>
    /// <param name="column">Its cells.</param>
    /// <param name="row">Row in <paramref name="column"/>, from 0.</param>
    public static string? Of(Field field, IArrowArray column, int row) => Of(field, column.Data, row);

    /// <param name="field">The column.</param>
    /// <param name="cells">Its cells.</param>
    /// <param name="row">Row in <paramref name="cells"/>, from 0.</param>
    /// <param name="separator">Between date and time: a space for people and CSV, a T in ISO 8601.</param>
    public static string? Of(Field field, ArrayData cells, int row, char separator = ' ')
    {
        if (NullCells.Of(cells, row).IsNull(0))
        {
            return null;
        }

        return field.DataType switch
        {
            BooleanType => BitUtility.GetBit(cells.Buffers[1].Span, cells.Offset + row) ? "true" : "false",
            Int8Type => Integer<sbyte>(cells, row),
            Int16Type => Integer<short>(cells, row),
            Int32Type => Integer<int>(cells, row),
            Int64Type => Integer<long>(cells, row),
            UInt8Type => Integer<byte>(cells, row),
            UInt16Type => Integer<ushort>(cells, row),
            UInt32Type => Integer<uint>(cells, row),
            UInt64Type => Integer<ulong>(cells, row),
            HalfFloatType => NumberText.Of((float)Value<Half>(cells, row)),
            FloatType => NumberText.Of(Value<float>(cells, row)),
            DoubleType => NumberText.Of(Value<double>(cells, row)),
            Decimal32Type type => NumberText.OfDecimal(Value<int>(cells, row), type.Scale),
            Decimal64Type type => NumberText.OfDecimal(Value<long>(cells, row), type.Scale),
            Decimal128Type type => NumberText.OfDecimal(Value<Int128>(cells, row), type.Scale),
            Decimal256Type type => NumberText.OfDecimal(new BigInteger(new ByteCells(cells, row)[0]), type.Scale),
            Date32Type => TimeText.Date(Value<int>(cells, row)),
            Date64Type => TimeText.Date(Value<long>(cells, row) / 86_400_000),
            TimestampType type => TimeText.Timestamp(Value<long>(cells, row), type, separator),
            Time32Type type => TimeText.Time(Value<int>(cells, row), type.Unit),
            Time64Type type => TimeText.Time(Value<long>(cells, row), type.Unit),
            DurationType type => TimeText.Duration(Value<long>(cells, row), type.Unit),
            DictionaryType type => Of(new Field("", type.ValueType, true), cells.Dictionary, DictionaryIndexes.At(cells, row), separator),
            NestedType => CellJson.Text(field, cells, row),
            _ when ScalarReaders.IsText(field.DataType) => Encoding.UTF8.GetString(new ByteCells(cells, row)[0]),
            _ when ArrowExtension.IsUuid(field) => new Guid(new ByteCells(cells, row)[0], bigEndian: true).ToString(),
            _ => Convert.ToBase64String(new ByteCells(cells, row)[0]),
        };
    }

    /// <summary>The stored value of a cell of fixed width.</summary>
    public static T Value<T>(ArrayData cells, int row)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(cells.Buffers[1].Span)[cells.Offset + row];

    private static string Integer<T>(ArrayData cells, int row)
        where T : unmanaged, IFormattable => Value<T>(cells, row).ToString(null, CultureInfo.InvariantCulture);
}
