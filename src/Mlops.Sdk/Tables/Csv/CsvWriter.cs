using System.Buffers;
using System.Globalization;
using System.Text;
using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>
/// Tables as CSV by RFC 4180 but for the line end, which is a line feed. Null is an empty cell and an empty string <c>""</c>, as
/// <see cref="CsvReader"/> reads them.
/// </summary>
internal sealed class CsvWriter
{
    private const int FlushChars = 1 << 15;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly char _delimiter;
    private readonly bool _index;
    private readonly SearchValues<char> _quoted;
    private readonly StringBuilder _text = new(FlushChars + 1024);

    public CsvWriter(CsvWriteOptions options)
    {
        (_delimiter, _index) = (options.Delimiter, options.IndexColumn);
        _quoted = SearchValues.Create(['"', '\n', '\r', _delimiter]);
    }

    public void Write(Table table, string path)
    {
        using var writer = new StreamWriter(path, append: false, Utf8);
        Write(table, writer);
    }

    public void Write(Table table, TextWriter writer)
    {
        var fields = table.Schema.FieldsList;
        Header(fields);
        var index = 0L;
        foreach (var batch in table.StreamBatches())
        {
            var columns = batch.Arrays.Select(a => a.Data).ToArray();
            for (var row = 0; row < batch.Length; row++)
            {
                Row(fields, columns, row, index++);
                if (_text.Length > FlushChars)
                {
                    Flush(writer);
                }
            }
        }

        Flush(writer);
    }

    private void Header(IReadOnlyList<Field> fields)
    {
        _text.Append(_index ? _delimiter : null);
        for (var i = 0; i < fields.Count; i++)
        {
            Separate(i);
            Cell(fields[i].Name);
        }

        _text.Append('\n');
    }

    private void Row(IReadOnlyList<Field> fields, ArrayData[] columns, int row, long index)
    {
        if (_index)
        {
            _text.Append(CultureInfo.InvariantCulture, $"{index}{_delimiter}");
        }

        for (var i = 0; i < columns.Length; i++)
        {
            Separate(i);
            if (CellText.Of(fields[i], columns[i], row) is { } text)
            {
                Cell(text);
            }
        }

        _text.Append('\n');
    }

    private void Separate(int column)
    {
        if (column > 0)
        {
            _text.Append(_delimiter);
        }
    }

    private void Cell(string text)
    {
        if (text.Length == 0)
        {
            _text.Append("\"\"");
        }
        else if (text.AsSpan().ContainsAny(_quoted))
        {
            _text.Append('"').Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }
        else
        {
            _text.Append(text);
        }
    }

    private void Flush(TextWriter writer)
    {
        foreach (var chunk in _text.GetChunks())
        {
            writer.Write(chunk.Span);
        }

        _text.Clear();
    }
}
