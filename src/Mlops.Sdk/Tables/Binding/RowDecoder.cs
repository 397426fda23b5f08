using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Decodes a slice of rows: first column by column into arrays, then record by record out of them. One enumeration's own.</summary>
internal sealed class RowDecoder<T>(RowPlan<T> plan)
{
    private readonly Slot[] _slots = [.. plan.Members.Select(m => Slot.Create(m.Cells))];
    private readonly System.Array[] _buffers = new System.Array[plan.Members.Count];
    private int _current;

    /// <summary>The member being read; after a <see cref="CellFault"/> the one at fault.</summary>
    public MemberPlan Current => plan.Members[_current];

    public void Decode(IReadOnlyList<ArrayData> columns, int start, int count, T[] into)
    {
        for (_current = 0; _current < _slots.Length; _current++)
        {
            _buffers[_current] = _slots[_current].Fill(columns[Current.Column], start, count);
        }

        plan.Construct(_buffers, into, count);
    }
}
