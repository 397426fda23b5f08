using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Struct cells as records.</summary>
internal sealed class RecordReader<T>(RowPlan<T> plan, bool acceptsNull) : CellReader<T>(acceptsNull)
{
    private readonly RowDecoder<T> _decoder = plan.NewDecoder();
    private T[] _rows = [];

    public override void Read(ArrayData cells, int start, Span<T> into)
    {
        // The members of a null struct may hold anything, so runs without null are read one by one.
        var validity = Validity.Of(cells, start);
        for (var i = 0; i < into.Length;)
        {
            if (validity.IsNull(i))
            {
                into[i] = Null(i)!;
                i++;
                continue;
            }

            var end = i + 1;
            while (end < into.Length && !validity.IsNull(end))
            {
                end++;
            }

            Run(cells, start + i, into[i..end], i);
            i = end;
        }
    }

    private void Run(ArrayData cells, int start, Span<T> into, int index)
    {
        if (_rows.Length < into.Length)
        {
            _rows = new T[into.Length];
        }

        try
        {
            _decoder.Decode(cells.Children, cells.Offset + start, into.Length, _rows);
        }
        catch (CellFault fault)
        {
            throw fault.At(index + fault.Index, $".{_decoder.Current.Name}");
        }

        _rows.AsSpan(0, into.Length).CopyTo(into);
    }
}
