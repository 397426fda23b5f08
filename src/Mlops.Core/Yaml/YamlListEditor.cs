using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mlops.Core.Yaml;

/// <summary>
/// Adds and removes items of a list that is a value of a YAML text's outermost mapping, and leaves every other character as it is. As in
/// <see cref="YamlEditor"/> the result is read again and compared with what was wanted.
/// </summary>
internal static class YamlListEditor
{
    /// <summary>Adds an item at the end, a key a line; the list is made where there is none.</summary>
    /// <returns>The new text; null where the text is written in a way that cannot be changed in place.</returns>
    /// <exception cref="YamlFormatException">The text is not YAML.</exception>
    public static string? Append(string text, string key, IReadOnlyList<(string Key, JsonElement Value)> item)
    {
        var list = Find(text, key) as YamlList;
        var value = JsonSerializer.SerializeToElement(item.ToDictionary(entry => entry.Key, entry => entry.Value));
        var wanted = ToJson(text, key);
        wanted.Add(JsonNode.Parse(value.GetRawText()));
        var edited = list switch
        {
            { IsFlow: false, Items.Count: > 0 } => InsertAfter(text, list, item),
            { Items.Count: > 0 } => YamlEditor.Set(text, [key], JsonSerializer.SerializeToElement(wanted)),
            _ => Begin(text, key, item),
        };
        return Check(edited, key, wanted);
    }

    /// <summary>Removes an item with the comments in it; those before and after it stay.</summary>
    /// <inheritdoc cref="Append"/>
    public static string? Remove(string text, string key, int index)
    {
        if (Find(text, key) is not YamlList list || index >= list.Items.Count)
        {
            return null;
        }

        var wanted = ToJson(text, key);
        wanted.RemoveAt(index);
        var edited = list.IsFlow || list.Items.Count == 1
            ? YamlEditor.Set(text, [key], JsonSerializer.SerializeToElement(wanted))
            : Cut(text, list, index);
        return Check(edited, key, wanted);
    }

    private static YamlNode? Find(string text, string key) => (YamlReader.Read(text) as YamlMap)?.Find(key);

    private static JsonArray ToJson(string text, string key) =>
        Find(text, key) is YamlList list ? JsonNode.Parse(YamlJson.ToJson(list).GetRawText())!.AsArray() : [];

    /// <summary>An edit that broke the text does not happen: the caller is told, the file keeps what it had.</summary>
    private static string? Check(string? edited, string key, JsonArray wanted)
    {
        try
        {
            return edited is not null && JsonNode.DeepEquals(ToJson(edited, key), wanted) ? edited : null;
        }
        catch (YamlFormatException)
        {
            return null;
        }
    }

    private static string InsertAfter(string text, YamlList list, IReadOnlyList<(string Key, JsonElement Value)> item)
    {
        var end = EndOfLine(text, YamlEditor.TightEnd(text, list));
        var lineEnd = YamlEditor.LineEnd(text);
        var before = end == 0 || text[end - 1] == '\n' ? "" : lineEnd;
        return text[..end] + before + Write(item, list.Column - 1, lineEnd) + text[end..];
    }

    /// <summary>The list's first item: there is no key, or it holds nothing or an empty list.</summary>
    private static string? Begin(string text, string key, IReadOnlyList<(string Key, JsonElement Value)> item)
    {
        var lineEnd = YamlEditor.LineEnd(text);
        var emptied = YamlEditor.Set(text, [key], JsonElement.Parse("[]"));
        if (emptied is null || Find(emptied, key) is not YamlList { IsFlow: true } list)
        {
            return null;
        }

        var start = list.StartIndex;
        while (start > 0 && emptied[start - 1] == ' ')
        {
            start--;
        }

        var next = EndOfLine(emptied, YamlEditor.TightEnd(emptied, list));
        var comment = emptied[YamlEditor.TightEnd(emptied, list)..next].TrimEnd();
        return emptied[..start] + comment + lineEnd + Write(item, 0, lineEnd) + emptied[next..];
    }

    private static string Cut(string text, YamlList list, int index)
    {
        var item = list.Items[index];
        var dash = text.LastIndexOf('-', item.StartIndex - 1);
        var start = text.LastIndexOf('\n', dash) + 1;
        return text[..start] + text[EndOfLine(text, YamlEditor.TightEnd(text, item))..];
    }

    /// <summary>Behind the line feed of the line that holds a position.</summary>
    private static int EndOfLine(string text, int position) => text.IndexOf('\n', position) is var found and >= 0 ? found + 1 : text.Length;

    private static string Write(IReadOnlyList<(string Key, JsonElement Value)> item, int indent, string lineEnd) =>
        string.Concat(item.Select((entry, i) => new string(' ', indent) + (i == 0 ? "- " : "  ") + YamlText.Entry(entry.Key, entry.Value) + lineEnd));
}
