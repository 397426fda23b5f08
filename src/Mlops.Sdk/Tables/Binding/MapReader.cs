using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Maps as dictionaries; of a key that comes twice the last value stays.</summary>
internal sealed class MapReader<TKey, TValue>(CellReader<TKey> keys, CellReader<TValue> values, bool acceptsNull)
    : CellReader<Dictionary<TKey, TValue>?>(acceptsNull)
    where TKey : notnull
{
    public override void Read(ArrayData cells, int start, Span<Dictionary<TKey, TValue>?> into)
    {
        if (into.IsEmpty)
        {
            return;
        }

        var lists = new ListCells(cells, start);
        var validity = Validity.Of(cells, start);
        for (var i = 0; i < into.Length; i++)
        {
            into[i] = validity.IsNull(i) ? Null(i) : Map(cells.Children[0], lists[i], i);
        }
    }

    private Dictionary<TKey, TValue> Map(ArrayData entries, (int Start, int Count) range, int index)
    {
        var mapKeys = new TKey[range.Count];
        var mapValues = new TValue[range.Count];
        try
        {
            keys.Read(entries.Children[0], entries.Offset + range.Start, mapKeys);
            values.Read(entries.Children[1], entries.Offset + range.Start, mapValues);
        }
        catch (CellFault fault)
        {
            throw fault.At(index, "[]");
        }

        var map = new Dictionary<TKey, TValue>(range.Count);
        for (var i = 0; i < mapKeys.Length; i++)
        {
            map[mapKeys[i]] = mapValues[i];
        }

        return map;
    }
}
