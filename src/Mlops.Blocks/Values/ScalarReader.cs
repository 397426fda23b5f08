using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Mlops.Blocks.Values;

/// <summary>
/// Reads single values from JSON. Text that spells the value is taken too, since forms and command lines give text: <c>"42"</c> is an
/// <see cref="int"/>, <c>"true"</c> a <see cref="bool"/>.
/// </summary>
internal static class ScalarReader
{
    private delegate bool Parser(string text, out object? value);

    private static readonly Dictionary<Type, Parser> Numbers = new()
    {
        [typeof(sbyte)] = ParseNumber<sbyte>,
        [typeof(short)] = ParseNumber<short>,
        [typeof(int)] = ParseNumber<int>,
        [typeof(long)] = ParseNumber<long>,
        [typeof(byte)] = ParseNumber<byte>,
        [typeof(ushort)] = ParseNumber<ushort>,
        [typeof(uint)] = ParseNumber<uint>,
        [typeof(ulong)] = ParseNumber<ulong>,
        [typeof(float)] = ParseNumber<float>,
        [typeof(double)] = ParseNumber<double>,
        [typeof(decimal)] = ParseNumber<decimal>,
    };

    private static readonly Dictionary<Type, Parser> Texts = new()
    {
        [typeof(bool)] = ParseBoolean,
        [typeof(char)] = Parse<char>,
        [typeof(Guid)] = Parse<Guid>,
        [typeof(TimeSpan)] = Parse<TimeSpan>,
        [typeof(DateOnly)] = Parse<DateOnly>,
        [typeof(TimeOnly)] = Parse<TimeOnly>,
        [typeof(DateTime)] = ParseDateTime,
        [typeof(DateTimeOffset)] = ParseInstant,
    };

    public static bool IsScalar(Type type) => type == typeof(string) || type.IsEnum || Numbers.ContainsKey(type) || Texts.ContainsKey(type);

    public static bool IsNumber(Type type) => Numbers.ContainsKey(type);

    /// <summary>Which JSON may be a value of a type that <see cref="IsScalar"/>; anything else <see cref="TryRead"/> refuses.</summary>
    public static JsonKinds Accepted(Type type) =>
        type == typeof(string) ? JsonKinds.Text | JsonKinds.Number | JsonKinds.Boolean
        : type.IsEnum ? JsonKinds.Text
        : IsNumber(type) ? JsonKinds.Number | JsonKinds.Text
        : type == typeof(bool) ? JsonKinds.Boolean | JsonKinds.Text
        : JsonKinds.Text;

    /// <summary>Reads a value of a type that <see cref="IsScalar"/>; null is never one.</summary>
    public static bool TryRead(JsonElement element, Type type, out object? value)
    {
        value = null;
        var text = element.ValueKind switch
        {
            JsonValueKind.String => element.GetString()!,
            JsonValueKind.Number => element.GetRawText(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => null,
        };
        if (text is null)
        {
            return false;
        }

        if (type == typeof(string))
        {
            value = text;
            return true;
        }

        if (type.IsEnum)
        {
            return element.ValueKind == JsonValueKind.String && !IsNumeral(text) && Enum.TryParse(type, text, ignoreCase: true, out value);
        }

        if (Numbers.TryGetValue(type, out var number))
        {
            return element.ValueKind is JsonValueKind.Number or JsonValueKind.String && number(text, out value);
        }

        return element.ValueKind != JsonValueKind.Number && Texts[type](text, out value);
    }

    // Enum.TryParse takes "7" for any enumeration, whether it has such a member or not.
    private static bool IsNumeral(string text) => text.Length > 0 && (char.IsAsciiDigit(text[0]) || text[0] is '-' or '+');

    private static bool Parse<T>(string text, out object? value)
        where T : struct, IParsable<T>
    {
        var isValid = T.TryParse(text, CultureInfo.InvariantCulture, out var parsed);
        value = parsed;
        return isValid;
    }

    // No thousands: "1,5" is not fifteen. A whole number may be written 42.0 or 1e3.
    private static bool ParseNumber<T>(string text, out object? value)
        where T : struct, INumberBase<T>
    {
        var isValid = T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed);
        value = parsed;
        return isValid;
    }

    private static bool ParseBoolean(string text, out object? value)
    {
        var isValid = bool.TryParse(text, out var parsed);
        value = parsed;
        return isValid;
    }

    /// <summary>With an offset the instant in UTC, without one as it stands.</summary>
    private static bool ParseDateTime(string text, out object? value)
    {
        var isValid = DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var parsed);
        value = parsed;
        return isValid;
    }

    private static bool ParseInstant(string text, out object? value)
    {
        var isValid = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed);
        value = parsed;
        return isValid;
    }
}
