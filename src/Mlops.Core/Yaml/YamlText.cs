using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mlops.Core.Yaml;

/// <summary>Writes JSON values as YAML on one line: text, and times as Mage writes them, without quotes where that is safe, else as JSON, of which YAML is a superset.</summary>
internal static partial class YamlText
{
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

    private static string Scalar(string text) => Safe().IsMatch(text) && !text.EndsWith(' ') && YamlJson.Resolve(text) is null ? text : Quote(text);

    /// <summary>In double quotes. Only what YAML does not take as it is gets escaped, so that people can read the rest.</summary>
    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var character in text)
        {
            _ = character switch
            {
                '"' or '\\' => quoted.Append('\\').Append(character),
                '\n' => quoted.Append("\\n"),
                '\t' => quoted.Append("\\t"),
                '\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF' => Escape(quoted, character),
                _ when char.IsControl(character) => Escape(quoted, character),
                _ => quoted.Append(character),
            };
        }

        return quoted.Append('"').ToString();
    }

    private static StringBuilder Escape(StringBuilder quoted, char character) => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");

    [GeneratedRegex(@"^([\p{L}_][\p{L}\p{M}0-9 _./-]*|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+00:00)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Safe();
}
