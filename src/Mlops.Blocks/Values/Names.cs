using System.Reflection;
using System.Text.Json;

namespace Mlops.Blocks.Values;

/// <summary>How names match, what takes null, and how values stand in messages.</summary>
internal static class Names
{
    private const int MaxShownCharacters = 100;

    /// <summary>Letters and digits in lower case: <c>max_depth</c> and <c>maxDepth</c> are one name.</summary>
    public static string Normalize(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    /// <summary>Whether null may be given to it: <c>int?</c> or <c>string?</c>.</summary>
    public static bool TakesNull(ParameterInfo parameter) =>
        parameter.ParameterType.IsValueType
            ? Nullable.GetUnderlyingType(parameter.ParameterType) is not null
            : new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.Nullable;

    /// <summary>Likewise for each item of a parameter that is a tuple.</summary>
    public static IReadOnlyList<bool> ItemsTakeNull(ParameterInfo parameter) => [.. ItemsTakeNull(new NullabilityInfoContext().Create(parameter))];

    /// <summary>Whether a record can be read from JSON that has no value for this parameter of its constructor.</summary>
    public static bool IsOptional(ParameterInfo parameter) => parameter.HasDefaultValue || TakesNull(parameter);

    /// <summary>The JSON of a value, cut where it is long.</summary>
    public static string Shorten(JsonElement element)
    {
        var text = element.GetRawText();
        return text.Length <= MaxShownCharacters ? text : $"{text[..MaxShownCharacters]}...";
    }

    private static IEnumerable<bool> ItemsTakeNull(NullabilityInfo tuple) => tuple.GenericTypeArguments.SelectMany((item, i) =>
        i == Tuples.ItemsPerLevel ? ItemsTakeNull(item) : [item.WriteState == NullabilityState.Nullable]);
}
