using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mlops.Blocks.Templates;

/// <summary>Renders the texts in a block's configuration, at any depth; keys and other values stay as they are.</summary>
internal static class ConfigurationTemplates
{
    /// <exception cref="TemplateException">A template cannot be rendered; names its key.</exception>
    public static IReadOnlyDictionary<string, JsonElement> Render(IReadOnlyDictionary<string, JsonElement>? configuration, TemplateRenderer templates, string place) =>
        (configuration ?? new Dictionary<string, JsonElement>()).ToDictionary(
            entry => entry.Key,
            entry => TemplateRenderer.IsTemplate(entry.Value.GetRawText())
                ? JsonElement.Parse(Render(entry.Value, templates, $"'{entry.Key}' of the {place}")?.ToJsonString() ?? "null")
                : entry.Value,
            StringComparer.Ordinal);

    private static JsonNode? Render(JsonElement value, TemplateRenderer templates, string place) => value.ValueKind switch
    {
        JsonValueKind.String => JsonValue.Create(templates.Render(value.GetString()!, place)),
        JsonValueKind.Array => new JsonArray([.. value.EnumerateArray().Select(item => Render(item, templates, place))]),
        JsonValueKind.Object => new JsonObject(value.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, Render(member.Value, templates, $"{place}, '{member.Name}'")))),
        _ => JsonNode.Parse(value.GetRawText()),
    };
}
