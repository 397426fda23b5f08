using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Mlops.Sdk.Tables;

/// <summary>
/// One cell as JSON: numbers as numbers (also beyond 2^53), NaN and infinities as the texts <c>NaN</c>, <c>Infinity</c>, <c>-Infinity</c>,
/// times as ISO 8601, binary as base64, lists as arrays, structs and maps as objects.
/// </summary>
internal static class CellJson
{
    // Only for text inside of a cell that is shown as such: what goes into a page is encoded there.
    private static readonly JsonWriterOptions PlainText = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text(Field field, ArrayData cells, int row)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, PlainText))
        {
            Write(writer, field, cells, row);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static void Write(Utf8JsonWriter writer, Field field, ArrayData cells, int row)
    {
        if (NullCells.Of(cells, row).IsNull(0))
        {
            writer.WriteNullValue();
            return;
        }

        switch (field.DataType)
        {
            case BooleanType:
                writer.WriteBooleanValue(BitUtility.GetBit(cells.Buffers[1].Span, cells.Offset + row));
                break;
            case Int64Type:
                writer.WriteNumberValue(CellText.Value<long>(cells, row));
                break;
            case IntegerType:
                writer.WriteRawValue(CellText.Of(field, cells, row)!, skipInputValidation: true);
                break;
            case DoubleType:
                WriteDouble(writer, CellText.Value<double>(cells, row));
                break;
            case FloatType:
                WriteSingle(writer, CellText.Value<float>(cells, row));
                break;
            case HalfFloatType:
                WriteSingle(writer, (float)CellText.Value<Half>(cells, row));
                break;
            case Decimal32Type or Decimal64Type or Decimal128Type or Decimal256Type:
                writer.WriteRawValue(CellText.Of(field, cells, row)!, skipInputValidation: true);
                break;
            case StringType:
                writer.WriteStringValue(new ByteCells(cells, row)[0]);
                break;
            case MapType map:
                WriteMap(writer, map, cells, row);
                break;
            case StructType record:
                WriteStruct(writer, record, cells, row);
                break;
            case DictionaryType dictionary:
                Write(writer, new Field("", dictionary.ValueType, true), cells.Dictionary, DictionaryIndexes.At(cells, row));
                break;
            case NestedType list:
                WriteList(writer, list.Fields[0], cells, row);
                break;
            default:
                writer.WriteStringValue(CellText.Of(field, cells, row, 'T'));
                break;
        }
    }

    private static void WriteDouble(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteStringValue(NotFinite(double.IsNaN(value), value > 0));
        }
    }

    private static void WriteSingle(Utf8JsonWriter writer, float value)
    {
        if (float.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteStringValue(NotFinite(float.IsNaN(value), value > 0));
        }
    }

    private static string NotFinite(bool nan, bool positive) => nan ? "NaN" : positive ? "Infinity" : "-Infinity";

    private static void WriteList(Utf8JsonWriter writer, Field item, ArrayData cells, int row)
    {
        var (start, count) = new ListCells(cells, row)[0];
        writer.WriteStartArray();
        for (var i = start; i < start + count; i++)
        {
            Write(writer, item, cells.Children[0], i);
        }

        writer.WriteEndArray();
    }

    private static void WriteMap(Utf8JsonWriter writer, MapType map, ArrayData cells, int row)
    {
        var entries = cells.Children[0];
        var (start, count) = new ListCells(cells, row)[0];
        writer.WriteStartObject();
        for (var i = entries.Offset + start; i < entries.Offset + start + count; i++)
        {
            writer.WritePropertyName(CellText.Of(map.KeyField, entries.Children[0], i, 'T') ?? "");
            Write(writer, map.ValueField, entries.Children[1], i);
        }

        writer.WriteEndObject();
    }

    private static void WriteStruct(Utf8JsonWriter writer, StructType record, ArrayData cells, int row)
    {
        writer.WriteStartObject();
        for (var i = 0; i < record.Fields.Count; i++)
        {
            writer.WritePropertyName(record.Fields[i].Name);
            Write(writer, record.Fields[i], cells.Children[i], cells.Offset + row);
        }

        writer.WriteEndObject();
    }
}
