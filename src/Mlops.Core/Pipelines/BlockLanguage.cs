namespace Mlops.Core.Pipelines;

/// <summary>What a block's file is written in. One static instance a language.</summary>
/// <param name="Word">On disk and on the wire, such as <c>csharp</c>.</param>
/// <param name="Extension">Ending of its files, with the dot.</param>
/// <param name="Label">For people, such as <c>C#</c>.</param>
public sealed record BlockLanguage(string Word, string Extension, string Label)
{
    /// <summary>All languages.</summary>
    public static IReadOnlyList<BlockLanguage> All { get; } =
    [
        new("csharp", ".cs", "C#"),
        new("sql", ".sql", "SQL"),
        new("python", ".py", "Python"),
        new("r", ".r", "R"),
        new("yaml", ".yaml", "YAML"),
        new("markdown", ".md", "Markdown"),
    ];

    private static readonly Dictionary<string, BlockLanguage> ByWord = All.ToDictionary(language => language.Word, StringComparer.Ordinal);

    /// <summary>The language named <paramref name="word"/>, or null.</summary>
    public static BlockLanguage? Find(string word) => ByWord.GetValueOrDefault(word);

    /// <summary>The language of a stored block run: also one that this version does not know, since another version wrote it.</summary>
    internal static BlockLanguage OfStored(string word) => Find(word) ?? new BlockLanguage(word, "", word);

    /// <inheritdoc/>
    public override string ToString() => Word;
}
