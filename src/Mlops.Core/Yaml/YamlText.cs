using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mlops.Core.Yaml;

/// <summary>Writes JSON values as YAML on one line: text without quotes where that is safe, else as JSON, of which YAML is a superset.</summary>
internal static partial class YamlText
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>key: value</c>.</summary>
    public static string Entry(string key, JsonElement value) => $"{Scalar(key)}: {Flow(value)}";

    /// <summary>The value, such as <c>{tags: [a, "b: c"], seed: 7}</c>.</summary>
    public static string Flow(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(", ", value.EnumerateObject().Select(entry => Entry(entry.Name, entry.Value))) + "}",
        JsonValueKind.Array => "[" + string.Join(", ", value.EnumerateArray().Select(Flow)) + "]",
        JsonValueKind.String => Scalar(value.GetString()!),
        _ => value.GetRawText(),
    };

    private static string Scalar(string text) =>
        Safe().IsMatch(text) && !text.EndsWith(' ') && YamlJson.Resolve(text) is null ? text : JsonSerializer.Serialize(text, Readable);

    [GeneratedRegex(@"^[\p{L}_][\p{L}\p{M}0-9 _./-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Safe();
}
