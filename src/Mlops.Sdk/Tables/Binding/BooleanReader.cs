using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Booleans, a bit each.</summary>
internal sealed class BooleanReader(bool acceptsNull) : CellReader<bool>(acceptsNull)
{
    public override void Read(ArrayData cells, int start, Span<bool> into)
    {
        if (into.IsEmpty)
        {
            return;
        }

        var bits = cells.Buffers[1].Span;
        var validity = Validity.Of(cells, start);
        for (var i = 0; i < into.Length; i++)
        {
            var bit = cells.Offset + start + i;
            into[i] = validity.IsNull(i) ? Null(i) : (bits[bit >> 3] & (1 << (bit & 7))) != 0;
        }
    }
}
