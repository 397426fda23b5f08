using System.Reflection;

namespace Mlops.Sdk.Tables;

/// <summary>The public face of a record type, the same for reading and writing.</summary>
internal static class RowProperties
{
    /// <summary>Public instance properties that can be read, those of base types first, each in the order of declaration.</summary>
    public static IReadOnlyList<PropertyInfo> Of(Type type)
    {
        var levels = new Stack<Type>();
        for (var level = type; level is not null && level != typeof(object) && level != typeof(ValueType); level = level.BaseType)
        {
            levels.Push(level);
        }

        // A property that is overridden or hidden counts once, as the outermost sees it.
        var properties = new Dictionary<string, PropertyInfo>();
        foreach (var property in levels.SelectMany(l => l.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)))
        {
            if (property.GetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0)
            {
                properties[property.Name] = property;
            }
        }

        return [.. properties.Values];
    }

    /// <summary>The public constructor with the most parameters, except the one that copies a record; null where there is none.</summary>
    public static ConstructorInfo? Constructor(Type type) => type.GetConstructors()
        .Where(c => c.GetParameters() is not [{ ParameterType: var only }] || only != type)
        .MaxBy(c => c.GetParameters().Length);

    /// <summary>Properties that no parameter of the constructor sets.</summary>
    public static IEnumerable<PropertyInfo> NotCoveredBy(Type type, ConstructorInfo? constructor)
    {
        var covered = (constructor?.GetParameters() ?? []).Select(p => p.Name!).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return Of(type).Where(p => !covered.Contains(p.Name));
    }

    /// <summary>All properties in the order of columns: as the constructor has them, then the rest.</summary>
    public static IReadOnlyList<PropertyInfo> InColumnOrder(Type type)
    {
        var names = (Constructor(type)?.GetParameters() ?? []).Select(p => p.Name!).ToList();
        return [.. Of(type).OrderBy(p => Place(p.Name, StringComparison.Ordinal) ?? Place(p.Name, StringComparison.OrdinalIgnoreCase) ?? int.MaxValue)];

        int? Place(string name, StringComparison comparison) =>
            names.FindIndex(n => string.Equals(n, name, comparison)) is >= 0 and var index ? index : null;
    }

    /// <summary>The property that a constructor's parameter sets: of its name, else without regard to case; null where there is none.</summary>
    public static PropertyInfo? SetBy(Type type, ParameterInfo parameter)
    {
        var all = Of(type);
        return all.FirstOrDefault(p => p.Name == parameter.Name)
            ?? all.FirstOrDefault(p => string.Equals(p.Name, parameter.Name, StringComparison.OrdinalIgnoreCase));
    }
}
