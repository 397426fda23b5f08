using System.Text.RegularExpressions;
using Mlops.Blocks.Templates;

namespace Mlops.Blocks.Sql;

/// <summary>
/// Reads SQL as the scanners of PostgreSQL and DuckDB do, only as far as to know where texts, names and comments begin and end. Where the two could be of
/// another opinion, nothing is filled in.
/// </summary>
internal sealed partial class SqlScanner
{
    private readonly string _text;
    private readonly List<SqlPlace> _places = [];
    private int _at;
    private int? _end;
    private bool _hasStatement;

    /// <summary>The text or value that stands right before, but for space and comments; null where something else does.</summary>
    private SqlQuoting? _textBefore;

    private SqlScanner(string text) => _text = text;

    /// <summary>Finds the statement and its places.</summary>
    /// <param name="text">The text, with line feeds alone as ends of lines: a comment ends where both databases think so.</param>
    /// <exception cref="SqlTextException">There is no statement, a second one, a text that is not closed, or a place where no value can be.</exception>
    public static SqlText Scan(string text)
    {
        var scanner = new SqlScanner(text);
        scanner.Run();
        return scanner._hasStatement
            ? new SqlText(text, scanner._end ?? text.Length, scanner._places)
            : throw new SqlTextException("has no statement. Write a query, such as: select count(*) > 0 from orders", 0);
    }

    private void Run()
    {
        try
        {
            TemplateText.CheckLength(_text);
            while (_at < _text.Length)
            {
                Step();
                TemplateText.CheckCount(_places.Count);
            }
        }
        catch (TemplateException exception)
        {
            throw new SqlTextException(exception.Message, Math.Min(_at, _text.Length));
        }
    }

    private void Step()
    {
        var sign = _text[_at];
        if (sign is ' ' or '\t' or '\n' or '\r' or '\f' or '\v')
        {
            _at++;
        }
        else if (StartsWith("--"))
        {
            _at = _text.IndexOf('\n', _at) is >= 0 and var end ? end : _text.Length;
        }
        else if (StartsWith("/*"))
        {
            SkipComment();
        }
        else if (sign == ';')
        {
            _end ??= _hasStatement ? _at : null;
            _textBefore = null;
            _at++;
        }
        else
        {
            BeginStatement();
            TakeToken(sign);
        }
    }

    private void BeginStatement()
    {
        if (_end is not null)
        {
            throw new SqlTextException("has a second statement. A sensor asks one query; keep that, and end the file after its semicolon.", _at);
        }

        _hasStatement = true;
    }

    private void TakeToken(char sign)
    {
        if (StartsWith("{{"))
        {
            TakeBareValue();
        }
        else if (sign == '\'')
        {
            // E'a'
            //  'b' is one text in both databases, and backslashes count in all of it.
            TakeQuoted(1, '\'', _textBefore == SqlQuoting.EscapedText ? SqlQuoting.EscapedText : SqlQuoting.Text);
        }
        else if (sign == '"')
        {
            TakeQuoted(1, '"', SqlQuoting.Name);
        }
        else if (sign == '$' && Tag().Match(_text, _at) is { Success: true } tag)
        {
            TakeRaw(tag.Value);
        }
        else if (Word().Match(_text, _at) is { Success: true } word)
        {
            TakeWord(word.Value);
        }
        else
        {
            _textBefore = null;
            _at++;
        }
    }

    private void TakeWord(string word)
    {
        // A letter before the prefix that is none of ASCII's may be a space to DuckDB.
        var isPrefix = word.Length == 1 || word[^2] > '\x7f';
        _at += word.Length;
        _textBefore = null;
        if (isPrefix && (word[^1] is 'e' or 'E') && StartsWith("'"))
        {
            TakeQuoted(1, '\'', SqlQuoting.EscapedText);
        }
        else if (isPrefix && (word[^1] is 'u' or 'U') && (StartsWith("&'") || StartsWith("&\"")))
        {
            TakeQuoted(2, _text[_at + 1], SqlQuoting.Raw);
        }
    }

    private void TakeQuoted(int prefixLength, char quote, SqlQuoting quoting)
    {
        var start = _at;
        _at += prefixLength;
        while (_at < _text.Length)
        {
            if (_text[_at] == quote)
            {
                _at++;
                if (_at == _text.Length || _text[_at] != quote)
                {
                    _textBefore = quote == '\'' ? quoting : null;
                    return;
                }

                _at++;
            }
            else if (StartsWith("{{"))
            {
                TakeValue(quoting);
            }
            else
            {
                _at += quoting == SqlQuoting.EscapedText && _text[_at] == '\\' ? 2 : 1;
            }
        }

        throw new SqlTextException($"has a {(quote == '"' ? "name" : "text")} that is opened by {quote} and never closed.", start);
    }

    private void TakeRaw(string tag)
    {
        var start = _at;
        _at += tag.Length;
        while (!StartsWith(tag))
        {
            if (_at >= _text.Length)
            {
                throw new SqlTextException($"has a text that is opened by {tag} and never closed.", start);
            }

            if (StartsWith("{{"))
            {
                TakeValue(SqlQuoting.Raw); // Refuses it.
            }

            _at++;
        }

        _at += tag.Length;
        _textBefore = SqlQuoting.Raw;
    }

    private void TakeBareValue()
    {
        var start = _at;
        TakeValue(SqlQuoting.None);
        if (_textBefore is not null || (start > 0 && Sticks(_text[start - 1])) || (_at < _text.Length && Sticks(_text[_at])))
        {
            throw new SqlTextException(
                "has a value between braces right beside letters, a point, a text or another value. Quote all of it: '...{{ ds }}' is a text, \"...{{ variables('x') }}\" a name.",
                start);
        }

        _textBefore = SqlQuoting.None;
    }

    private void TakeValue(SqlQuoting quoting)
    {
        var expression = TemplateText.At(_text, _at);
        if (quoting == SqlQuoting.Raw)
        {
            throw new SqlTextException("has a value between braces within $...$ or U&'...', where it cannot be quoted. Write a text in single quotes.", _at);
        }

        _places.Add(new SqlPlace(_at, expression.Length, expression.Groups[1].Value, quoting));
        _at += expression.Length;
    }

    /// <summary>Comments lie in each other in both databases.</summary>
    private void SkipComment()
    {
        var start = _at;
        var depth = 0;
        do
        {
            if (_at >= _text.Length)
            {
                throw new SqlTextException("has a comment that is opened by /* and never closed.", start);
            }

            var step = StartsWith("/*") ? 1 : StartsWith("*/") ? -1 : 0;
            depth += step;
            _at += step == 0 ? 1 : 2;
        }
        while (depth > 0);
    }

    private bool StartsWith(string sign) => string.CompareOrdinal(_text, _at, sign, 0, sign.Length) == 0;

    /// <summary>Whether what is beside it would become part of the same word, text or name.</summary>
    private static bool Sticks(char sign) => char.IsAsciiLetterOrDigit(sign) || sign is '_' or '$' or '.' or '\'' or '"' or '`' || sign > '\x7f';

    [GeneratedRegex(@"\G\$([A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$", RegexOptions.CultureInvariant)]
    private static partial Regex Tag();

    [GeneratedRegex(@"\G[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
