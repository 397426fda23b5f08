using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Mlops.Sdk.Tables;

/// <summary>The bytes of text and binary cells in any of Arrow's layouts.</summary>
internal readonly ref struct ByteCells
{
    private readonly ReadOnlySpan<int> _offsets;
    private readonly ReadOnlySpan<long> _largeOffsets;
    private readonly ReadOnlySpan<byte> _views;
    private readonly ReadOnlySpan<byte> _data;
    private readonly ArrowBuffer[] _buffers;
    private readonly int _width;

    /// <summary>Over the cells of <paramref name="cells"/> from <paramref name="start"/> on.</summary>
    public ByteCells(ArrayData cells, int start)
    {
        _buffers = cells.Buffers;
        var first = cells.Offset + start;
        switch (cells.DataType)
        {
            case StringType or BinaryType:
                _offsets = MemoryMarshal.Cast<byte, int>(_buffers[1].Span)[first..];
                _data = _buffers[2].Span;
                break;
            case LargeStringType or LargeBinaryType:
                _largeOffsets = MemoryMarshal.Cast<byte, long>(_buffers[1].Span)[first..];
                _data = _buffers[2].Span;
                break;
            case FixedSizeBinaryType type:
                _width = type.ByteWidth;
                _data = _buffers[1].Span[(first * _width)..];
                break;
            default:
                _views = _buffers[1].Span[(first * 16)..];
                break;
        }
    }

    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            if (!_offsets.IsEmpty)
            {
                return _data[_offsets[index].._offsets[index + 1]];
            }

            if (_width > 0)
            {
                return _data.Slice(index * _width, _width);
            }

            return _views.IsEmpty ? _data[(int)_largeOffsets[index]..(int)_largeOffsets[index + 1]] : View(_views.Slice(index * 16, 16));
        }
    }

    // A view: length, then up to 12 bytes in place, or else 4 bytes of prefix, the buffer's number and the offset in it.
    private ReadOnlySpan<byte> View(ReadOnlySpan<byte> view)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(view);
        return length <= 12
            ? view.Slice(4, length)
            : _buffers[2 + BinaryPrimitives.ReadInt32LittleEndian(view[8..])].Span.Slice(BinaryPrimitives.ReadInt32LittleEndian(view[12..]), length);
    }
}
