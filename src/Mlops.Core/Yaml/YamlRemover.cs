using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mlops.Core.Yaml;

/// <summary>
/// Removes single keys of mappings from a YAML text and leaves every other character as it is. As in <see cref="YamlEditor"/> the result is read again and
/// compared with what was wanted.
/// </summary>
internal static class YamlRemover
{
    /// <summary>Removes a key with its value and the comment behind it; comments on lines of their own stay.</summary>
    /// <param name="text">YAML that can be read.</param>
    /// <param name="path">Keys of mappings, at least two: the last one is removed, and its mapping stays, be it empty.</param>
    /// <returns>The new text; null where the key is not there, or is written in a way that cannot be removed in place (say, others refer to its value).</returns>
    /// <exception cref="YamlFormatException">The text is not YAML.</exception>
    public static string? Remove(string text, IReadOnlyList<string> path)
    {
        var root = YamlReader.Read(text);
        var map = path.SkipLast(1).Aggregate(root, (node, key) => FindEntry(node, key)?.Value!) as YamlMap;
        if (map is null || FindEntry(map, path[^1]) is not { } entry)
        {
            return null;
        }

        var edited = map switch
        {
            { Entries.Count: 1 } when HasMerge(text, map) => null,
            { Entries.Count: 1 } => YamlEditor.Set(text, [.. path.SkipLast(1)], JsonElement.Parse("{}")),
            { IsFlow: true } => CutFromFlow(text, map, entry),
            _ => CutLines(text, entry),
        };
        return IsWanted(root, edited, path) ? edited : null;
    }

    private static YamlEntry? FindEntry(YamlNode? node, string key) =>
        (node as YamlMap)?.Entries.FirstOrDefault(entry => entry.Key.Text == key && !entry.IsMerged);

    /// <summary>Whether a <c>&lt;&lt;</c> may stand in a mapping, which is no entry where what it brings is set there too.</summary>
    private static bool HasMerge(string text, YamlMap map) => text[map.StartIndex..map.EndIndex].Contains("<<", StringComparison.Ordinal);

    /// <summary>An edit that broke the text does not happen: the caller is told, the file keeps what it had.</summary>
    private static bool IsWanted(YamlNode root, string? edited, IReadOnlyList<string> path)
    {
        try
        {
            var wanted = ToJson(root);
            path.SkipLast(1).Aggregate(wanted, (node, key) => node?[key])?.AsObject().Remove(path[^1]);
            return edited is not null && JsonNode.DeepEquals(ToJson(YamlReader.Read(edited)), wanted);
        }
        catch (YamlFormatException)
        {
            return false;
        }
    }

    private static JsonNode? ToJson(YamlNode node) => JsonNode.Parse(YamlJson.ToJson(node).GetRawText());

    /// <summary>Its lines, where it has them for itself.</summary>
    private static string? CutLines(string text, YamlEntry entry)
    {
        var start = text.LastIndexOf('\n', Math.Max(0, entry.Key.StartIndex - 1)) + 1;
        if (!string.IsNullOrWhiteSpace(text[start..entry.Key.StartIndex]))
        {
            return null; // Such as "- a: 1": the line is its list's too.
        }

        var lineEnd = text.IndexOf('\n', EndOf(text, entry));
        return text[..start] + (lineEnd < 0 ? "" : text[(lineEnd + 1)..]);
    }

    /// <summary>From its key to the next one; the last one with the comma before it.</summary>
    private static string CutFromFlow(string text, YamlMap map, YamlEntry entry)
    {
        var index = map.Entries.TakeWhile(each => each != entry).Count();
        if (index + 1 < map.Entries.Count)
        {
            return text[..entry.Key.StartIndex] + text[map.Entries[index + 1].Key.StartIndex..];
        }

        var comma = text.IndexOf(',', EndOf(text, map.Entries[index - 1]));
        return text[..comma] + text[(comma + 1)..entry.Key.StartIndex].TrimEnd(' ') + text[EndOf(text, entry)..];
    }

    /// <summary>Where an entry ends; the value of an alias or of nothing is not behind its key.</summary>
    private static int EndOf(string text, YamlEntry entry)
    {
        var colon = text.IndexOf(':', entry.Key.EndIndex) + 1;
        return entry.Value.StartIndex < colon ? FindEnd(text, colon) : Math.Max(colon, YamlEditor.TightEnd(text, entry.Value));
    }

    private static int FindEnd(string text, int from) => text.IndexOfAny([',', '}', '\n', '#'], from) is var found and >= 0 ? found : text.Length;
}
