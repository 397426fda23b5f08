using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mlops.Sdk.Tables;

namespace Mlops.Blocks.Values;

/// <summary>
/// Reads JSON as any type. Types of blocks are read here for the reason given at <see cref="ValueWriter"/>: records through their longest
/// constructor, names matching without regard to case and underscores.
/// </summary>
internal static class ValueReader
{
    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNameCaseInsensitive = true,
        NumberHandling = JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <exception cref="FormatException">The value does not fit; the message names the place in it, what is there and what is wanted.</exception>
    public static object? Read(JsonElement element, Type type) => Read(element, type, "$");

    private static object? Read(JsonElement element, Type type, string place)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return element.ValueKind == JsonValueKind.Null ? null : Read(element, underlying, place);
        }

        if (type == typeof(JsonElement))
        {
            return element.Clone();
        }

        if (ScalarReader.IsScalar(type))
        {
            return ScalarReader.TryRead(element, type, out var scalar) ? scalar : throw Misfit(element, type, place);
        }

        if (!type.IsCollectible)
        {
            return ReadLibraryType(element, type, place);
        }

        if (element.ValueKind == JsonValueKind.Null && !type.IsValueType)
        {
            return null;
        }

        if (CollectionTypes.ItemType(type) is { } item)
        {
            return ReadList(element, type, item, place);
        }

        if (CollectionTypes.DictionaryTypes(type) is var (key, value) && key == typeof(string))
        {
            return ReadDictionary(element, type, value, place);
        }

        return typeof(ITuple).IsAssignableFrom(type) ? ReadTuple(element, type, place) : ReadObject(element, type, place);
    }

    private static object? ReadLibraryType(JsonElement element, Type type, string place)
    {
        try
        {
            return element.Deserialize(type, Json);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new FormatException($"{Misfit(element, type, place).Message}: {exception.Message}", exception);
        }
    }

    private static object ReadList(JsonElement element, Type type, Type item, string place)
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            throw Misfit(element, type, place);
        }

        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(item))!;
        foreach (var value in element.EnumerateArray())
        {
            list.Add(Read(value, item, $"{place}[{list.Count}]"));
        }

        if (!type.IsArray)
        {
            return list;
        }

        var array = Array.CreateInstance(item, list.Count);
        list.CopyTo(array, 0);
        return array;
    }

    private static object ReadDictionary(JsonElement element, Type type, Type valueType, string place)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Misfit(element, type, place);
        }

        var dictionary = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), valueType))!;
        foreach (var property in element.EnumerateObject())
        {
            dictionary[property.Name] = Read(property.Value, valueType, $"{place}.{property.Name}");
        }

        return dictionary;
    }

    private static object ReadTuple(JsonElement element, Type type, string place)
    {
        var items = Tuples.ItemTypes(type);
        if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() != items.Count)
        {
            throw Misfit(element, type, place);
        }

        return Tuples.Create(type, [.. items.Select((item, i) => Read(element[i], item, $"{place}[{i}]"))]);
    }

    private static object ReadObject(JsonElement element, Type type, string place)
    {
        var constructor = RowProperties.Constructor(type);
        if (element.ValueKind != JsonValueKind.Object || (constructor is null && !type.IsValueType))
        {
            throw Misfit(element, type, place);
        }

        var values = element.EnumerateObject().GroupBy(property => Names.Normalize(property.Name)).ToDictionary(group => group.Key, group => group.Last());
        var arguments = (constructor?.GetParameters() ?? []).Select(parameter => ReadArgument(values, parameter, type, place)).ToArray();
        var result = constructor is null
            ? Activator.CreateInstance(type)!
            : constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, arguments, null);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod is { IsPublic: true }))
        {
            if (values.Remove(Names.Normalize(property.Name), out var value))
            {
                property.SetValue(result, Read(value.Value, property.PropertyType, $"{place}.{property.Name}"));
            }
        }

        return result;
    }

    private static object? ReadArgument(Dictionary<string, JsonProperty> values, ParameterInfo parameter, Type type, string place)
    {
        if (values.Remove(Names.Normalize(parameter.Name!), out var value))
        {
            return Read(value.Value, parameter.ParameterType, $"{place}.{parameter.Name}");
        }

        return Names.IsOptional(parameter) ? parameter.HasDefaultValue ? parameter.DefaultValue : null : throw new FormatException(Missing(parameter, type, place));
    }

    /// <summary>That a record needs what JSON does not have.</summary>
    /// <param name="parameter">The parameter of its constructor.</param>
    /// <param name="type">The record.</param>
    /// <param name="place">Where in the JSON, from <c>$</c>.</param>
    public static string Missing(ParameterInfo parameter, Type type, string place) => $"{place} has no '{parameter.Name}', which {TypeDisplay.Of(type)} needs";

    /// <summary>That JSON is something else than what is wanted.</summary>
    /// <param name="found">What it is, in words.</param>
    /// <param name="type">What is wanted.</param>
    /// <param name="place">Where in the JSON, from <c>$</c>.</param>
    public static string Misfit(string found, Type type, string place) => $"{(place == "$" ? "it" : place)} is {found}, wanted {TypeDisplay.Of(type)}";

    private static FormatException Misfit(JsonElement element, Type type, string place) =>
        new(Misfit(Names.Shorten(element), type, place));
}
