using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mlops.Core.Yaml;

/// <summary>
/// Changes single values in a YAML text and leaves every other character as it is: comments, order, quotes, unknown keys. The result is read
/// again and compared with what was wanted, so an edit either is right or does not happen.
/// </summary>
internal static class YamlEditor
{
    /// <summary>Sets the value at a path, adding the keys that are missing.</summary>
    /// <param name="text">YAML that can be read.</param>
    /// <param name="path">Keys of mappings and, as digits, positions in lists: <c>triggers</c>, <c>0</c>, <c>status</c>.</param>
    /// <param name="value">The new value.</param>
    /// <returns>The new text; null where the text is written in a way that cannot be changed in place (say, the value is an alias).</returns>
    /// <exception cref="YamlFormatException">The text is not YAML.</exception>
    public static string? Set(string text, IReadOnlyList<string> path, JsonElement value)
    {
        var root = YamlReader.Read(text);
        var edited = Apply(text, root, path, value);
        if (edited is null)
        {
            return null;
        }

        try
        {
            var wanted = Expect(JsonNode.Parse(YamlJson.ToJson(root).GetRawText()), path, value);
            var found = JsonNode.Parse(YamlJson.ToJson(YamlReader.Read(edited)).GetRawText());
            return JsonNode.DeepEquals(wanted, found) ? edited : null;
        }
        catch (YamlFormatException)
        {
            return null; // The edit broke the text: the caller is told, the file keeps what it had.
        }
    }

    private static string? Apply(string text, YamlNode root, IReadOnlyList<string> path, JsonElement value)
    {
        var node = root;
        for (var i = 0; i < path.Count; i++)
        {
            var isLast = i == path.Count - 1;
            var rest = Wrap(path.Skip(i + 1), value);
            switch (node)
            {
                case YamlList list when int.TryParse(path[i], out var index) && index < list.Items.Count && !isLast:
                    node = list.Items[index];
                    break;
                case YamlMap map when map.Entries.FirstOrDefault(entry => entry.Key.Text == path[i] && !entry.IsMerged) is { } entry:
                    if (isLast || entry.Value is not (YamlMap { Entries.Count: > 0 } or YamlList { Items.Count: > 0 }))
                    {
                        return Replace(text, entry, rest);
                    }

                    node = entry.Value;
                    break;
                case YamlMap map:
                    return Insert(text, map, path[i], rest);
                case YamlScalar { IsNull: true } when i == 0:
                    return $"{text}{(text.Length == 0 || text.EndsWith('\n') ? "" : LineEnd(text))}{YamlText.Entry(path[0], rest)}{LineEnd(text)}";
                default:
                    return null;
            }
        }

        return null;
    }

    private static string? Replace(string text, YamlEntry entry, JsonElement value)
    {
        var colon = text.IndexOf(':', entry.Key.EndIndex);
        if (entry.Value.StartIndex <= colon)
        {
            return null;
        }

        var start = entry.Value.StartIndex;
        var end = TightEnd(text, entry.Value);
        if (entry.Value is YamlList { IsFlow: false } && value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0)
        {
            var separator = LineEnd(text) + new string(' ', entry.Value.Column - 1);
            return text[..start] + string.Join(separator, value.EnumerateArray().Select(item => "- " + YamlText.Flow(item))) + text[end..];
        }

        // Between colon and value stand blanks, or a comment and the line's end where the value is a block.
        var between = text[(colon + 1)..start];
        var comment = between.Contains('#', StringComparison.Ordinal) ? " " + between.Trim() : "";
        return text[..(colon + 1)] + " " + YamlText.Flow(value) + comment + text[end..];
    }

    private static string Insert(string text, YamlMap map, string key, JsonElement value)
    {
        var end = TightEnd(text, map);
        if (map.IsFlow)
        {
            return text[..(end - 1)] + (map.Entries.Count > 0 ? ", " : "") + YamlText.Entry(key, value) + text[(end - 1)..];
        }

        var lineEnd = text.IndexOf('\n', end) is var found and >= 0 ? found : text.Length;
        if (lineEnd > 0 && lineEnd < text.Length && text[lineEnd - 1] == '\r')
        {
            lineEnd--;
        }

        return text[..lineEnd] + LineEnd(text) + new string(' ', map.Column - 1) + YamlText.Entry(key, value)
            + (lineEnd == text.Length ? LineEnd(text) : text[lineEnd..]);
    }

    /// <summary>Where a node really ends: the end of a block is known only by what follows, behind comments and blank lines.</summary>
    internal static int TightEnd(string text, YamlNode node)
    {
        switch (node)
        {
            case YamlMap { IsFlow: false, Entries: [.., var last] }:
                return TightEnd(text, last.Value);
            case YamlList { IsFlow: false, Items: [.., var last] }:
                return TightEnd(text, last);
            case YamlMap { IsFlow: true } or YamlList { IsFlow: true }:
                return node.EndIndex + 1; // The parser's end of a flow collection is before its bracket.
            default:
                var end = node.EndIndex;
                while (end > node.StartIndex && char.IsWhiteSpace(text[end - 1]))
                {
                    end--;
                }

                return end;
        }
    }

    /// <summary>What ends the lines of a text.</summary>
    internal static string LineEnd(string text) => text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";

    private static JsonElement Wrap(IEnumerable<string> keys, JsonElement value) => keys.Reverse().Aggregate(
        value, (inner, key) => JsonSerializer.SerializeToElement(new Dictionary<string, JsonElement> { [key] = inner }));

    private static JsonNode? Expect(JsonNode? node, IEnumerable<string> path, JsonElement value)
    {
        if (!path.Any())
        {
            return JsonNode.Parse(value.GetRawText());
        }

        var step = path.First();
        var rest = path.Skip(1);
        if (node is JsonArray array)
        {
            var index = int.Parse(step, System.Globalization.CultureInfo.InvariantCulture);
            array[index] = Expect(array[index]?.DeepClone(), rest, value);
            return array;
        }

        var map = node as JsonObject ?? [];
        map[step] = Expect(map[step]?.DeepClone(), rest, value);
        return map;
    }
}
