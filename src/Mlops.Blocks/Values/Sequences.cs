using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mlops.Blocks.Values;

/// <summary>What a sequence holds, by the declared type first: an empty list of records is still a table.</summary>
internal static class Sequences
{
    private static readonly MethodInfo CollectMethod = typeof(Sequences).GetMethod(nameof(CollectItemsAsync), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>Type of the items of an <see cref="IEnumerable{T}"/>; null where it is none.</summary>
    public static Type? ItemType(Type declaredType, object value) => ItemType(declaredType) ?? ItemType(value.GetType());

    /// <inheritdoc cref="ItemType(Type, object)"/>
    public static Type? ItemType(Type type) => ItemOf(type, typeof(IEnumerable<>));

    /// <summary>Type of the items of an <see cref="IAsyncEnumerable{T}"/>; null where it is none.</summary>
    public static Type? AsyncItemType(Type declaredType, object value) =>
        AsyncItemType(declaredType) ?? AsyncItemType(value.GetType());

    /// <inheritdoc cref="AsyncItemType(Type, object)"/>
    public static Type? AsyncItemType(Type type) => ItemOf(type, typeof(IAsyncEnumerable<>));

    /// <summary>Whether a sequence is an object or tree of JSON, although its items have properties.</summary>
    public static bool IsJson(object value, Type itemType) => value is JsonNode || IsJson(itemType);

    /// <summary>Likewise of any sequence of these items.</summary>
    public static bool IsJson(Type itemType) =>
        typeof(JsonNode).IsAssignableFrom(itemType)
        || itemType == typeof(JsonElement)
        || itemType == typeof(object)
        || (itemType.IsGenericType && itemType.GetGenericTypeDefinition() == typeof(KeyValuePair<,>));

    /// <summary>The items of an <see cref="IAsyncEnumerable{T}"/> as list; any other value as it is.</summary>
    public static async Task<object?> CollectAsync(object value, Type declaredType, CancellationToken cancellationToken) =>
        AsyncItemType(declaredType, value) is { } item
            ? await (Task<object>)CollectMethod.MakeGenericMethod(item).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [value, cancellationToken], null)!
            : value;

    private static async Task<object> CollectItemsAsync<T>(IAsyncEnumerable<T> items, CancellationToken cancellationToken)
    {
        List<T> list = [];
        await foreach (var item in items.WithCancellation(cancellationToken))
        {
            list.Add(item);
        }

        return list;
    }

    private static Type? ItemOf(Type type, Type sequence) =>
        type.GetInterfaces().Append(type)
            .FirstOrDefault(candidate => candidate.IsGenericType && candidate.GetGenericTypeDefinition() == sequence)?
            .GetGenericArguments()[0];
}
