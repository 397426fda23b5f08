using System.Text.Json;
using Mlops.Core.Variables;

namespace Mlops.Core.Triggers.Events;

/// <summary>
/// One value or condition of a <see cref="PayloadPattern"/>: <c>opened</c>, <c>42</c>, <c>true</c>, <c>null</c>, <c>{exists: false}</c>,
/// <c>{prefix: feature/}</c>, <c>{suffix: .csv}</c>, <c>{equals-ignore-case: open}</c>, <c>{anything-but: [closed]}</c>, <c>{numeric: [">", 0, "&lt;=", 5]}</c>.
/// </summary>
/// <param name="Text">As it is written.</param>
/// <param name="Fits">Whether it holds for the values that were found; none where there is nothing.</param>
internal sealed record PayloadCondition(string Text, Func<IReadOnlyList<JsonElement>, bool> Fits)
{
    private const string Kinds = "exists, prefix, suffix, equals-ignore-case, anything-but, numeric";

    private static readonly Dictionary<string, Func<decimal, decimal, bool>> Comparisons = new(StringComparer.Ordinal)
    {
        ["="] = (left, right) => left == right,
        ["<"] = (left, right) => left < right,
        ["<="] = (left, right) => left <= right,
        [">"] = (left, right) => left > right,
        [">="] = (left, right) => left >= right,
    };

    /// <returns>Null, or what is wrong, in words.</returns>
    public static string? TryParse(JsonElement written, out PayloadCondition? condition)
    {
        condition = null;
        if (written.ValueKind == JsonValueKind.Array)
        {
            return $"{written.GetRawText()} is a list in a list. List values and conditions.";
        }

        var fits = written.ValueKind == JsonValueKind.Object ? Read(written) : found => found.Any(value => IsSame(value, written));
        var text = VariableText.Readable(written);
        condition = fits is null ? null : new PayloadCondition(text, fits);
        return fits is null ? $"{text} is no condition that is known here. Write a value, or one of {Kinds}, such as {{\"prefix\": \"feature/\"}} or {{\"numeric\": [\">\", 0]}}." : null;
    }

    /// <summary>Null where it is not known.</summary>
    private static Func<IReadOnlyList<JsonElement>, bool>? Read(JsonElement written)
    {
        var members = written.EnumerateObject().ToList();
        if (members is not [{ Name: var name, Value: var value }])
        {
            return null;
        }

        return (name, value.ValueKind) switch
        {
            ("exists", JsonValueKind.True) => found => found.Count > 0,
            ("exists", JsonValueKind.False) => found => found.Count == 0,
            ("prefix", JsonValueKind.String) => AnyText(text => text.StartsWith(value.GetString()!, StringComparison.Ordinal)),
            ("suffix", JsonValueKind.String) => AnyText(text => text.EndsWith(value.GetString()!, StringComparison.Ordinal)),
            ("equals-ignore-case", JsonValueKind.String) => AnyText(text => text.Equals(value.GetString(), StringComparison.OrdinalIgnoreCase)),
            ("anything-but", JsonValueKind.Array) => found => found.Any(each => !value.EnumerateArray().Any(other => IsSame(each, other))),
            ("anything-but", JsonValueKind.Object) => null,
            ("anything-but", _) => found => found.Any(each => !IsSame(each, value)),
            ("numeric", JsonValueKind.Array) => ReadNumeric([.. value.EnumerateArray()]),
            _ => null,
        };
    }

    private static Func<IReadOnlyList<JsonElement>, bool>? ReadNumeric(JsonElement[] written)
    {
        var tests = new List<Func<decimal, bool>>();
        foreach (var pair in written.Chunk(2))
        {
            if (pair is not [{ ValueKind: JsonValueKind.String } sign, { ValueKind: JsonValueKind.Number } number]
                || !Comparisons.TryGetValue(sign.GetString()!, out var compare) || !number.TryGetDecimal(out var limit))
            {
                return null;
            }

            tests.Add(value => compare(value, limit));
        }

        return tests.Count == 0
            ? null
            : found => found.Any(each => each.ValueKind == JsonValueKind.Number && each.TryGetDecimal(out var value) && tests.TrueForAll(test => test(value)));
    }

    private static Func<IReadOnlyList<JsonElement>, bool> AnyText(Func<string, bool> fits) =>
        found => found.Any(each => each.ValueKind == JsonValueKind.String && fits(each.GetString()!));

    /// <summary>Numbers are the same by value: 1 and 1.0.</summary>
    private static bool IsSame(JsonElement left, JsonElement right) =>
        left.ValueKind == JsonValueKind.Number && right.ValueKind == JsonValueKind.Number && left.TryGetDecimal(out var one) && right.TryGetDecimal(out var other)
            ? one == other
            : JsonElement.DeepEquals(left, right);
}
