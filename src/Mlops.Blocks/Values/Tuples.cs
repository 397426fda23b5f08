using System.Runtime.CompilerServices;

namespace Mlops.Blocks.Values;

/// <summary>Value tuples of any length; the compiler nests those of more than seven items in their last field.</summary>
internal static class Tuples
{
    public const int ItemsPerLevel = 7;

    public static bool IsTuple(Type type) => type.IsValueType && type.IsGenericType && typeof(ITuple).IsAssignableFrom(type);

    public static IReadOnlyList<Type> ItemTypes(Type type)
    {
        var arguments = type.GetGenericArguments();
        return arguments.Length <= ItemsPerLevel ? arguments : [.. arguments[..ItemsPerLevel], .. ItemTypes(arguments[ItemsPerLevel])];
    }

    public static object Create(Type type, ReadOnlySpan<object?> items)
    {
        object?[] arguments = items.Length <= ItemsPerLevel
            ? items.ToArray()
            : [.. items[..ItemsPerLevel], Create(type.GetGenericArguments()[ItemsPerLevel], items[ItemsPerLevel..])];
        return Activator.CreateInstance(type, arguments)!;
    }
}
