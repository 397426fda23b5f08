using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>UUIDs: 16 bytes, the most significant first.</summary>
internal sealed class GuidReader(bool acceptsNull) : CellReader<Guid>(acceptsNull)
{
    public override void Read(ArrayData cells, int start, Span<Guid> into)
    {
        if (into.IsEmpty)
        {
            return;
        }

        var bytes = new ByteCells(cells, start);
        var validity = Validity.Of(cells, start);
        for (var i = 0; i < into.Length; i++)
        {
            into[i] = validity.IsNull(i) ? Null(i) : new Guid(bytes[i], bigEndian: true);
        }
    }
}
