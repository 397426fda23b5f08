using YamlDotNet.Core;

namespace Mlops.Core.Yaml;

/// <summary>
/// A node of a YAML text with its place in it. An alias is the same object as its anchor, so a tree may be a graph; <see cref="Weight"/> and
/// <see cref="Depth"/> count it as if it were written out.
/// </summary>
internal abstract class YamlNode(Mark start, Mark end)
{
    /// <summary>Position of the first character.</summary>
    public int StartIndex { get; } = (int)start.Index;

    /// <summary>Position after the last character; for block styles it may be after comments and blank lines that follow.</summary>
    public int EndIndex { get; } = (int)end.Index;

    /// <summary>Line of the first character, from 1.</summary>
    public int Line { get; } = (int)start.Line;

    /// <summary>Column of the first character, from 1.</summary>
    public int Column { get; } = (int)start.Column;

    /// <summary>Nodes in it, itself included, aliases written out.</summary>
    public long Weight { get; protected init; } = 1;

    /// <summary>Levels in it, itself included, aliases written out.</summary>
    public int Depth { get; protected init; } = 1;

    /// <summary>What it is, for messages.</summary>
    public abstract string Kind { get; }
}

/// <summary>A single value.</summary>
internal sealed class YamlScalar(string text, bool isPlain, Mark start, Mark end) : YamlNode(start, end)
{
    /// <summary>The value without quotes and escapes.</summary>
    public string Text { get; } = text;

    /// <summary>Whether it is written without quotes, so that <c>1</c> is a number and <c>null</c> is nothing.</summary>
    public bool IsPlain { get; } = isPlain;

    /// <summary>Whether it is nothing: empty, <c>~</c> or <c>null</c>.</summary>
    public bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL" && IsPlain;

    public override string Kind => IsNull ? "nothing" : $"the value '{Text}'";
}

/// <summary>Values in order.</summary>
internal sealed class YamlList : YamlNode
{
    public YamlList(IReadOnlyList<YamlNode> items, bool isFlow, Mark start, Mark end)
        : base(start, end)
    {
        Items = items;
        IsFlow = isFlow;
        Weight = 1 + items.Sum(item => item.Weight);
        Depth = 1 + items.Select(item => item.Depth).DefaultIfEmpty().Max();
    }

    public IReadOnlyList<YamlNode> Items { get; }

    /// <summary>Whether it is written <c>[a, b]</c>.</summary>
    public bool IsFlow { get; }

    public override string Kind => "a list";
}

/// <summary>Values by key, in the order of the file.</summary>
internal sealed class YamlMap : YamlNode
{
    public YamlMap(IReadOnlyList<YamlEntry> entries, bool isFlow, Mark start, Mark end)
        : base(start, end)
    {
        Entries = entries;
        IsFlow = isFlow;
        Weight = 1 + entries.Sum(entry => 1 + entry.Value.Weight);
        Depth = 1 + entries.Select(entry => entry.Value.Depth).DefaultIfEmpty().Max();
    }

    public IReadOnlyList<YamlEntry> Entries { get; }

    /// <summary>Whether it is written <c>{a: b}</c>.</summary>
    public bool IsFlow { get; }

    public override string Kind => "a mapping";

    /// <summary>The value of a key, or null where the key is missing.</summary>
    public YamlNode? Find(string key) => Entries.FirstOrDefault(entry => entry.Key.Text == key)?.Value;

    /// <summary>The text of a key's value; null where the key is missing, nothing, or no single value.</summary>
    public string? FindText(string key) => Find(key) is YamlScalar { IsNull: false } scalar ? scalar.Text : null;
}

/// <summary>A key with its value.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
/// <param name="IsMerged">Whether it came from a <c>&lt;&lt;</c> merge and so stands elsewhere in the text.</param>
internal sealed record YamlEntry(YamlScalar Key, YamlNode Value, bool IsMerged = false);
