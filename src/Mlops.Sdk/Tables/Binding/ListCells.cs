using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Mlops.Sdk.Tables;

/// <summary>Where the items of list and map cells lie in the child array.</summary>
internal readonly ref struct ListCells
{
    private readonly ReadOnlySpan<int> _offsets;
    private readonly ReadOnlySpan<long> _largeOffsets;
    private readonly int _first;
    private readonly int _size;

    /// <summary>Over the cells of <paramref name="cells"/> from <paramref name="start"/> on.</summary>
    public ListCells(ArrayData cells, int start)
    {
        _first = cells.Offset + start;
        switch (cells.DataType)
        {
            case FixedSizeListType type:
                _size = type.ListSize;
                break;
            case LargeListType:
                _largeOffsets = MemoryMarshal.Cast<byte, long>(cells.Buffers[1].Span)[_first..];
                break;
            default:
                _offsets = MemoryMarshal.Cast<byte, int>(cells.Buffers[1].Span)[_first..];
                break;
        }
    }

    /// <summary>Start in the child array, and number of items.</summary>
    public (int Start, int Count) this[int index]
    {
        get
        {
            if (!_offsets.IsEmpty)
            {
                return (_offsets[index], _offsets[index + 1] - _offsets[index]);
            }

            return _largeOffsets.IsEmpty
                ? ((_first + index) * _size, _size)
                : (checked((int)_largeOffsets[index]), checked((int)(_largeOffsets[index + 1] - _largeOffsets[index])));
        }
    }
}
