using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mlops.Server.Components.Pages.Triggers.Editing;

/// <summary>What a trigger waits for, as fields of a form over the JSON of its <c>event</c>. Keys without a field stay as they are.</summary>
internal sealed class EventForm
{
    /// <summary>Mage's word for triggers with events.</summary>
    public const string Type = "event";

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject _event;

    private EventForm(JsonObject given) => _event = given;

    /// <summary>The kind that is chosen.</summary>
    public EventKind Kind => EventKind.All.FirstOrDefault(kind => kind.Word == Text("type")) ?? EventKind.All[0];

    /// <summary>Reads the JSON of an event; empty for a new one.</summary>
    public static EventForm Read(string json) => new(json.Length == 0 ? new JsonObject { ["type"] = EventKind.All[0].Word } : (JsonObject)JsonNode.Parse(json)!);

    /// <summary>Another kind, with what both have in common.</summary>
    public EventForm As(EventKind kind)
    {
        var common = new JsonObject { ["type"] = kind.Word };
        foreach (var field in kind.Fields.Where(field => Kind.Fields.Contains(field) && _event[field.Key] is not null))
        {
            common[field.Key] = _event[field.Key]!.DeepClone();
        }

        return new EventForm(common);
    }

    /// <summary>The value of a field as text; empty for none.</summary>
    public string Text(EventField field) => field.Type == EventFieldType.Words && _event[field.Key] is JsonArray list
        ? string.Join(", ", list.Select(item => item?.ToString()))
        : Text(field.Key);

    /// <summary>Sets a field by its text.</summary>
    /// <returns>Null, or why the text is no value, in words; then the field stays as it was.</returns>
    public string? Set(EventField field, string text)
    {
        if (text.Trim().Length == 0)
        {
            _event.Remove(field.Key);
            return null;
        }

        try
        {
            JsonNode? node = field.Type switch
            {
                EventFieldType.Words => new JsonArray([.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(word => (JsonNode)word)]),
                EventFieldType.Text => JsonValue.Create(text.Trim()),
                _ => JsonNode.Parse(text),
            };
            _event[field.Key] = node;
            return null;
        }
        catch (JsonException)
        {
            return $"{field.Label} cannot be read. {field.Hint}";
        }
    }

    /// <summary>Why it cannot be saved; null where nothing is wrong that can be said here.</summary>
    public string? FindProblem() => Kind.Fields.FirstOrDefault(field => field.IsRequired && Text(field).Length == 0) is { } missing ? $"{missing.Label} is missing." : null;

    /// <summary>The JSON.</summary>
    public string ToJson() => _event.ToJsonString(Readable);

    private string Text(string key) => _event[key] switch
    {
        null => "",
        JsonValue value => value.ToString(),
        var other => other.ToJsonString(Readable),
    };
}
