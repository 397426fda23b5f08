using System.Numerics;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Mlops.Sdk.Tables;

/// <summary>
/// Which reader turns which Arrow type into which .NET value. Null (no reader) where the conversion would lose something for some values
/// by its nature (double to int, timestamp to date); where it depends on the value (int64 to int), the reader checks each one.
/// </summary>
internal static class ScalarReaders
{
    public static CellReader<T>? Integer<T>(Field field, bool acceptsNull)
        where T : unmanaged, IBinaryInteger<T> => field.DataType switch
        {
            Int8Type => Value<sbyte, T, ToInteger<sbyte, T>>(default, acceptsNull),
            Int16Type => Value<short, T, ToInteger<short, T>>(default, acceptsNull),
            Int32Type => Value<int, T, ToInteger<int, T>>(default, acceptsNull),
            Int64Type => Value<long, T, ToInteger<long, T>>(default, acceptsNull),
            UInt8Type => Value<byte, T, ToInteger<byte, T>>(default, acceptsNull),
            UInt16Type => Value<ushort, T, ToInteger<ushort, T>>(default, acceptsNull),
            UInt32Type => Value<uint, T, ToInteger<uint, T>>(default, acceptsNull),
            UInt64Type => Value<ulong, T, ToInteger<ulong, T>>(default, acceptsNull),
            Decimal128Type { Scale: 0 } => Value<Int128, T, WholeDecimalToInteger<T>>(default, acceptsNull),
            _ => null,
        };

    /// <param name="field">The column.</param>
    /// <param name="acceptsNull">Whether null becomes default.</param>
    /// <param name="limit">Integers from here on are refused, as <typeparamref name="T"/> has no number of its own for each.</param>
    public static CellReader<T>? Floating<T>(Field field, bool acceptsNull, double limit)
        where T : unmanaged, IFloatingPoint<T> => field.DataType switch
        {
            Int8Type => Value<sbyte, T, ToFloating<sbyte, T>>(new(limit), acceptsNull),
            Int16Type => Value<short, T, ToFloating<short, T>>(new(limit), acceptsNull),
            Int32Type => Value<int, T, ToFloating<int, T>>(new(limit), acceptsNull),
            Int64Type => Value<long, T, ToFloating<long, T>>(new(limit), acceptsNull),
            UInt8Type => Value<byte, T, ToFloating<byte, T>>(new(limit), acceptsNull),
            UInt16Type => Value<ushort, T, ToFloating<ushort, T>>(new(limit), acceptsNull),
            UInt32Type => Value<uint, T, ToFloating<uint, T>>(new(limit), acceptsNull),
            UInt64Type => Value<ulong, T, ToFloating<ulong, T>>(new(limit), acceptsNull),
            HalfFloatType => Value<Half, T, ToWider<Half, T>>(default, acceptsNull),
            FloatType when typeof(T) != typeof(Half) => Value<float, T, ToWider<float, T>>(default, acceptsNull),
            DoubleType when typeof(T) == typeof(double) => Value<double, T, ToWider<double, T>>(default, acceptsNull),
            _ => null,
        };

    public static CellReader<decimal>? Decimal(Field field, bool acceptsNull) => field.DataType switch
    {
        Int8Type => Value<sbyte, decimal, ToDecimal<sbyte>>(default, acceptsNull),
        Int16Type => Value<short, decimal, ToDecimal<short>>(default, acceptsNull),
        Int32Type => Value<int, decimal, ToDecimal<int>>(default, acceptsNull),
        Int64Type => Value<long, decimal, ToDecimal<long>>(default, acceptsNull),
        UInt8Type => Value<byte, decimal, ToDecimal<byte>>(default, acceptsNull),
        UInt16Type => Value<ushort, decimal, ToDecimal<ushort>>(default, acceptsNull),
        UInt32Type => Value<uint, decimal, ToDecimal<uint>>(default, acceptsNull),
        UInt64Type => Value<ulong, decimal, ToDecimal<ulong>>(default, acceptsNull),
        Decimal32Type type => Value<int, decimal, SmallDecimalToDecimal<int>>(new(type.Scale), acceptsNull),
        Decimal64Type type => Value<long, decimal, SmallDecimalToDecimal<long>>(new(type.Scale), acceptsNull),
        Decimal128Type type => Value<Int128, decimal, Decimal128ToDecimal>(new(type.Scale), acceptsNull),
        Decimal256Type type => Value<Decimal256Bits, decimal, Decimal256ToDecimal>(new(type.Scale), acceptsNull),
        _ => null,
    };

    public static CellReader<DateTime>? DateTime(Field field, bool acceptsNull) => field.DataType switch
    {
        TimestampType { IsTimeZoneAware: false } type => Value<long, DateTime, TimestampToDateTime>(new(type.Unit), acceptsNull),
        Date32Type => Value<int, DateTime, DaysToDateTime>(default, acceptsNull),
        _ => null,
    };

    public static CellReader<DateTimeOffset>? DateTimeOffset(Field field, bool acceptsNull) => field.DataType switch
    {
        TimestampType { IsTimeZoneAware: true } type => Value<long, DateTimeOffset, TimestampToDateTimeOffset>(new(type.Unit), acceptsNull),
        _ => null,
    };

    public static CellReader<DateOnly>? DateOnly(Field field, bool acceptsNull) => field.DataType switch
    {
        Date32Type => Value<int, DateOnly, DaysToDateOnly>(default, acceptsNull),
        Date64Type => Value<long, DateOnly, MillisecondsToDateOnly>(default, acceptsNull),
        _ => null,
    };

    public static CellReader<TimeOnly>? TimeOnly(Field field, bool acceptsNull) => field.DataType switch
    {
        Time32Type type => Value<int, TimeOnly, ToTimeOnly<int>>(new(type.Unit), acceptsNull),
        Time64Type type => Value<long, TimeOnly, ToTimeOnly<long>>(new(type.Unit), acceptsNull),
        _ => null,
    };

    public static CellReader<TimeSpan>? TimeSpan(Field field, bool acceptsNull) => field.DataType switch
    {
        DurationType type => Value<long, TimeSpan, DurationToTimeSpan>(new(type.Unit), acceptsNull),
        _ => null,
    };

    public static CellReader<bool>? Boolean(Field field, bool acceptsNull) => field.DataType is BooleanType ? new BooleanReader(acceptsNull) : null;

    public static CellReader<Guid>? Guid(Field field, bool acceptsNull) => ArrowExtension.IsUuid(field) ? new GuidReader(acceptsNull) : null;

    public static CellReader<string?>? String(Field field, bool acceptsNull) =>
        IsText(field.DataType) ? new Utf8Reader(acceptsNull) : null;

    public static CellReader<byte[]?>? Binary(Field field, bool acceptsNull) =>
        field.DataType is BinaryType or LargeBinaryType or BinaryViewType or FixedSizeBinaryType && !IsDecimal(field.DataType) && !ArrowExtension.IsUuid(field)
            ? new BytesReader(acceptsNull)
            : null;

    public static bool IsText(IArrowType type) => type is StringType or LargeStringType or StringViewType;

    public static bool IsDecimal(IArrowType type) => type is Decimal32Type or Decimal64Type or Decimal128Type or Decimal256Type;

    public static ValueReader<TStored, TValue, TConversion> Value<TStored, TValue, TConversion>(TConversion conversion, bool acceptsNull)
        where TStored : unmanaged
        where TValue : struct
        where TConversion : struct, IConversion<TStored, TValue> => new(conversion, acceptsNull);
}
