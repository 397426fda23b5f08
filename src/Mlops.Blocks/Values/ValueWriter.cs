using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mlops.Sdk.Tables;

namespace Mlops.Blocks.Values;

/// <summary>
/// Writes any value as JSON. System.Text.Json keeps the types it has seen for good, and with them the load context of a block; so types of
/// blocks are written here, property by property, and only those of libraries are left to it.
/// </summary>
internal static class ValueWriter
{
    private const int MaxDepth = 64;
    private static readonly ConditionalWeakTable<Type, PropertyInfo[]> Properties = [];

    /// <exception cref="NotSupportedException">Nested deeper than 64 levels, most likely a value that contains itself.</exception>
    public static void Write(Utf8JsonWriter writer, object? value)
    {
        if (writer.CurrentDepth > MaxDepth)
        {
            throw new NotSupportedException($"A value of type {TypeDisplay.Of(value!.GetType())} is nested deeper than {MaxDepth} levels. Does it contain itself?");
        }

        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case string text: writer.WriteStringValue(text); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            case double number: WriteDouble(writer, number); break;
            case float number: WriteSingle(writer, number); break;
            case Enum: writer.WriteStringValue(value.ToString()); break;
            case JsonElement element: element.WriteTo(writer); break;
            case JsonDocument document: document.WriteTo(writer); break;
            case JsonNode node: node.WriteTo(writer); break;
            case ITuple tuple: WriteArray(writer, Enumerable.Range(0, tuple.Length).Select(i => tuple[i])); break;
            case byte[] bytes: writer.WriteBase64StringValue(bytes); break;
            case IDictionary dictionary: WriteDictionary(writer, dictionary); break;
            case IEnumerable items: WriteItems(writer, items); break;
            default: WriteObject(writer, value); break;
        }
    }

    /// <summary>The value as JSON document of its own.</summary>
    public static JsonElement ToElement(object? value)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            Write(writer, value);
        }

        return JsonElement.Parse(stream.ToArray());
    }

    private static void WriteDouble(Utf8JsonWriter writer, double number)
    {
        if (double.IsFinite(number))
        {
            writer.WriteNumberValue(number);
        }
        else
        {
            writer.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void WriteSingle(Utf8JsonWriter writer, float number)
    {
        if (float.IsFinite(number))
        {
            writer.WriteNumberValue(number);
        }
        else
        {
            writer.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void WriteDictionary(Utf8JsonWriter writer, IDictionary dictionary)
    {
        writer.WriteStartObject();
        foreach (DictionaryEntry entry in dictionary)
        {
            writer.WritePropertyName(Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? "");
            Write(writer, entry.Value);
        }

        writer.WriteEndObject();
    }

    /// <summary>A sequence of pairs with text keys, such as a read-only dictionary, is an object; any other sequence an array.</summary>
    private static void WriteItems(Utf8JsonWriter writer, IEnumerable items)
    {
        var pair = items.GetType().GetInterfaces()
            .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
            .Select(type => typeof(KeyValuePair<,>).MakeGenericType(type.GetGenericArguments()))
            .FirstOrDefault();
        if (pair is null)
        {
            WriteArray(writer, items);
            return;
        }

        var (key, value) = (pair.GetProperty("Key")!, pair.GetProperty("Value")!);
        writer.WriteStartObject();
        foreach (var item in items)
        {
            writer.WritePropertyName(Convert.ToString(key.GetValue(item), CultureInfo.InvariantCulture) ?? "");
            Write(writer, value.GetValue(item));
        }

        writer.WriteEndObject();
    }

    private static void WriteArray(Utf8JsonWriter writer, IEnumerable items)
    {
        writer.WriteStartArray();
        foreach (var item in items)
        {
            Write(writer, item);
        }

        writer.WriteEndArray();
    }

    private static void WriteObject(Utf8JsonWriter writer, object value)
    {
        var type = value.GetType();
        if (!type.IsCollectible)
        {
            JsonSerializer.Serialize(writer, value, type, ValueReader.Json);
            return;
        }

        writer.WriteStartObject();
        foreach (var property in PropertiesOf(type))
        {
            writer.WritePropertyName(property.Name);
            Write(writer, property.GetValue(value, BindingFlags.DoNotWrapExceptions, null, null, null));
        }

        writer.WriteEndObject();
    }

    /// <summary>What is written of a block's type, in this order.</summary>
    public static IReadOnlyList<PropertyInfo> PropertiesOf(Type type) => Properties.GetValue(type, ReadableProperties);

    private static PropertyInfo[] ReadableProperties(Type type) =>
        [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanRead && property.GetIndexParameters().Length == 0)];
}
