using System.Numerics;

namespace Mlops.Sdk.Tables;

/// <summary>Integer to integer, as long as the value fits.</summary>
internal readonly struct ToInteger<TStored, TValue> : IConversion<TStored, TValue>
    where TStored : unmanaged, IBinaryInteger<TStored>
    where TValue : unmanaged, IBinaryInteger<TValue>
{
    public bool TryConvert(TStored stored, out TValue value)
    {
        value = TValue.CreateTruncating(stored);
        return TStored.CreateTruncating(value) == stored && TStored.IsNegative(stored) == TValue.IsNegative(value);
    }
}

/// <summary>Integer to floating point, as long as it is small enough that every integer up to it has a number of its own.</summary>
/// <param name="limit">2^53 for double, 2^24 for float, 2^11 for Half; itself excluded.</param>
internal readonly struct ToFloating<TStored, TValue>(double limit) : IConversion<TStored, TValue>
    where TStored : unmanaged, IBinaryInteger<TStored>
    where TValue : unmanaged, IFloatingPoint<TValue>
{
    public bool TryConvert(TStored stored, out TValue value)
    {
        value = TValue.CreateTruncating(stored);
        return Math.Abs(double.CreateTruncating(stored)) < limit;
    }
}

/// <summary>Any integer to decimal.</summary>
internal readonly struct ToDecimal<TStored> : IConversion<TStored, decimal>
    where TStored : unmanaged, IBinaryInteger<TStored>
{
    public bool TryConvert(TStored stored, out decimal value)
    {
        value = decimal.CreateTruncating(stored);
        return true;
    }
}

/// <summary>Floating point to a type at least as wide.</summary>
internal readonly struct ToWider<TStored, TValue> : IConversion<TStored, TValue>
    where TStored : unmanaged, IFloatingPoint<TStored>
    where TValue : unmanaged, IFloatingPoint<TValue>
{
    public bool TryConvert(TStored stored, out TValue value)
    {
        value = TValue.CreateTruncating(stored);
        return true;
    }
}

/// <summary>
/// Floating point to floating point of any width, and any integer, rounded to the nearest: for views of data that ML.NET and data frames
/// hold as Single and Double anyway, never for records.
/// </summary>
internal readonly struct ToNearest<TStored, TValue> : IConversion<TStored, TValue>
    where TStored : unmanaged, INumber<TStored>
    where TValue : unmanaged, IFloatingPoint<TValue>
{
    public bool TryConvert(TStored stored, out TValue value)
    {
        value = TValue.CreateTruncating(stored);
        return true;
    }
}
