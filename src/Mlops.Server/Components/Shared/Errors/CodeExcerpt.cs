using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;

namespace Mlops.Server.Components.Shared.Errors;

/// <summary>Lines of code cut into coloured pieces.</summary>
internal static partial class CodeExcerpt
{
    /// <summary>Cuts a piece of a file into lines of pieces.</summary>
    /// <param name="code">The lines, joined by line feeds.</param>
    /// <param name="language">Word of its language: <c>csharp</c> and <c>yaml</c> are coloured; of others every line is one piece.</param>
    /// <param name="errorLine">Index in <paramref name="code"/> of the line to underline; null for none.</param>
    /// <param name="errorColumn">Column from 1 where the error begins; the word there is underlined.</param>
    public static IReadOnlyList<IReadOnlyList<CodePiece>> Lines(string code, string language, int? errorLine = null, int? errorColumn = null)
    {
        var text = code.Replace("\r\n", "\n", StringComparison.Ordinal);
        List<List<CodePiece>> lines = [[]];
        foreach (var (piece, style) in language switch { "csharp" => CSharp(text), "yaml" => Yaml(text), _ => [(text, null)] })
        {
            var parts = piece.Split('\n');
            for (var i = 0; i < parts.Length; i++)
            {
                if (i > 0)
                {
                    lines.Add([]);
                }

                if (parts[i].Length > 0)
                {
                    lines[^1].Add(new CodePiece(parts[i], style));
                }
            }
        }

        if (errorLine is { } line && errorColumn is { } column && line >= 0 && line < lines.Count)
        {
            lines[line] = Underline(lines[line], column - 1);
        }

        return lines;
    }

    /// <summary>Tokens by the lexer alone: names are told apart by what stands around them, good enough for a few lines out of context.</summary>
    private static IEnumerable<(string Text, string? Style)> CSharp(string text)
    {
        var previous = SyntaxKind.None;
        var tokens = SyntaxFactory.ParseTokens(text).ToList();
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            foreach (var trivia in token.LeadingTrivia)
            {
                yield return (trivia.ToFullString(), trivia.ToString().StartsWith('/') ? "c" : null);
            }

            var next = i + 1 < tokens.Count ? tokens[i + 1].Kind() : SyntaxKind.None;
            yield return (token.Text, StyleOf(token.Kind(), token.Text, previous, next));
            foreach (var trivia in token.TrailingTrivia)
            {
                yield return (trivia.ToFullString(), trivia.ToString().StartsWith('/') ? "c" : null);
            }

            previous = token.Kind();
        }
    }

    /// <summary>Keys and comments of block style, line by line; what a line is part of, such as a long text, is not looked at.</summary>
    private static IEnumerable<(string Text, string? Style)> Yaml(string text)
    {
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var match = YamlLine().Match(lines[i]);
            yield return (match.Groups["indent"].Value, null);
            yield return (match.Groups["key"].Value, "a");
            yield return (match.Groups["colon"].Value, null);
            yield return (match.Groups["value"].Value, match.Groups["value"].Value is ['"' or '\'', ..] ? "s" : null);
            yield return (match.Groups["comment"].Value + (i < lines.Length - 1 ? "\n" : ""), match.Groups["comment"].Length > 0 ? "c" : null);
        }
    }

    // "  - uuid: load_titanic  # the first"
    [GeneratedRegex("""^(?<indent>\s*(?:-\s+)*)(?:(?<key>[^\s#:"'\[\]{},&*!|>%@-][^:#]*)(?<colon>:(?:\s+|$)))?(?<value>.*?)(?<comment>\s+#.*|(?<=^|\s)#.*|\s*)$""", RegexOptions.ExplicitCapture)]
    private static partial Regex YamlLine();

    private static string? StyleOf(SyntaxKind kind, string text, SyntaxKind previous, SyntaxKind next) => kind switch
    {
        SyntaxKind.NumericLiteralToken => "n",
        SyntaxKind.StringLiteralToken or SyntaxKind.CharacterLiteralToken or SyntaxKind.SingleLineRawStringLiteralToken
            or SyntaxKind.MultiLineRawStringLiteralToken or SyntaxKind.InterpolatedStringToken => "s",
        SyntaxKind.IdentifierToken when SyntaxFacts.GetContextualKeywordKind(text) is SyntaxKind.VarKeyword or SyntaxKind.AsyncKeyword
            or SyntaxKind.AwaitKeyword or SyntaxKind.RecordKeyword or SyntaxKind.WhenKeyword or SyntaxKind.YieldKeyword => "k",
        SyntaxKind.IdentifierToken when next == SyntaxKind.OpenParenToken && previous != SyntaxKind.NewKeyword => "m",
        SyntaxKind.IdentifierToken when previous is SyntaxKind.OpenBracketToken && next is SyntaxKind.CloseBracketToken && char.IsUpper(text[0]) => "a",
        SyntaxKind.IdentifierToken when char.IsUpper(text[0]) && previous != SyntaxKind.DotToken => "t",
        _ => SyntaxFacts.IsKeywordKind(kind) ? "k" : null,
    };

    private static List<CodePiece> Underline(List<CodePiece> line, int column)
    {
        List<CodePiece> result = [];
        var at = 0;
        foreach (var piece in line)
        {
            var offset = column - at;
            at += piece.Text.Length;
            if (offset < 0 || offset >= piece.Text.Length || string.IsNullOrWhiteSpace(piece.Text))
            {
                result.Add(piece);
                continue;
            }

            // A piece may be more than a word: of "[load_titanic, fill_in]" only the one that is meant is wrong.
            var word = WordAt().Match(piece.Text, offset);
            var (from, to) = word.Success ? (offset, offset + word.Length) : (0, piece.Text.Length);
            result.AddRange(new[] { piece with { Text = piece.Text[..from] }, piece with { Text = piece.Text[from..to], IsWrong = true }, piece with { Text = piece.Text[to..] } }
                .Where(part => part.Text.Length > 0));
        }

        return result;
    }

    [GeneratedRegex(@"\G[\w./-]+(?: [\w./-]+)*")]
    private static partial Regex WordAt();
}

/// <summary>Some characters of a line of code.</summary>
/// <param name="Text">The characters.</param>
/// <param name="Style">Style class of its kind: keyword k, type t, method m, string s, number n, comment c, attribute a; null for plain text.</param>
internal sealed record CodePiece(string Text, string? Style)
{
    /// <summary>Whether it is underlined.</summary>
    public bool IsWrong { get; init; }
}
