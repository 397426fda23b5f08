using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Cells with a value of choice in the place of null.</summary>
internal sealed class FilledReader<T>(CellReader<T> cellReader, T onNull) : CellReader<T>(acceptsNull: true)
{
    public override void Read(ArrayData cells, int start, Span<T> into)
    {
        cellReader.Read(cells, start, into);
        var nulls = NullCells.Of(cells, start);
        for (var i = 0; i < into.Length; i++)
        {
            if (nulls.IsNull(i))
            {
                into[i] = onNull;
            }
        }
    }
}
