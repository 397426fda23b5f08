using Apache.Arrow;
using Apache.Arrow.Types;

namespace Mlops.Sdk.Tables;

/// <summary>Cells of fixed width that are never null; <see cref="NullableWriter{T}"/> adds null.</summary>
/// <param name="type">The Arrow type.</param>
/// <param name="conversion">From the cell to the stored value.</param>
/// <param name="refusal">What to say of a cell that the conversion refuses.</param>
internal sealed class FixedWriter<TValue, TStored, TConversion>(IArrowType type, TConversion conversion, string refusal = "") : CellWriter<TValue>
    where TStored : unmanaged
    where TConversion : struct, IConversion<TValue, TStored>
{
    private readonly ByteBuffer _values = new();
    private int _count;

    public override Field Field(string name) => new(name, type, false, type is FixedSizeBinaryType { ByteWidth: 16 } and not Decimal128Type ? ArrowExtension.UuidMetadata : null);

    public override void Append(ReadOnlySpan<TValue> values)
    {
        var stored = _values.Reserve<TStored>(values.Length);
        var convert = conversion;
        for (var i = 0; i < values.Length; i++)
        {
            if (!convert.TryConvert(values[i], out stored[i]))
            {
                throw new CellFault(i, FormattableString.Invariant($"holds {values[i]}"), refusal);
            }
        }

        _count += values.Length;
    }

    public override ArrayData Build() => new(type, _count, 0, 0, [ArrowBuffer.Empty, _values.ToArrow()], []);
}
