namespace Mlops.Sdk.Tables;

/// <summary>A .NET type as errors name it: <c>Int32</c>, <c>Double?</c>, <c>List&lt;String&gt;</c>.</summary>
internal static class TypeDisplay
{
    public static string Of(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Of(underlying) + "?";
        }

        if (type.IsArray)
        {
            return Of(type.GetElementType()!) + "[]";
        }

        return type.IsGenericType && !type.Name.Contains("AnonymousType", StringComparison.Ordinal)
            ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Of))}>"
            : type.Name;
    }
}
