using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Values or null. Decodes the values first, which costs a pass over a slice that is still in the processor's cache.</summary>
/// <param name="values">Gives <c>default</c> for null.</param>
internal sealed class NullableReader<T>(CellReader<T> values) : CellReader<T?>(acceptsNull: true)
    where T : struct
{
    private T[] _values = [];

    public override void Read(ArrayData cells, int start, Span<T?> into)
    {
        if (_values.Length < into.Length)
        {
            _values = new T[into.Length];
        }

        var decoded = _values.AsSpan(0, into.Length);
        values.Read(cells, start, decoded);
        var nulls = NullCells.Of(cells, start);
        for (var i = 0; i < into.Length; i++)
        {
            into[i] = nulls.IsNull(i) ? null : decoded[i];
        }
    }
}
