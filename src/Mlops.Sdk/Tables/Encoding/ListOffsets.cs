using Apache.Arrow;
using Apache.Arrow.Types;

namespace Mlops.Sdk.Tables;

/// <summary>Where each list or map ends, and which are null.</summary>
internal sealed class ListOffsets
{
    private readonly ByteBuffer _offsets = new();
    private readonly ValidityBuilder _validity = new();
    private int _end, _count;

    public ListOffsets() => _offsets.Reserve<int>(1)[0] = 0;

    /// <param name="length">Number of items; null for a null list.</param>
    public void Append(int? length)
    {
        _validity.Append(length is not null);
        _end = checked(_end + (length ?? 0));
        _offsets.Reserve<int>(1)[0] = _end;
        _count++;
    }

    public ArrayData Build(IArrowType type, CellWriter items)
    {
        try
        {
            return new ArrayData(type, _count, _validity.NullCount, 0, [_validity.ToArrow(), _offsets.ToArrow()], [items.Build()]);
        }
        catch (CellFault fault)
        {
            throw fault.At(RowOf(fault.Index), "[]");
        }
    }

    private int RowOf(int item)
    {
        var offsets = _offsets.As<int>();
        var row = 0;
        while (offsets[row + 1] <= item)
        {
            row++;
        }

        return row;
    }
}
