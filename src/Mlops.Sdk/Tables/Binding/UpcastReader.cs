using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Cells of a base type or interface, where a generic type around them needs exactly that: the items of <c>List&lt;IReadOnlyList&lt;int&gt;&gt;</c>.</summary>
internal sealed class UpcastReader<TCell, TBase>(CellReader<TCell> cellReader) : CellReader<TBase>(acceptsNull: true)
    where TCell : class?, TBase
{
    public override void Read(ArrayData cells, int start, Span<TBase> into)
    {
        var exact = new TCell[into.Length];
        cellReader.Read(cells, start, exact);
        for (var i = 0; i < exact.Length; i++)
        {
            into[i] = exact[i];
        }
    }
}
