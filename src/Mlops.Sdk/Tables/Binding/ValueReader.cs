using System.Runtime.InteropServices;
using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Cells of fixed width.</summary>
internal sealed class ValueReader<TStored, TValue, TConversion>(TConversion conversion, bool acceptsNull) : CellReader<TValue>(acceptsNull)
    where TStored : unmanaged
    where TValue : struct
    where TConversion : struct, IConversion<TStored, TValue>
{
    public override void Read(ArrayData cells, int start, Span<TValue> into)
    {
        if (into.IsEmpty)
        {
            return;
        }

        var stored = MemoryMarshal.Cast<byte, TStored>(cells.Buffers[1].Span).Slice(cells.Offset + start, into.Length);
        var validity = Validity.Of(cells, start);
        var convert = conversion;
        if (!validity.HasNulls)
        {
            for (var i = 0; i < into.Length; i++)
            {
                if (!convert.TryConvert(stored[i], out into[i]))
                {
                    throw CellFault.DoesNotFit(i, stored[i]);
                }
            }

            return;
        }

        for (var i = 0; i < into.Length; i++)
        {
            if (validity.IsNull(i))
            {
                into[i] = Null(i);
            }
            else if (!convert.TryConvert(stored[i], out into[i]))
            {
                throw CellFault.DoesNotFit(i, stored[i]);
            }
        }
    }
}
