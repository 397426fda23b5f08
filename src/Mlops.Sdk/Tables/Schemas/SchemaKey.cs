using System.Text;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Mlops.Sdk.Tables;

/// <summary>A text that two schemas share exactly when one plan can read both.</summary>
internal static class SchemaKey
{
    public static string Of(Schema schema)
    {
        var key = new StringBuilder();
        foreach (var field in schema.FieldsList)
        {
            Append(key, field);
        }

        return key.ToString();
    }

    private static void Append(StringBuilder key, Field field)
    {
        // The length keeps names with signs of ours in them apart.
        key.Append(field.Name.Length).Append(':').Append(field.Name).Append(ArrowExtension.NameOf(field));
        Append(key, field.DataType);
    }

    private static void Append(StringBuilder key, IArrowType type)
    {
        key.Append('<').Append((int)type.TypeId);
        switch (type)
        {
            case TimestampType timestamp:
                key.Append((int)timestamp.Unit).Append(timestamp.IsTimeZoneAware);
                break;
            case TimeBasedType time:
                key.Append((int)time.Unit);
                break;
            case DictionaryType dictionary:
                Append(key, dictionary.ValueType);
                break;
            case NestedType nested:
                nested.Fields.ToList().ForEach(f => Append(key, f));
                break;
            case Decimal128Type or Decimal256Type or Decimal32Type or Decimal64Type:
                key.Append(ColumnTypeName.Of(new Field("", type, true)));
                break;
            case FixedSizeBinaryType binary:
                key.Append(binary.ByteWidth);
                break;
        }

        key.Append('>');
    }
}
