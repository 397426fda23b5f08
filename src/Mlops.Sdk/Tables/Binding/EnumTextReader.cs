using System.Text;
using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Enum values from their names, without regard to case; a text of digits is none.</summary>
internal sealed class EnumTextReader<T>(bool acceptsNull) : CellReader<T>(acceptsNull)
    where T : struct, Enum
{
    private readonly Dictionary<string, T> _known = [];

    public override void Read(ArrayData cells, int start, Span<T> into)
    {
        if (into.IsEmpty)
        {
            return;
        }

        var lookup = _known.GetAlternateLookup<ReadOnlySpan<char>>();
        var bytes = new ByteCells(cells, start);
        var validity = Validity.Of(cells, start);
        Span<char> buffer = stackalloc char[128];
        for (var i = 0; i < into.Length; i++)
        {
            if (validity.IsNull(i))
            {
                into[i] = Null(i);
                continue;
            }

            ReadOnlySpan<char> text = bytes[i].Length <= buffer.Length ? buffer[..Encoding.UTF8.GetChars(bytes[i], buffer)] : Encoding.UTF8.GetString(bytes[i]);
            if (!lookup.TryGetValue(text, out into[i]))
            {
                into[i] = Parse(text.ToString(), i);
            }
        }
    }

    private T Parse(string text, int index)
    {
        if (text.Length == 0 || char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' || !Enum.TryParse<T>(text, ignoreCase: true, out var value))
        {
            throw new CellFault(index, $"holds '{text}'", $"does not know; its values are {string.Join(", ", Enum.GetNames<T>())}");
        }

        return _known[text] = value;
    }
}
