using System.Runtime.InteropServices;
using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Lists as <see cref="List{T}"/>, for members that are declared so.</summary>
internal sealed class ListCellReader<T>(CellReader<T[]?> arrays) : CellReader<List<T>?>(acceptsNull: true)
{
    private T[]?[] _arrays = [];

    public override void Read(ArrayData cells, int start, Span<List<T>?> into)
    {
        if (_arrays.Length < into.Length)
        {
            _arrays = new T[]?[into.Length];
        }

        arrays.Read(cells, start, _arrays.AsSpan(0, into.Length));
        for (var i = 0; i < into.Length; i++)
        {
            into[i] = _arrays[i] is { } array ? Fill(array) : null;
        }
    }

    private static List<T> Fill(T[] array)
    {
        var list = new List<T>(array.Length);
        CollectionsMarshal.SetCount(list, array.Length);
        array.CopyTo(CollectionsMarshal.AsSpan(list));
        return list;
    }
}
