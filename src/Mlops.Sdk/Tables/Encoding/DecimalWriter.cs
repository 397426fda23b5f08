using Apache.Arrow;
using Apache.Arrow.Types;

namespace Mlops.Sdk.Tables;

/// <summary>Decimals, kept as they are until the scale of the whole column is known.</summary>
internal sealed class DecimalWriter(DecimalScale scale) : CellWriter<decimal>
{
    private const int Precision = 38;
    private static readonly Int128 Limit = Int128.Parse("1" + new string('0', Precision), System.Globalization.CultureInfo.InvariantCulture);

    private readonly List<decimal> _values = [];

    public override Field Field(string name) => new(name, new Decimal128Type(Precision, scale.Places), false);

    public override void Append(ReadOnlySpan<decimal> values)
    {
        foreach (var value in values)
        {
            scale.Places = Math.Max(scale.Places, value.Scale);
        }

        _values.AddRange(values);
    }

    public override ArrayData Build()
    {
        var bytes = new ByteBuffer();
        var stored = bytes.Reserve<Int128>(_values.Count);
        Span<int> bits = stackalloc int[4];
        for (var i = 0; i < stored.Length; i++)
        {
            decimal.GetBits(_values[i], bits);
            var magnitude = (Int128)(((UInt128)(uint)bits[2] << 64) | ((UInt128)(uint)bits[1] << 32) | (uint)bits[0]);
            for (var places = _values[i].Scale; places < scale.Places && magnitude < Limit; places++)
            {
                magnitude *= 10;
            }

            if (magnitude >= Limit)
            {
                throw new CellFault(i, FormattableString.Invariant($"holds {_values[i]}"), $"it needs more than {Precision} digits beside values with {scale.Places} decimal places; round the values");
            }

            stored[i] = decimal.IsNegative(_values[i]) ? -magnitude : magnitude;
        }

        return new ArrayData(Field("").DataType, _values.Count, 0, 0, [ArrowBuffer.Empty, bytes.ToArrow()], []);
    }
}
