using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Dictionary-encoded cells: each distinct value is converted once per batch.</summary>
/// <param name="entries">Reads the dictionary; gives <c>default</c> for null.</param>
/// <param name="acceptsNull">Whether a null cell becomes <c>default</c>.</param>
internal sealed class DictionaryReader<T>(CellReader<T> entries, bool acceptsNull) : CellReader<T>(acceptsNull)
{
    private ArrayData? _decodedOf;
    private T[] _decoded = [];

    public override void Read(ArrayData cells, int start, Span<T> into)
    {
        if (!ReferenceEquals(_decodedOf, cells.Dictionary))
        {
            _decoded = new T[cells.Dictionary.Length];
            entries.Read(cells.Dictionary, 0, _decoded);
            _decodedOf = cells.Dictionary;
        }

        var nulls = NullCells.Of(cells, start);
        for (var i = 0; i < into.Length; i++)
        {
            into[i] = nulls.IsNull(i) ? Null(i)! : _decoded[DictionaryIndexes.At(cells, start + i)];
        }
    }
}
