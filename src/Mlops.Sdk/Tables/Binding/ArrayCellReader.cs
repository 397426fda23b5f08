using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Lists as arrays.</summary>
internal sealed class ArrayCellReader<T>(CellReader<T> items, bool acceptsNull) : CellReader<T[]?>(acceptsNull)
{
    public override void Read(ArrayData cells, int start, Span<T[]?> into)
    {
        if (into.IsEmpty)
        {
            return;
        }

        var lists = new ListCells(cells, start);
        var validity = Validity.Of(cells, start);
        var i = 0;
        try
        {
            for (; i < into.Length; i++)
            {
                if (validity.IsNull(i))
                {
                    into[i] = Null(i);
                    continue;
                }

                var (first, count) = lists[i];
                var list = count == 0 ? [] : new T[count];
                items.Read(cells.Children[0], first, list);
                into[i] = list;
            }
        }
        catch (CellFault fault) when (!validity.IsNull(i))
        {
            throw fault.At(i, "[]");
        }
    }
}
