using Apache.Arrow;
using Apache.Arrow.Types;

namespace Mlops.Sdk.Tables;

/// <summary>
/// Which cells are null to a reader: besides the bitmap, all of a column of type null, and those whose dictionary entry is null.
/// </summary>
internal readonly ref struct NullCells
{
    private readonly Validity _validity;
    private readonly bool _all;
    private readonly ArrayData? _dictionary;
    private readonly ArrayData? _cells;
    private readonly int _start;

    private NullCells(ArrayData cells, int start)
    {
        _all = cells.DataType is NullType;
        _validity = _all ? default : Validity.Of(cells, start);
        if (cells.Dictionary is { } dictionary && dictionary.NullCount != 0)
        {
            (_dictionary, _cells, _start) = (dictionary, cells, start);
        }
    }

    public static NullCells Of(ArrayData cells, int start) => new(cells, start);

    public bool IsNull(int index) =>
        _all || _validity.IsNull(index)
        || (_dictionary is not null && Validity.Of(_dictionary, 0).IsNull(DictionaryIndexes.At(_cells!, _start + index)));
}
