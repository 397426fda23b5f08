namespace Mlops.Sdk.Tables;

/// <summary>Which .NET types stand for lists and maps.</summary>
internal static class CollectionTypes
{
    private static readonly Type[] Lists =
    [
        typeof(List<>), typeof(IReadOnlyList<>), typeof(IEnumerable<>), typeof(IReadOnlyCollection<>), typeof(IList<>), typeof(ICollection<>),
    ];

    private static readonly Type[] Dictionaries = [typeof(Dictionary<,>), typeof(IReadOnlyDictionary<,>), typeof(IDictionary<,>)];

    /// <summary>The type of the items; null where <paramref name="type"/> is no list.</summary>
    public static Type? ItemType(Type type)
    {
        if (type.IsSZArray)
        {
            return type.GetElementType();
        }

        return type.IsGenericType && Lists.Contains(type.GetGenericTypeDefinition()) ? type.GetGenericArguments()[0] : null;
    }

    /// <summary>The types of key and value; null where <paramref name="type"/> is no dictionary.</summary>
    public static (Type Key, Type Value)? DictionaryTypes(Type type) =>
        type.IsGenericType && Dictionaries.Contains(type.GetGenericTypeDefinition())
            ? (type.GetGenericArguments()[0], type.GetGenericArguments()[1])
            : null;
}
