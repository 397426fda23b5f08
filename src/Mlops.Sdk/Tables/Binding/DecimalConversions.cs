using System.Numerics;
using System.Runtime.InteropServices;

namespace Mlops.Sdk.Tables;

/// <summary>An Arrow decimal of 256 bits: two's complement, least significant word first.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct Decimal256Bits
{
    public readonly Int128 Low;
    public readonly Int128 High;

    /// <summary>False where the value needs more than 128 bits.</summary>
    public bool TryNarrow(out Int128 value)
    {
        value = Low;
        return High == (Low < 0 ? Int128.NegativeOne : Int128.Zero);
    }

    public override string ToString() => ((BigInteger)High * BigInteger.Pow(2, 128) + (BigInteger)(UInt128)Low).ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>Arrow decimals to <see cref="decimal"/>, which holds 96 bits (28 digits) and 28 places.</summary>
internal readonly struct Decimal128ToDecimal(int scale) : IConversion<Int128, decimal>
{
    public bool TryConvert(Int128 stored, out decimal value)
    {
        var negative = stored < 0;
        var magnitude = (UInt128)(negative ? -stored : stored);
        var places = scale;

        // decimal(38,30) may still hold 1.5: drop zeros at the end until it fits.
        while ((places > 28 || magnitude >> 96 != 0) && places > 0 && magnitude % 10 == 0)
        {
            (magnitude, places) = (magnitude / 10, places - 1);
        }

        // A negative scale stands for zeros before the decimal point.
        for (; places < 0 && magnitude >> 92 == 0; places++)
        {
            magnitude *= 10;
        }

        if (places is > 28 or < 0 || magnitude >> 96 != 0)
        {
            value = default;
            return false;
        }

        value = new decimal((int)(uint)magnitude, (int)(uint)(magnitude >> 32), (int)(uint)(magnitude >> 64), negative, (byte)places);
        return true;
    }
}

/// <inheritdoc cref="Decimal128ToDecimal"/>
internal readonly struct Decimal256ToDecimal(int scale) : IConversion<Decimal256Bits, decimal>
{
    public bool TryConvert(Decimal256Bits stored, out decimal value)
    {
        value = default;
        return stored.TryNarrow(out var narrow) && new Decimal128ToDecimal(scale).TryConvert(narrow, out value);
    }
}

/// <summary>Arrow decimals of 32 and 64 bits.</summary>
internal readonly struct SmallDecimalToDecimal<TStored>(int scale) : IConversion<TStored, decimal>
    where TStored : unmanaged, IBinaryInteger<TStored>
{
    public bool TryConvert(TStored stored, out decimal value) => new Decimal128ToDecimal(scale).TryConvert(Int128.CreateTruncating(stored), out value);
}

/// <summary>A decimal without places, which is how <c>sum(x)::decimal(38,0)</c> arrives, to an integer that it fits.</summary>
internal readonly struct WholeDecimalToInteger<TValue> : IConversion<Int128, TValue>
    where TValue : unmanaged, IBinaryInteger<TValue>
{
    public bool TryConvert(Int128 stored, out TValue value) => new ToInteger<Int128, TValue>().TryConvert(stored, out value);
}
