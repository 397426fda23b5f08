using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Cells of another reader put into another form, null included.</summary>
internal sealed class MappedReader<TCell, TResult>(CellReader<TCell> cellReader, Func<TCell, TResult> map) : CellReader<TResult>(acceptsNull: true)
{
    private TCell[] _cells = [];

    public override void Read(ArrayData cells, int start, Span<TResult> into)
    {
        if (_cells.Length < into.Length)
        {
            _cells = new TCell[into.Length];
        }

        cellReader.Read(cells, start, _cells.AsSpan(0, into.Length));
        for (var i = 0; i < into.Length; i++)
        {
            into[i] = map(_cells[i]);
        }
    }
}
