using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Chooses among <see cref="ScalarReaders"/> by a type that is known at run time only.</summary>
internal static class ScalarPlanner
{
    public static CellPlan? Plan(Field field, Type type, bool acceptsNull)
    {
        // Made once to learn whether it exists; readers have state, so each enumeration makes its own.
        return NewReader(field, type, acceptsNull) is null ? null : new CellPlan(type, () => NewReader(field, type, acceptsNull)!);
    }

    private static object? NewReader(Field field, Type type, bool acceptsNull)
    {
        if (type.IsEnum)
        {
            return NewEnumReader(field, type, acceptsNull);
        }

        return Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => ScalarReaders.Boolean(field, acceptsNull),
            TypeCode.SByte => ScalarReaders.Integer<sbyte>(field, acceptsNull),
            TypeCode.Byte => ScalarReaders.Integer<byte>(field, acceptsNull),
            TypeCode.Int16 => ScalarReaders.Integer<short>(field, acceptsNull),
            TypeCode.UInt16 => ScalarReaders.Integer<ushort>(field, acceptsNull),
            TypeCode.Int32 => ScalarReaders.Integer<int>(field, acceptsNull),
            TypeCode.UInt32 => ScalarReaders.Integer<uint>(field, acceptsNull),
            TypeCode.Int64 => ScalarReaders.Integer<long>(field, acceptsNull),
            TypeCode.UInt64 => ScalarReaders.Integer<ulong>(field, acceptsNull),
            TypeCode.Single => ScalarReaders.Floating<float>(field, acceptsNull, 1 << 24),
            TypeCode.Double => ScalarReaders.Floating<double>(field, acceptsNull, 1L << 53),
            TypeCode.Decimal => ScalarReaders.Decimal(field, acceptsNull),
            TypeCode.DateTime => ScalarReaders.DateTime(field, acceptsNull),
            TypeCode.String => ScalarReaders.String(field, acceptsNull),
            _ when type == typeof(Half) => ScalarReaders.Floating<Half>(field, acceptsNull, 1 << 11),
            _ when type == typeof(DateTimeOffset) => ScalarReaders.DateTimeOffset(field, acceptsNull),
            _ when type == typeof(DateOnly) => ScalarReaders.DateOnly(field, acceptsNull),
            _ when type == typeof(TimeOnly) => ScalarReaders.TimeOnly(field, acceptsNull),
            _ when type == typeof(TimeSpan) => ScalarReaders.TimeSpan(field, acceptsNull),
            _ when type == typeof(Guid) => ScalarReaders.Guid(field, acceptsNull),
            _ when type == typeof(byte[]) => ScalarReaders.Binary(field, acceptsNull),
            _ => null,
        };
    }

    private static object? NewEnumReader(Field field, Type type, bool acceptsNull)
    {
        if (ScalarReaders.IsText(field.DataType))
        {
            // As an array: (Type, bool) is another overload, which takes the bool as a wish for private constructors.
            return Activator.CreateInstance(typeof(EnumTextReader<>).MakeGenericType(type), [acceptsNull]);
        }

        var number = Enum.GetUnderlyingType(type);
        return NewReader(field, number, acceptsNull) is { } numbers
            ? Activator.CreateInstance(typeof(EnumNumberReader<,>).MakeGenericType(number, type), numbers)
            : null;
    }
}
