using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Any cells as text, for targets that have no form of their own for their type.</summary>
internal sealed class CellTextReader(Field field) : CellReader<string?>(acceptsNull: true)
{
    public override void Read(ArrayData cells, int start, Span<string?> into)
    {
        for (var i = 0; i < into.Length; i++)
        {
            into[i] = CellText.Of(field, cells, start + i);
        }
    }
}
