using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Mlops.Core.Yaml;

/// <summary>
/// Reads YAML into <see cref="YamlNode"/>s that know their place. Bounded whatever the text: nesting, and the number of nodes with every alias
/// written out, so that neither a million brackets nor a few lines of aliases of aliases take the process down.
/// </summary>
internal sealed class YamlReader
{
    /// <summary>Levels of nesting.</summary>
    public const int MaxDepth = 50;

    /// <summary>Nodes, aliases written out; a text of 1 MiB without aliases stays well below.</summary>
    public const int MaxWeight = 500_000;

    private readonly Dictionary<AnchorName, YamlNode> _anchors = [];
    private readonly Parser _parser;

    private YamlReader(string text) => _parser = new Parser(new StringReader(text));

    /// <summary>The one document of a text; nothing for an empty text.</summary>
    /// <exception cref="YamlFormatException">It is not YAML, goes beyond a bound, or gives a key twice.</exception>
    public static YamlNode Read(string text)
    {
        var reader = new YamlReader(text);
        try
        {
            return reader.ReadDocument();
        }
        catch (YamlException exception)
        {
            throw Explain(exception, text);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or FormatException or OverflowException)
        {
            // The parser throws these instead of a YamlException for some texts that end too early or hold an impossible escape.
            var mark = reader._parser.Current?.End ?? Mark.Empty;
            throw new YamlFormatException("The YAML breaks off here. A bracket, a brace or a quote is probably not closed.", mark.Line, mark.Column);
        }
    }

    private static YamlFormatException Explain(YamlException exception, string text)
    {
        if (exception.Message.Contains("tab", StringComparison.Ordinal))
        {
            // The exception tells where the mapping begins; what helps is the line with the tab.
            var lines = text.Split('\n');
            var line = Array.FindIndex(lines, (int)exception.Start.Line - 1, candidate => candidate.TrimStart(' ').StartsWith('\t'));
            return new YamlFormatException(exception.Message + " Indent with spaces, never tabs.", line < 0 ? exception.Start.Line : line + 1, 1);
        }

        var isCron = exception.Message.Contains("anchor or alias", StringComparison.Ordinal);
        return Error(exception.Message + (isCron ? " Quote text that starts with '*' or '&', such as '*/5 * * * *'." : ""), exception.Start);
    }

    private YamlNode ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.TryConsume<StreamEnd>(out _))
        {
            return new YamlScalar("", true, Mark.Empty, Mark.Empty);
        }

        _parser.Consume<DocumentStart>();
        var root = ReadNode(1);
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out var second))
        {
            throw Error("The file holds more than one YAML document. Keep one and remove the line '---' between them.", second.Start);
        }

        return root;
    }

    private YamlNode ReadNode(int depth)
    {
        var start = _parser.Current?.Start ?? Mark.Empty;
        if (depth > MaxDepth)
        {
            throw TooDeep(start);
        }

        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return _anchors.TryGetValue(alias.Value, out var target)
                ? target
                : throw Error($"The alias '*{alias.Value}' names no anchor before it. Write '&{alias.Value}' at the value that it repeats.", start);
        }

        if (_parser.Current is not NodeEvent { Anchor: var anchor })
        {
            // The parser ends some mappings of wrong indentation between a key and its value.
            throw Error("A value is missing here. Check that the lines of a mapping begin in the same column.", start);
        }

        YamlNode node = _parser.Current switch
        {
            SequenceStart => ReadList(depth),
            MappingStart => ReadMap(depth),
            _ => ReadScalar(),
        };
        Check(node, start);
        if (!anchor.IsEmpty)
        {
            _anchors[anchor] = node;
        }

        return node;
    }

    private YamlScalar ReadScalar()
    {
        var scalar = _parser.Consume<Scalar>();
        for (var i = 0; i < scalar.Value.Length; i++)
        {
            if (char.IsSurrogate(scalar.Value[i]) && (i + 1 == scalar.Value.Length || !char.IsSurrogatePair(scalar.Value[i], scalar.Value[++i])))
            {
                throw Error("A text holds half of a surrogate pair, which is no character. Write the character itself.", scalar.Start);
            }
        }

        var isText = !scalar.Tag.IsEmpty && scalar.Tag.Value == "tag:yaml.org,2002:str";
        return new YamlScalar(scalar.Value, scalar.Style == ScalarStyle.Plain && !isText, scalar.Start, scalar.End);
    }

    private YamlList ReadList(int depth)
    {
        var start = _parser.Consume<SequenceStart>();
        var items = new List<YamlNode>();
        while (!_parser.Accept<SequenceEnd>(out _))
        {
            items.Add(ReadNode(depth + 1));
        }

        return new YamlList(items, start.Style == SequenceStyle.Flow, start.Start, _parser.Consume<SequenceEnd>().End);
    }

    private YamlMap ReadMap(int depth)
    {
        var start = _parser.Consume<MappingStart>();
        var entries = new List<YamlEntry>();
        var seen = new Dictionary<string, YamlScalar>(StringComparer.Ordinal);
        var merged = new List<YamlNode>();
        while (!_parser.Accept<MappingEnd>(out _))
        {
            if (ReadNode(depth + 1) is not YamlScalar key)
            {
                throw Error("A key must be plain text, found a list or mapping. Quote a template: \"{{ ... }}\".", start.Start);
            }

            var value = ReadNode(depth + 1);
            if (key is { IsPlain: true, Text: "<<" })
            {
                merged.Add(value);
            }
            else if (seen.TryAdd(key.Text, key))
            {
                entries.Add(new YamlEntry(key, value));
            }
            else
            {
                throw new YamlFormatException($"The key '{key.Text}' is given twice, first in line {seen[key.Text].Line}. Remove one.", key.Line, key.Column);
            }
        }

        AddMerged(merged, entries, seen);
        return new YamlMap(entries, start.Style == MappingStyle.Flow, start.Start, _parser.Consume<MappingEnd>().End);
    }

    /// <summary><c>&lt;&lt;: *base</c> brings in the keys that are not given here; of several bases the first goes before.</summary>
    private static void AddMerged(List<YamlNode> merged, List<YamlEntry> entries, Dictionary<string, YamlScalar> seen)
    {
        foreach (var source in merged.SelectMany(node => node is YamlList list ? list.Items : [node]))
        {
            if (source is not YamlMap map)
            {
                throw new YamlFormatException($"'<<' merges mappings, found {source.Kind}.", source.Line, source.Column);
            }

            entries.AddRange(map.Entries.Where(entry => seen.TryAdd(entry.Key.Text, entry.Key)).Select(entry => entry with { IsMerged = true }));
        }
    }

    private static void Check(YamlNode node, Mark start)
    {
        if (node.Depth > MaxDepth)
        {
            throw TooDeep(start);
        }

        if (node.Weight > MaxWeight)
        {
            throw Error($"Aliases written out, the file holds more than {MaxWeight:N0} values. Use fewer aliases.", start);
        }
    }

    private static YamlFormatException TooDeep(Mark start) => Error($"Lists and mappings are nested more than {MaxDepth} deep. Flatten them.", start);

    private static YamlFormatException Error(string message, Mark start) => new(message, start.Line, start.Column);
}
