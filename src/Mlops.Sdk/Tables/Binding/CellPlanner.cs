using System.Reflection;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Mlops.Sdk.Tables;

/// <summary>Finds the reader for a column and a member's type; nested types lead to nested readers.</summary>
internal static class CellPlanner
{
    /// <summary>Null, with the reason in <paramref name="errors"/>, where the column cannot be read as the type.</summary>
    public static CellPlan? Plan(Field field, Type type, NullabilityInfo? nullability, string member, PlanErrors errors)
    {
        var before = errors.Messages.Count;
        var plan = TryPlan(field, type, nullability, member, errors);
        if (plan is null && errors.Messages.Count == before)
        {
            errors.CannotConvert(field, member, type);
        }

        return plan;
    }

    private static CellPlan? TryPlan(Field field, Type type, NullabilityInfo? nullability, string member, PlanErrors errors)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return PlanKnown(field, underlying, nullability, true, member, errors) is { } values
                ? new CellPlan(type, () => New(typeof(NullableReader<>), [underlying], values.NewReader()))
                : null;
        }

        // Code without nullable annotations says nothing about null, so null is let through.
        var acceptsNull = !type.IsValueType && nullability?.ReadState != NullabilityState.NotNull;
        return PlanKnown(field, type, nullability, acceptsNull, member, errors);
    }

    private static CellPlan? PlanKnown(Field field, Type type, NullabilityInfo? nullability, bool acceptsNull, string member, PlanErrors errors)
    {
        if (field.DataType is DictionaryType dictionary)
        {
            var entry = new Field(field.Name, dictionary.ValueType, true, field.Metadata);
            return PlanKnown(entry, type, nullability, true, member, errors) is { } entries
                ? new CellPlan(entries.CellType, () => New(typeof(DictionaryReader<>), [entries.CellType], entries.NewReader(), acceptsNull))
                : null;
        }

        if (field.DataType is NullType)
        {
            return new CellPlan(type, () => New(typeof(NullColumnReader<>), [type], acceptsNull));
        }

        return ScalarPlanner.Plan(field, type, acceptsNull)
            ?? PlanList(field, type, nullability, acceptsNull, member, errors)
            ?? PlanMap(field, type, nullability, acceptsNull, member, errors)
            ?? PlanRecord(field, type, acceptsNull, member, errors);
    }

    private static CellPlan? PlanList(Field field, Type type, NullabilityInfo? nullability, bool acceptsNull, string member, PlanErrors errors)
    {
        var itemField = field.DataType switch
        {
            MapType => null,
            FixedSizeListType list => list.ValueField,
            ListType list => list.ValueField,
            LargeListType list => list.ValueField,
            _ => null,
        };
        if (itemField is null || CollectionTypes.ItemType(type) is not { } itemType)
        {
            return null;
        }

        var itemNullability = type.IsArray ? nullability?.ElementType : nullability?.GenericTypeArguments.FirstOrDefault();
        var item = Plan(new Field($"{field.Name}[]", itemField.DataType, true, itemField.Metadata), itemType, itemNullability, $"{member}[]", errors);
        if (item is null)
        {
            return null;
        }

        var isList = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>);
        var exact = isList || type.IsArray ? Upcast(item, itemType) : item;
        var arrays = new CellPlan(
            exact.CellType.MakeArrayType(), () => New(typeof(ArrayCellReader<>), [exact.CellType], exact.NewReader(), acceptsNull));
        return isList ? new CellPlan(type, () => New(typeof(ListCellReader<>), [itemType], arrays.NewReader())) : arrays;
    }

    private static CellPlan? PlanMap(Field field, Type type, NullabilityInfo? nullability, bool acceptsNull, string member, PlanErrors errors)
    {
        if (field.DataType is not MapType map || CollectionTypes.DictionaryTypes(type) is not var (keyType, valueType))
        {
            return null;
        }

        var value = new Field($"{field.Name}[]", map.ValueField.DataType, true, map.ValueField.Metadata);
        var keys = Plan(map.KeyField, keyType, null, $"{member} key", errors);
        var values = Plan(value, valueType, nullability?.GenericTypeArguments.ElementAtOrDefault(1), $"{member}[]", errors);
        if (keys is null || values is null)
        {
            return null;
        }

        var (exactKeys, exactValues) = (Upcast(keys, keyType), Upcast(values, valueType));
        return new CellPlan(
            typeof(Dictionary<,>).MakeGenericType(keyType, valueType),
            () => New(typeof(MapReader<,>), [keyType, valueType], exactKeys.NewReader(), exactValues.NewReader(), acceptsNull));
    }

    private static CellPlan? PlanRecord(Field field, Type type, bool acceptsNull, string member, PlanErrors errors)
    {
        if (field.DataType is not StructType record || !RowTypes.IsRecord(type))
        {
            return null;
        }

        var row = RowTypes.AccessTo(type).Plan(record.Fields, errors, member);
        return row is null ? null : new CellPlan(type, () => New(typeof(RecordReader<>), [type], row, acceptsNull));
    }

    private static CellPlan Upcast(CellPlan plan, Type type) => plan.CellType == type
        ? plan
        : new CellPlan(type, () => New(typeof(UpcastReader<,>), [plan.CellType, type], plan.NewReader()));

    private static object New(Type generic, Type[] types, params object[] arguments) =>
        Activator.CreateInstance(generic.MakeGenericType(types), arguments)!;
}
