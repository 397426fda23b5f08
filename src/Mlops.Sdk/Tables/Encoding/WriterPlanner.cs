using System.Reflection;
using Apache.Arrow.Types;

namespace Mlops.Sdk.Tables;

/// <summary>Finds the writer for a type. Types that contain themselves and types without a columnar form are refused, all of them at once.</summary>
internal sealed class WriterPlanner
{
    private readonly List<string> _errors = [];
    private readonly Stack<Type> _path = [];

    public IReadOnlyList<string> Errors => _errors;

    /// <summary>Makes the writers of a record's members anew for each batch; null, with the reasons in <see cref="Errors"/>, where that cannot be.</summary>
    public Func<IReadOnlyList<(string Name, MemberWriter<T> Writer)>>? PlanMembers<T>(string typeName)
    {
        _path.Push(typeof(T));
        var before = _errors.Count;
        var properties = RowProperties.InColumnOrder(typeof(T));
        if (properties.Count == 0)
        {
            _errors.Add($"{typeName} has no public properties");
        }

        var plans = properties.Select(p => (Property: p, Plan: Plan(p.PropertyType, $"{typeName}.{p.Name}"))).ToList();
        _path.Pop();
        if (_errors.Count > before)
        {
            return null;
        }

        var members = plans.Select(p => (p.Property.Name, New: MemberFactory<T>(p.Property, p.Plan!))).ToList();
        return () => [.. members.Select(m => (m.Name, m.New()))];
    }

    private static Func<MemberWriter<T>> MemberFactory<T>(PropertyInfo property, WriterPlan plan)
    {
        var getter = New(typeof(PropertyGetter<,>), [typeof(T), property.PropertyType], property);
        return () => (MemberWriter<T>)New(typeof(MemberWriter<,>), [typeof(T), property.PropertyType], getter, plan.NewWriter());
    }

    private WriterPlan? Plan(Type type, string member)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Plan(underlying, member) is { } values
                ? new WriterPlan(type, () => New(typeof(NullableWriter<>), [underlying], values.NewWriter()))
                : null;
        }

        if (ScalarWriter(type) is { } writer)
        {
            return new WriterPlan(type, writer);
        }

        if (CollectionTypes.DictionaryTypes(type) is var (keyType, valueType))
        {
            return PlanMap(type, keyType, valueType, member);
        }

        if (ItemType(type) is { } itemType)
        {
            return Plan(itemType, $"{member}[]") is { } items
                ? new WriterPlan(type, () => New(typeof(ListWriter<,>), [type, itemType], items.NewWriter()))
                : null;
        }

        return RowTypes.IsRecord(type) ? PlanRecord(type, member) : Refuse(type, member);
    }

    private WriterPlan? PlanMap(Type type, Type keyType, Type valueType, string member)
    {
        var (keys, values) = (Plan(keyType, $"{member} key"), Plan(valueType, $"{member}[]"));
        return keys is null || values is null
            ? null
            : new WriterPlan(type, () => New(typeof(MapWriter<,,>), [type, keyType, valueType], keys.NewWriter(), values.NewWriter()));
    }

    private WriterPlan? PlanRecord(Type type, string member)
    {
        if (_path.Contains(type))
        {
            _errors.Add($"{member} ({TypeDisplay.Of(type)}) contains itself, so it would have no end of columns");
            return null;
        }

        var nested = (NestedRecord)New(typeof(NestedRecord<>), [type]);
        return nested.Plan(this, member);
    }

    private WriterPlan? Refuse(Type type, string member)
    {
        _errors.Add($"{member} ({TypeDisplay.Of(type)}) cannot be a column");
        return null;
    }

    private static Type? ItemType(Type type)
    {
        if (type.IsSZArray)
        {
            return type.GetElementType();
        }

        var enumerable = type.IsInterface && type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>)
            ? type
            : type.GetInterfaces().FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>));
        return enumerable?.GetGenericArguments()[0];
    }

    /// <summary>Makes writers of a value type; null where it is no scalar.</summary>
    public static Func<CellWriter<T>>? Scalar<T>()
        where T : struct => ScalarWriter(typeof(T)) is { } writer ? () => (CellWriter<T>)writer() : null;

    private static Func<object>? ScalarWriter(Type type)
    {
        if (type.IsEnum)
        {
            return () => New(typeof(EnumWriter<>), [type]);
        }

        if (type == typeof(decimal))
        {
            var scale = new DecimalScale();
            return () => new DecimalWriter(scale);
        }

        return Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => static () => new BooleanWriter(),
            TypeCode.SByte => AsIs<sbyte>(Int8Type.Default),
            TypeCode.Byte => AsIs<byte>(UInt8Type.Default),
            TypeCode.Int16 => AsIs<short>(Int16Type.Default),
            TypeCode.UInt16 => AsIs<ushort>(UInt16Type.Default),
            TypeCode.Int32 => AsIs<int>(Int32Type.Default),
            TypeCode.UInt32 => AsIs<uint>(UInt32Type.Default),
            TypeCode.Int64 => AsIs<long>(Int64Type.Default),
            TypeCode.UInt64 => AsIs<ulong>(UInt64Type.Default),
            TypeCode.Single => AsIs<float>(FloatType.Default),
            TypeCode.Double => AsIs<double>(DoubleType.Default),
            TypeCode.String => static () => new Utf8Writer(),
            TypeCode.DateTime => static () => new FixedWriter<DateTime, long, DateTimeToMicroseconds>(
                new TimestampType(TimeUnit.Microsecond, (string?)null), default,
                "it is a local time, whose instant depends on the machine; use DateTimeOffset, or DateTime of kind Utc or Unspecified"),
            _ when type == typeof(Half) => AsIs<Half>(HalfFloatType.Default),
            _ when type == typeof(DateTimeOffset) => Fixed<DateTimeOffset, long, DateTimeOffsetToMicroseconds>(new TimestampType(TimeUnit.Microsecond, "UTC")),
            _ when type == typeof(DateOnly) => Fixed<DateOnly, int, DateOnlyToDays>(Date32Type.Default),
            _ when type == typeof(TimeOnly) => Fixed<TimeOnly, long, TimeOnlyToMicroseconds>(new Time64Type(TimeUnit.Microsecond)),
            _ when type == typeof(TimeSpan) => Fixed<TimeSpan, long, TimeSpanToMicroseconds>(DurationType.Microsecond),
            _ when type == typeof(Guid) => Fixed<Guid, UInt128, GuidToBytes>(new FixedSizeBinaryType(16)),
            _ when type == typeof(byte[]) => static () => new BytesWriter(),
            _ => null,
        };
    }

    private static Func<object> AsIs<T>(IArrowType type)
        where T : unmanaged => Fixed<T, T, AsIs<T>>(type);

    private static Func<object> Fixed<TValue, TStored, TConversion>(IArrowType type)
        where TStored : unmanaged
        where TConversion : struct, IConversion<TValue, TStored> => () => new FixedWriter<TValue, TStored, TConversion>(type, default);

    private static object New(Type generic, Type[] types, params object[] arguments) => Activator.CreateInstance(generic.MakeGenericType(types), arguments)!;

    private abstract class NestedRecord
    {
        public abstract WriterPlan? Plan(WriterPlanner planner, string member);
    }

    private sealed class NestedRecord<T> : NestedRecord
    {
        public override WriterPlan? Plan(WriterPlanner planner, string member) => planner.PlanMembers<T>(member) is { } members
            ? new WriterPlan(typeof(T), () => new RecordWriter<T>(members(), !typeof(T).IsValueType))
            : null;
    }
}
