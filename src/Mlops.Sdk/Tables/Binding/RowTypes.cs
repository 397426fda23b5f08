using System.Runtime.CompilerServices;

namespace Mlops.Sdk.Tables;

/// <summary>
/// Per record type: its entry points and everything cached about it. Types of blocks live in collectible load contexts, so the cache holds
/// them weakly: a static dictionary by Type would keep every edited version of a block in memory for good.
/// </summary>
internal static class RowTypes
{
    private static readonly ConditionalWeakTable<Type, RowType> Cache = [];

    /// <summary>Whether rows of this type can be read and written at all: a class or struct of its own with public properties.</summary>
    public static bool IsRecord(Type type) =>
        !type.IsPrimitive && !type.IsEnum && !type.IsArray && !type.IsAbstract && !type.IsInterface && !type.IsPointer && !type.IsGenericTypeDefinition
        && Nullable.GetUnderlyingType(type) is null
        && type != typeof(string) && type != typeof(decimal) && type.Namespace != "System" && !typeof(System.Collections.IEnumerable).IsAssignableFrom(type);

    /// <exception cref="TableBindingException">The type is no record.</exception>
    public static RowType Of(Type type)
    {
        return IsRecord(type)
            ? AccessTo(type)
            : throw new TableBindingException(
                $"{TypeDisplay.Of(type)} is no row type. Rows are records or classes with a public property for each column, such as: record Person(string Name, double? Age).");
    }

    /// <summary>For a type that <see cref="IsRecord"/>.</summary>
    public static RowType AccessTo(Type type) =>
        Cache.GetValue(type, static t => (RowType)Activator.CreateInstance(typeof(RowType<>).MakeGenericType(t))!);

    public static RowType<T> Of<T>() => (RowType<T>)Of(typeof(T));
}
