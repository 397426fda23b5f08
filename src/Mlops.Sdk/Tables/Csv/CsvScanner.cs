using System.Buffers;
using System.IO.Compression;
using System.Text;
using System.Text.Unicode;

namespace Mlops.Sdk.Tables;

/// <summary>
/// Checks a CSV file before DuckDB reads it: UTF-8, and as many columns in every record as in the first. DuckDB's sniffer takes a ragged
/// file as a reason to skip its first lines without a word: of <c>a,b\n1,2\n3,4,5</c> it reads one row of three columns.
/// </summary>
internal sealed class CsvScanner(string path, string name, char? delimiter)
{
    private const int BufferBytes = 1 << 20;
    private const byte Quote = (byte)'"', LineFeed = (byte)'\n', CarriageReturn = (byte)'\r';
    private const int LoneFeed = 1, LoneReturn = 2, ReturnAndFeed = 4;
    private static readonly char[] Delimiters = [',', ';', '\t', '|'];

    private readonly List<byte> _firstRecord = [];
    private byte _delimiter;
    private SearchValues<byte> _special = SearchValues.Create(Quote);
    private long _line = 1, _recordLine = 1, _records;
    private long _recordBytes, _longest;
    private int _columns = 1, _wanted, _lineEnds;
    private bool _returnBefore;
    private bool _quoted, _mayOpen = true, _recordEmpty = true, _afterReturn, _first = true;

    /// <exception cref="TableFormatException">The file is empty, not UTF-8 or ragged; names the file and the line.</exception>
    public CsvScan Scan(CancellationToken cancellationToken)
    {
        using var stream = Open(path);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var carried = 0;
            var started = false;
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var read = stream.ReadAtLeast(buffer.AsSpan(carried), buffer.Length - carried, throwOnEndOfStream: false);
                var end = carried + read < buffer.Length;
                var chunk = buffer.AsSpan(0, carried + read);
                if (!started)
                {
                    chunk = Start(chunk);
                    started = true;
                }

                // A character may be cut by the end of the buffer: its bytes wait for the rest.
                carried = end ? 0 : IncompleteTail(chunk);
                var whole = chunk[..^carried];
                CheckUtf8(whole);
                Consume(whole);
                if (end)
                {
                    break;
                }

                chunk[^carried..].CopyTo(buffer);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        Finish();
        return new CsvScan((char)_delimiter, Split(_firstRecord), _records, _longest, System.Numerics.BitOperations.PopCount((uint)_lineEnds) > 1);
    }

    private static Stream Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.SequentialScan);
        return path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    private Span<byte> Start(Span<byte> chunk)
    {
        if (chunk.StartsWith<byte>([0xFF, 0xFE]) || chunk.StartsWith<byte>([0xFE, 0xFF]))
        {
            throw new TableFormatException($"'{name}' is UTF-16 text. Save it as UTF-8.");
        }

        chunk = chunk.StartsWith(Encoding.UTF8.Preamble) ? chunk[3..] : chunk;
        if (chunk.IsEmpty)
        {
            throw new TableFormatException($"'{name}' is empty (0 bytes). A CSV file needs at least a line of column names.");
        }

        _delimiter = (byte)(delimiter ?? FindDelimiter(chunk));
        _special = SearchValues.Create(_delimiter, Quote, LineFeed, CarriageReturn);
        return chunk;
    }

    private static char FindDelimiter(ReadOnlySpan<byte> text)
    {
        Span<int> counts = stackalloc int[Delimiters.Length];
        var quoted = false;
        foreach (var b in text)
        {
            if (b == Quote)
            {
                quoted = !quoted;
            }
            else if (!quoted && b is LineFeed or CarriageReturn)
            {
                break;
            }
            else if (!quoted && Delimiters.AsSpan().IndexOf((char)b) is >= 0 and var i)
            {
                counts[i]++;
            }
        }

        var best = 0;
        for (var i = 1; i < counts.Length; i++)
        {
            best = counts[i] > counts[best] ? i : best;
        }

        return Delimiters[best];
    }

    private static int IncompleteTail(ReadOnlySpan<byte> chunk)
    {
        for (var back = 1; back <= Math.Min(3, chunk.Length); back++)
        {
            var b = chunk[^back];
            if (b >= 0xC0)
            {
                return back < (b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2) ? back : 0;
            }

            if (b < 0x80)
            {
                return 0;
            }
        }

        return 0;
    }

    private void CheckUtf8(ReadOnlySpan<byte> chunk)
    {
        if (Utf8.IsValid(chunk))
        {
            return;
        }

        var at = 0;
        while (Rune.DecodeFromUtf8(chunk[at..], out _, out var length) == OperationStatus.Done)
        {
            at += length;
        }

        var line = _line + chunk[..at].Count(LineFeed);
        throw new TableFormatException($"'{name}' is not UTF-8 text: line {line} holds the byte 0x{chunk[at]:X2}. Save it as UTF-8.");
    }

    private void Consume(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            var next = _quoted ? text.IndexOfAny(Quote, LineFeed) : text.IndexOfAny(_special);
            var plain = next < 0 ? text.Length : next;
            if (plain > 0)
            {
                Keep(text[..plain]);
                (_recordEmpty, _afterReturn, _mayOpen) = (false, false, false);
            }

            _recordBytes += plain + 1;
            if (next < 0)
            {
                return;
            }

            Special(text[next]);
            text = text[(next + 1)..];
        }
    }

    private void Special(byte b)
    {
        var afterReturn = _afterReturn;
        _afterReturn = false;
        if (b == Quote)
        {
            // Opens at the start of a cell only (5" pipe is plain text). A doubled quote closes and opens again, which comes to the same.
            (_quoted, _mayOpen) = (!_quoted && _mayOpen, _quoted);
            _recordEmpty = false;
            Keep([b]);
        }
        else if (_quoted || b == _delimiter)
        {
            _line += _quoted && b == LineFeed ? 1 : 0;
            _columns += _quoted ? 0 : 1;
            (_recordEmpty, _mayOpen) = (false, !_quoted);
            Keep([b]);
        }
        else if (b == CarriageReturn)
        {
            // Whether a line feed follows shows with the next byte.
            _returnBefore = (_lineEnds & LoneReturn) != 0;
            _lineEnds |= LoneReturn;
            EndRecord();
            _afterReturn = true;
        }
        else if (afterReturn)
        {
            _lineEnds = (_lineEnds & ~LoneReturn) | (_returnBefore ? LoneReturn : 0) | ReturnAndFeed;
        }
        else
        {
            _lineEnds |= LoneFeed;
            EndRecord();
        }
    }

    private void EndRecord()
    {
        _line++;
        (_longest, _recordBytes) = (Math.Max(_longest, _recordBytes), 0);
        var skip = _recordEmpty && (_first || _wanted > 1);
        if (!skip)
        {
            _wanted = _first ? _columns : _wanted;
            _first = false;
            _records++;
            if (_columns != _wanted)
            {
                throw new TableFormatException(
                    $"'{name}' line {_recordLine} has {Columns(_columns)}, but the first line has {_wanted}. Quote text that holds '{(char)_delimiter}'.");
            }
        }

        (_columns, _recordEmpty, _recordLine, _mayOpen) = (1, true, _line, true);
    }

    private void Finish()
    {
        if (_quoted)
        {
            throw new TableFormatException($"'{name}' ends inside the quoted text of the record that begins in line {_recordLine}. A quote is not closed.");
        }

        if (!_recordEmpty)
        {
            EndRecord();
        }

        if (_first)
        {
            throw new TableFormatException($"'{name}' holds only empty lines. A CSV file needs at least a line of column names.");
        }
    }

    private static string Columns(int count) => count == 1 ? "1 column" : $"{count} columns";

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_first)
        {
            _firstRecord.AddRange(bytes);
        }
    }

    private List<string> Split(List<byte> record)
    {
        var text = Encoding.UTF8.GetString([.. record]);
        var cells = new List<string>();
        var (start, quoted) = (0, false);
        for (var i = 0; i <= text.Length; i++)
        {
            quoted ^= i < text.Length && text[i] == '"';
            if (i == text.Length || (!quoted && text[i] == _delimiter))
            {
                var cell = text[start..i];
                cells.Add(cell is ['"', .., '"'] ? cell[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : cell);
                start = i + 1;
            }
        }

        return cells;
    }
}
