using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Mlops.Sdk.Tables;

/// <summary>The name of a column's type as people read it: <c>int64</c>, <c>timestamp[UTC]</c>, <c>list&lt;string&gt;</c>.</summary>
internal static class ColumnTypeName
{
    public static string Of(Field field) => ArrowExtension.NameOf(field) switch
    {
        ArrowExtension.Uuid => "uuid",
        ArrowExtension.Json => "json",
        ArrowExtension.Bool8 => "bool",
        _ => Of(field.DataType),
    };

    private static string Of(IArrowType type) => type switch
    {
        BooleanType => "bool",
        StringType or LargeStringType or StringViewType => "string",
        FixedSizeListType list => $"list<{Of(list.ValueField)}>",
        ListType list => $"list<{Of(list.ValueField)}>",
        LargeListType list => $"list<{Of(list.ValueField)}>",
        MapType map => $"map<{Of(map.KeyField)}, {Of(map.ValueField)}>",
        StructType record => $"struct<{string.Join(", ", record.Fields.Select(f => $"{f.Name}: {Of(f)}"))}>",
        DictionaryType dictionary => Of(dictionary.ValueType),
        Decimal128Type or Decimal256Type or Decimal32Type or Decimal64Type => Decimal(type),
        BinaryType or LargeBinaryType or BinaryViewType or FixedSizeBinaryType => "binary",
        Date32Type or Date64Type => "date",
        Time32Type or Time64Type => "time",
        DurationType => "duration",
        TimestampType { IsTimeZoneAware: true } timestamp => $"timestamp[{(timestamp.Timezone == "Etc/UTC" ? "UTC" : timestamp.Timezone)}]",
        TimestampType => "timestamp",
        IntervalType => "interval",
        _ => type.Name,
    };

    private static string Decimal(IArrowType type)
    {
        var (precision, scale) = type switch
        {
            Decimal256Type d => (d.Precision, d.Scale),
            Decimal64Type d => (d.Precision, d.Scale),
            Decimal32Type d => (d.Precision, d.Scale),
            _ => (((Decimal128Type)type).Precision, ((Decimal128Type)type).Scale),
        };
        return string.Create(CultureInfo.InvariantCulture, $"decimal({precision},{scale})");
    }
}
