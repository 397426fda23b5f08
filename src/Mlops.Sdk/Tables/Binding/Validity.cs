using System.Runtime.CompilerServices;
using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Which cells of a run are null, from an Arrow validity bitmap.</summary>
internal readonly ref struct Validity
{
    private readonly ReadOnlySpan<byte> _bits;
    private readonly int _offset;

    private Validity(ReadOnlySpan<byte> bits, int offset)
    {
        _bits = bits;
        _offset = offset;
    }

    public bool HasNulls => !_bits.IsEmpty;

    /// <summary>Over the cells from <paramref name="start"/>. An array without nulls needs no bitmap, and one that has it may have no nulls.</summary>
    public static Validity Of(ArrayData cells, int start) => cells.NullCount == 0 || cells.Buffers[0].IsEmpty
        ? default
        : new Validity(cells.Buffers[0].Span, cells.Offset + start);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsNull(int index)
    {
        var bit = _offset + index;
        return !_bits.IsEmpty && (_bits[bit >> 3] & (1 << (bit & 7))) == 0;
    }
}
