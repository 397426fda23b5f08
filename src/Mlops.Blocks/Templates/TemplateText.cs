using System.Text.RegularExpressions;

namespace Mlops.Blocks.Templates;

/// <summary>
/// Finds what stands between double braces and refuses whatever could be costly or is logic, before a parser sees it: tags, filters, ranges, nesting.
/// All other text is nobody's business here, so that <c>{%</c> in SQL stays as it is.
/// </summary>
internal static partial class TemplateText
{
    /// <summary>Characters of a template.</summary>
    public const int MaxCharacters = 1024 * 1024;

    /// <summary>Expressions of a template.</summary>
    public const int MaxExpressions = 1000;

    private const int MaxExpressionCharacters = 1000;

    /// <summary>A parser calls itself for each, and a stack overflow would end the process.</summary>
    private const int MaxBrackets = 10;

    /// <summary>The expressions with their braces; <c>Groups[1]</c> is what stands between them.</summary>
    /// <exception cref="TemplateException">One is not closed or not allowed, or there are too many.</exception>
    public static MatchCollection Find(string text)
    {
        CheckLength(text);
        var expressions = Expression().Matches(text);
        CheckCount(expressions.Count);
        foreach (Match expression in expressions)
        {
            Check(expression);
        }

        return expressions;
    }

    /// <summary>The expression that begins at an index, where two braces stand; for texts of which only parts are templates.</summary>
    /// <exception cref="TemplateException">It is not closed or not allowed.</exception>
    public static Match At(string text, int index)
    {
        var expression = Expression().Match(text, index);
        Check(expression);
        return expression;
    }

    /// <exception cref="TemplateException">The text is longer than a template may be.</exception>
    public static void CheckLength(string text)
    {
        if (text.Length > MaxCharacters)
        {
            throw new TemplateException($"has {text.Length:N0} characters; templates have at most {MaxCharacters:N0}.");
        }
    }

    /// <exception cref="TemplateException">There are more expressions than a template may have.</exception>
    public static void CheckCount(int count)
    {
        if (count > MaxExpressions)
        {
            throw new TemplateException($"has {count:N0} expressions between braces; at most {MaxExpressions:N0} are rendered.");
        }
    }

    private static void Check(Match expression)
    {
        if (WhyNot(expression) is { } reason)
        {
            throw new TemplateException(reason);
        }
    }

    private static string? WhyNot(Match expression)
    {
        if (!expression.Value.EndsWith("}}", StringComparison.Ordinal))
        {
            return "has '{{' without the '}}' that ends it. Close it; to write two braces as such, write {{ '{{' }}.";
        }

        var inside = expression.Groups[1].Value;
        if (inside.Length > MaxExpressionCharacters)
        {
            return $"has {inside.Length:N0} characters between braces; at most {MaxExpressionCharacters:N0} are read.";
        }

        var bare = Literal().Replace(inside, "''");
        return bare.Count(character => character is '(' or '[') > MaxBrackets ? $"has more than {MaxBrackets} brackets between braces."
            : bare.Contains('|', StringComparison.Ordinal) ? "has '|' between braces; there are no filters. Write variables('name', 'default') for a default."
            : bare.Contains("..", StringComparison.Ordinal) ? "has '..' between braces; there are no ranges."
            : null;
    }

    /// <summary>From two braces to the first two that close outside quotes, or to the end of the text; one pass.</summary>
    [GeneratedRegex("""\{\{-?((?>'[^']*'|"[^"]*"|[^'"}]|\}(?!\}))*)(?:\}\}|\z|['"])""", RegexOptions.CultureInvariant)]
    private static partial Regex Expression();

    [GeneratedRegex("""'[^']*'|"[^"]*"|['"]""", RegexOptions.CultureInvariant)]
    private static partial Regex Literal();
}
