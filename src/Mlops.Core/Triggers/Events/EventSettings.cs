using System.Text.Json;

namespace Mlops.Core.Triggers.Events;

/// <summary>What a trigger of type <c>event</c> waits for: its <c>event</c>, and Mage's <c>event_matchers</c>.</summary>
public sealed class EventSettings
{
    /// <summary>The source of a trigger that has matchers alone, as in Mage: a service posts its events.</summary>
    internal const string MatcherType = "webhook";

    private readonly JsonElement _event;

    private EventSettings(JsonElement given, JsonElement? matchers)
    {
        _event = given;
        Matchers = matchers;
    }

    /// <summary>Word of the source; empty where <c>event.type</c> is missing or no text.</summary>
    public string Type => Text("type") ?? "";

    /// <summary>Mage's <c>event_matchers</c> as they are given; null where there are none.</summary>
    public JsonElement? Matchers { get; }

    /// <summary>Reads what is stored; null where a trigger says nothing of events.</summary>
    /// <param name="given">JSON text of <c>event</c>.</param>
    /// <param name="matchers">JSON text of <c>event_matchers</c>.</param>
    internal static EventSettings? Read(string? given, string? matchers) => (given, matchers) switch
    {
        (null, null) => null,
        (null, _) => new EventSettings(JsonElement.Parse($$"""{"type": "{{MatcherType}}"}"""), JsonElement.Parse(matchers)),
        _ => new EventSettings(JsonElement.Parse(given), matchers is null ? null : JsonElement.Parse(matchers)),
    };

    /// <summary>A text; null where there is none.</summary>
    public string? Text(string key) => Find(key) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>Whether a key is <c>true</c>.</summary>
    public bool Flag(string key) => Find(key) is { ValueKind: JsonValueKind.True };

    /// <summary>Seconds; <paramref name="usual"/> where nothing is given.</summary>
    public TimeSpan Seconds(string key, TimeSpan usual) => Find(key) is { ValueKind: JsonValueKind.Number } value ? TimeSpan.FromSeconds(value.GetDouble()) : usual;

    /// <summary>The texts of a list; none where there is no list.</summary>
    public IReadOnlyList<string> Texts(string key) => Find(key) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray().Select(item => item.ToString())] : [];

    /// <summary>A value that is there and not null.</summary>
    public JsonElement? Find(string key) =>
        _event.ValueKind == JsonValueKind.Object && _event.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>What is wrong with the keys, in words; null where nothing is.</summary>
    internal string? FindProblem(IReadOnlyList<EventKey> keys)
    {
        foreach (var member in _event.EnumerateObject().Where(member => member.Name != "type" && keys.All(key => key.Name != member.Name)))
        {
            return $"event.{member.Name} is not known. With type {Type} there is {string.Join(", ", keys.Select(key => key.Name))}.";
        }

        foreach (var key in keys)
        {
            if (Find(key.Name) is { } value ? !key.IsRight(value) : key.IsRequired)
            {
                return Find(key.Name) is { } wrong ? $"event.{key.Name} is {Shorten(wrong.GetRawText())}; {key.Wanted} is wanted." : $"event.{key.Name} is missing; {key.Wanted} is wanted.";
            }
        }

        return null;
    }

    private static string Shorten(string text) => text.Length > 60 ? text[..60] + "…" : text;
}
