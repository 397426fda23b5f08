using System.Text.RegularExpressions;
using Mlops.Testing;

namespace Mlops.Browser.Tests.Docs;

/// <summary>A fenced block of README.md or a page of docs.</summary>
/// <param name="Place">File and line, such as <c>docs/rest.md:12</c>.</param>
/// <param name="Language">Word after the fence, such as <c>csharp</c>.</param>
/// <param name="Text">What is inside.</param>
internal sealed partial record DocExample(string Place, string Language, string Text)
{
    /// <summary>The path that its first line names in a comment, such as <c>// data_loaders/load_orders.cs</c>; null where there is none.</summary>
    public string? Path => PathComment().Match(Text) is { Success: true } match ? match.Groups["path"].Value : null;

    /// <summary>All examples in the order of files and lines.</summary>
    public static IReadOnlyList<DocExample> All { get; } =
        [.. Directory.GetFiles(Repository.Combine("docs"), "*.md").Order(StringComparer.Ordinal).Prepend(Repository.Combine("README.md")).SelectMany(Read)];

    public override string ToString() => Place;

    private static IEnumerable<DocExample> Read(string file)
    {
        var text = File.ReadAllText(file);
        var name = System.IO.Path.GetRelativePath(Repository.Root, file).Replace('\\', '/');
        return Fence().Matches(text).Select(match => new DocExample(
            $"{name}:{text[..match.Index].Count(sign => sign == '\n') + 1}", match.Groups["language"].Value, match.Groups["text"].Value));
    }

    [GeneratedRegex(@"^```(?<language>[a-z]+)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^(//|#|--) (?<path>[\w/.]+\.(cs|yaml|sql))\n")]
    private static partial Regex PathComment();
}
