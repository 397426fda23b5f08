using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mlops.Core.Variables;

/// <summary>Values of variables as people write them: JSON where it is JSON (<c>3</c>, <c>true</c>, <c>"3"</c>, <c>[1,2]</c>), any other as text.</summary>
public static class VariableText
{
    private static readonly JsonSerializerOptions ReadableOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The value that a text stands for.</summary>
    public static JsonElement Parse(string text) => TryParse(text) ?? JsonSerializer.SerializeToElement(text);

    /// <summary>A text that stands for the value.</summary>
    public static string Of(JsonElement value) => value.ValueKind == JsonValueKind.String && value.GetString() is { } text && TryParse(text) is null
        ? text
        : Readable(value);

    /// <summary>A value as JSON that people can read: signs and letters stand for themselves.</summary>
    public static string Readable(JsonElement value) => JsonSerializer.Serialize(value, ReadableOptions);

    private static JsonElement? TryParse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // Not JSON, so it is text: quotes around every word would be too much to ask of a person.
            return null;
        }
    }
}
