using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Mlops.Blocks.Values;
using Mlops.Sdk.Tables;

namespace Mlops.Blocks.CSharp.Types;

/// <summary>
/// Whether JSON that <see cref="ValueWriter"/> makes of one type can ever be read as another by <see cref="ValueReader"/>. Only what is refused
/// whatever the values is a reason: text may spell a number, and a list may be empty.
/// </summary>
/// <param name="writer">Assembly of the block that makes the JSON.</param>
internal sealed class JsonFit(Assembly writer)
{
    private const int MaxDepth = 16;

    private static readonly (JsonKinds Kind, string Word)[] Words =
    [
        (JsonKinds.Object, "an object"), (JsonKinds.Array, "an array"), (JsonKinds.Text, "text"), (JsonKinds.Number, "a number"),
        (JsonKinds.Boolean, "true or false"), (JsonKinds.Null, "null"),
    ];

    /// <summary>Why a value of <paramref name="written"/> that is not null never becomes <paramref name="wanted"/>; null where it may.</summary>
    public string? WhyNot(Type written, Type wanted) =>
        WhyNot(Sequences.AsyncItemType(written) is null ? Written(written) : JsonKinds.Array, written, wanted, "$", 0);

    private string? WhyNot(JsonKinds found, Type written, Type wanted, string place, int depth)
    {
        var accepted = Accepted(wanted);
        if ((found & accepted) == JsonKinds.None)
        {
            return ValueReader.Misfit(string.Join(" or ", Words.Where(word => found.HasFlag(word.Kind)).Select(word => word.Word)), wanted, place);
        }

        var isRecord = found == JsonKinds.Object && IsRecord(written) && IsRecord(wanted) && depth < MaxDepth;
        return isRecord ? WhyNotMembers(written, wanted, place, depth) : null;
    }

    private string? WhyNotMembers(Type written, Type wanted, string place, int depth)
    {
        var properties = ValueWriter.PropertiesOf(written).GroupBy(property => Names.Normalize(property.Name)).ToDictionary(group => group.Key, group => group.Last());
        foreach (var parameter in RowProperties.Constructor(wanted)?.GetParameters() ?? [])
        {
            var reason = properties.Remove(Names.Normalize(parameter.Name!), out var property)
                ? WhyNotMember(property, parameter.ParameterType, $"{place}.{parameter.Name}", depth)
                : Names.IsOptional(parameter) ? null : ValueReader.Missing(parameter, wanted, place);
            if (reason is not null)
            {
                return reason;
            }
        }

        return wanted.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod is { IsPublic: true })
            .Select(property => properties.Remove(Names.Normalize(property.Name), out var from)
                ? WhyNotMember(from, property.PropertyType, $"{place}.{property.Name}", depth)
                : null)
            .FirstOrDefault(reason => reason is not null);
    }

    private string? WhyNotMember(PropertyInfo from, Type wanted, string place, int depth)
    {
        var mayBeNull = new NullabilityInfoContext().Create(from).ReadState != NullabilityState.NotNull;
        var found = Written(from.PropertyType);
        return WhyNot(mayBeNull ? found | JsonKinds.Null : found, from.PropertyType, wanted, place, depth + 1);
    }

    /// <summary>What <see cref="ValueWriter"/> may make of a value that is not null.</summary>
    private JsonKinds Written(Type declared)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (ScalarReader.IsScalar(type))
        {
            return type == typeof(bool) ? JsonKinds.Boolean
                : type == typeof(float) || type == typeof(double) ? JsonKinds.Number | JsonKinds.Text
                : ScalarReader.IsNumber(type) ? JsonKinds.Number
                : JsonKinds.Text;
        }

        if (type == typeof(byte[]))
        {
            return JsonKinds.Text;
        }

        if (Tuples.IsTuple(type))
        {
            return JsonKinds.Array;
        }

        return WrittenSequence(type) ?? (IsRecord(type) && DeclaredOutput.IsExact(type, writer) ? JsonKinds.Object : JsonKinds.Any);
    }

    private static JsonKinds? WrittenSequence(Type type)
    {
        if (typeof(System.Collections.IDictionary).IsAssignableFrom(type))
        {
            return JsonKinds.Object;
        }

        if (Sequences.ItemType(type) is not { } item)
        {
            return null;
        }

        // Values may be of types that are written in a way of their own: text, bytes, dictionaries.
        return item == typeof(char) || item == typeof(byte) ? JsonKinds.Array | JsonKinds.Text
            : item.IsGenericType && item.GetGenericTypeDefinition() == typeof(KeyValuePair<,>) ? JsonKinds.Array | JsonKinds.Object
            : JsonKinds.Array;
    }

    /// <summary>What <see cref="ValueReader"/> may take for a value of this type; anything else it refuses.</summary>
    private static JsonKinds Accepted(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Accepted(underlying) | JsonKinds.Null;
        }

        if (ScalarReader.IsScalar(type))
        {
            return ScalarReader.Accepted(type);
        }

        if (type == typeof(byte[]))
        {
            return JsonKinds.Text | JsonKinds.Null;
        }

        var noValue = type.IsValueType ? JsonKinds.None : JsonKinds.Null;
        return CollectionTypes.ItemType(type) is not null ? JsonKinds.Array | noValue
            : CollectionTypes.DictionaryTypes(type) is not null ? JsonKinds.Object | noValue
            : !type.IsCollectible ? JsonKinds.Any
            : typeof(ITuple).IsAssignableFrom(type) ? JsonKinds.Array | noValue
            : JsonKinds.Object | noValue;
    }

    /// <summary>Whether it is a type of a block that is written and read property by property.</summary>
    private static bool IsRecord(Type type) =>
        type is { IsCollectible: true, IsInterface: false, IsEnum: false } && !typeof(System.Collections.IEnumerable).IsAssignableFrom(type)
        && !typeof(ITuple).IsAssignableFrom(type) && !typeof(JsonElement).IsAssignableFrom(type) && Nullable.GetUnderlyingType(type) is null;
}
