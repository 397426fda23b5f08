using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Arrays;
using Apache.Arrow.Types;

namespace Mlops.Server.Api;

/// <summary>Cells of Arrow arrays as values that JSON can show: numbers keep every digit, instants are UTC, bytes are base64.</summary>
internal static class ArrowCells
{
    private const string ExtensionName = "ARROW:extension:name";

    /// <summary>The rows of a batch as objects by column name.</summary>
    public static IEnumerable<IReadOnlyDictionary<string, object?>> Rows(RecordBatch batch)
    {
        var fields = batch.Schema.FieldsList;
        for (var row = 0; row < batch.Length; row++)
        {
            var cells = new Dictionary<string, object?>(fields.Count);
            for (var column = 0; column < fields.Count; column++)
            {
                cells[fields[column].Name] = Read(batch.Column(column), fields[column], row);
            }

            yield return cells;
        }
    }

    private static object? Read(IArrowArray array, Field field, int row) => array.IsNull(row) ? null : array switch
    {
        BooleanArray booleans => booleans.GetValue(row),
        StringArray texts => texts.GetString(row),
        LargeStringArray texts => texts.GetString(row),
        StringViewArray texts => texts.GetString(row),
        Decimal128Array decimals => Decimal(decimals.GetString(row)),
        Decimal256Array decimals => Decimal(decimals.GetString(row)),
        FixedSizeBinaryArray bytes => IsUuid(field) ? new Guid(bytes.GetBytes(row), bigEndian: true) : bytes.GetBytes(row).ToArray(),
        BinaryArray bytes => bytes.GetBytes(row).ToArray(),
        LargeBinaryArray bytes => bytes.GetBytes(row).ToArray(),
        TimestampArray instants => Instant(instants, row),
        Date32Array dates => dates.GetDateOnly(row),
        Date64Array dates => dates.GetDateOnly(row),
        Time32Array times => times.GetTime(row),
        Time64Array times => times.GetTime(row),
        DurationArray durations => durations.GetTimeSpan(row),
        MapArray map => Items(map.GetSlicedValues(row), ((MapType)map.Data.DataType).Fields[0]),
        ListArray list => Items(list.GetSlicedValues(row), ((ListType)list.Data.DataType).ValueField),
        LargeListArray list => Items(list.GetSlicedValues(row), ((LargeListType)list.Data.DataType).ValueField),
        FixedSizeListArray list => Items(list.GetSlicedValues(row), ((FixedSizeListType)list.Data.DataType).ValueField),
        StructArray record => Record(record, row),
        DictionaryArray dictionary => Read(dictionary.Dictionary, field, Index(dictionary.Indices, row)),
        _ => Number(array, row),
    };

    // The cast keeps the switch from turning every number into a double, the type that all of them have in common.
    private static object? Number(IArrowArray array, int row) => array switch
    {
        Int8Array numbers => (object?)numbers.GetValue(row),
        Int16Array numbers => numbers.GetValue(row),
        Int32Array numbers => numbers.GetValue(row),
        Int64Array numbers => numbers.GetValue(row),
        UInt8Array numbers => numbers.GetValue(row),
        UInt16Array numbers => numbers.GetValue(row),
        UInt32Array numbers => numbers.GetValue(row),
        UInt64Array numbers => numbers.GetValue(row),
        HalfFloatArray numbers => (float?)numbers.GetValue(row),
        FloatArray numbers => numbers.GetValue(row),
        DoubleArray numbers => numbers.GetValue(row),
        _ => throw new NotSupportedException($"A cell of Arrow type {array.Data.DataType.Name} has no form in JSON."),
    };

    // decimal holds 28 digits, Arrow's up to 76: longer ones go as text rather than cut.
    private static object? Decimal(string? text) =>
        decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var value) && value.ToString(CultureInfo.InvariantCulture) == text ? value : text;

    private static object? Instant(TimestampArray instants, int row) =>
        ((TimestampType)instants.Data.DataType).IsTimeZoneAware
            ? instants.GetTimestamp(row)
            : instants.GetTimestamp(row) is { } instant ? DateTime.SpecifyKind(instant.UtcDateTime, DateTimeKind.Unspecified) : null;

    private static List<object?> Items(IArrowArray items, Field field) => [.. Enumerable.Range(0, items.Length).Select(index => Read(items, field, index))];

    private static Dictionary<string, object?> Record(StructArray record, int row)
    {
        var fields = ((StructType)record.Data.DataType).Fields;
        return fields.Select((field, index) => (field, index)).ToDictionary(pair => pair.field.Name, pair => Read(record.Fields[pair.index], pair.field, row));
    }

    private static int Index(IArrowArray indices, int row) => Convert.ToInt32(Number(indices, row), CultureInfo.InvariantCulture);

    private static bool IsUuid(Field field) => field.HasMetadata && field.Metadata.GetValueOrDefault(ExtensionName) == "arrow.uuid";
}
