using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Binary of any length.</summary>
internal sealed class BytesReader(bool acceptsNull) : CellReader<byte[]?>(acceptsNull)
{
    public override void Read(ArrayData cells, int start, Span<byte[]?> into)
    {
        if (into.IsEmpty)
        {
            return;
        }

        var bytes = new ByteCells(cells, start);
        var validity = Validity.Of(cells, start);
        for (var i = 0; i < into.Length; i++)
        {
            into[i] = validity.IsNull(i) ? Null(i) : bytes[i].ToArray();
        }
    }
}
