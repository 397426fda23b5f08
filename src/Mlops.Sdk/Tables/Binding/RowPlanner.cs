using System.Reflection;
using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Matches the members of a record type with columns: the constructor's parameters, then the settable properties it does not cover.</summary>
internal sealed class RowPlanner
{
    private readonly Type _type;
    private readonly string _typeName;
    private readonly IReadOnlyList<Field> _columns;
    private readonly ColumnMatcher _matcher;
    private readonly PlanErrors _errors;
    private readonly NullabilityInfoContext _nullability = new();
    private readonly List<MemberPlan> _members = [];

    private RowPlanner(Type type, string typeName, IReadOnlyList<Field> columns, PlanErrors errors)
    {
        (_type, _typeName, _columns, _errors) = (type, typeName, columns, errors);
        _matcher = new ColumnMatcher(columns);
    }

    /// <summary>Null, with all reasons in <paramref name="errors"/>, where the columns do not fit.</summary>
    public static RowPlan<T>? Plan<T>(IReadOnlyList<Field> columns, PlanErrors errors, string typeName)
    {
        var before = errors.Messages.Count;
        var planner = new RowPlanner(typeof(T), typeName, columns, errors);
        var constructor = planner.FindConstructor();
        if (constructor is null && !typeof(T).IsValueType)
        {
            errors.Add($"{typeName} has no public constructor");
            return null;
        }

        var arguments = (constructor?.GetParameters() ?? []).Select(planner.Argument).ToList();
        var properties = RowProperties.NotCoveredBy(typeof(T), constructor)
            .Where(p => p.SetMethod is { IsPublic: true })
            .Select(planner.Assignment)
            .ToList();
        return errors.Messages.Count > before
            ? null
            : new RowPlan<T>(planner._members, RowConstructor.Compile<T>(constructor, arguments, properties, planner._members));
    }

    private ConstructorInfo? FindConstructor() => RowProperties.Constructor(_type);

    private MemberValue Argument(ParameterInfo parameter)
    {
        var name = RowProperties.SetBy(_type, parameter)?.Name ?? parameter.Name!;
        var nullability = _nullability.Create(parameter);
        if (Bind(parameter.Name!, name, parameter.ParameterType, nullability) is { } value)
        {
            return value;
        }

        return parameter.HasDefaultValue ? new MemberValue(null, parameter.DefaultValue) : Missing(name, parameter.ParameterType, nullability);
    }

    private PropertyValue Assignment(PropertyInfo property)
    {
        var nullability = _nullability.Create(property);
        return new PropertyValue(
            property,
            Bind(property.Name, property.Name, property.PropertyType, nullability) ?? Missing(property.Name, property.PropertyType, nullability));
    }

    // Null where no column fits the name. An error leaves a value behind that nobody uses, as the plan fails.
    private MemberValue? Bind(string memberName, string shownName, Type type, NullabilityInfo nullability)
    {
        var member = $"{_typeName}.{shownName}";
        if (_matcher.Find(memberName, member, _errors, out var ambiguous) is not { } column)
        {
            return ambiguous ? new MemberValue(null, null) : null;
        }

        if (CellPlanner.Plan(_columns[column], type, nullability, member, _errors) is not { } cells)
        {
            return new MemberValue(null, null);
        }

        _members.Add(new MemberPlan(column, shownName, type, cells));
        return new MemberValue(_members.Count - 1, null);
    }

    private MemberValue Missing(string name, Type type, NullabilityInfo nullability)
    {
        var nullable = Nullable.GetUnderlyingType(type) is not null || (!type.IsValueType && nullability.ReadState != NullabilityState.NotNull);
        if (!nullable)
        {
            _errors.NoColumn($"{_typeName}.{name}", type);
        }

        return new MemberValue(null, null);
    }
}
