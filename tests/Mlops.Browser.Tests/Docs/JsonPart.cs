using System.Text.Json;

namespace Mlops.Browser.Tests.Docs;

/// <summary>Docs show only a part of an answer: every property that they show must be there with this value, every item of a list in some place.</summary>
internal static class JsonPart
{
    public static bool IsPartOf(JsonElement part, JsonElement whole) => part.ValueKind switch
    {
        JsonValueKind.Object => whole.ValueKind == JsonValueKind.Object
            && part.EnumerateObject().All(property => whole.TryGetProperty(property.Name, out var value) && IsPartOf(property.Value, value)),
        JsonValueKind.Array => whole.ValueKind == JsonValueKind.Array
            && part.EnumerateArray().All(item => whole.EnumerateArray().Any(other => IsPartOf(item, other))),
        _ => JsonElement.DeepEquals(part, whole),
    };
}
