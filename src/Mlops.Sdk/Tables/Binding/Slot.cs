using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>The array that one column is decoded into, slice after slice.</summary>
internal abstract class Slot
{
    public static Slot Create(CellPlan plan) => (Slot)Activator.CreateInstance(typeof(Slot<>).MakeGenericType(plan.CellType), plan.NewReader())!;

    /// <summary>Decodes the cells and returns the array, which holds them from index 0 and may be longer.</summary>
    public abstract System.Array Fill(ArrayData cells, int start, int count);
}

/// <inheritdoc/>
internal sealed class Slot<TCell>(CellReader<TCell> reader) : Slot
{
    private TCell[] _buffer = [];

    public override System.Array Fill(ArrayData cells, int start, int count)
    {
        if (_buffer.Length < count)
        {
            _buffer = new TCell[count];
        }

        reader.Read(cells, start, _buffer.AsSpan(0, count));
        return _buffer;
    }
}
