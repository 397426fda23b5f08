using System.Text.Json;

namespace Mlops.Core.Triggers;

/// <summary>
/// Values to write into a trigger in <c>triggers.yaml</c>; null leaves a value as it is, an empty text removes it. A trigger's name cannot be changed:
/// another name is another trigger.
/// </summary>
public sealed record TriggerChange
{
    /// <summary><c>time</c>, <c>api</c> or <c>event</c>.</summary>
    public string? ScheduleType { get; init; }

    /// <summary><c>@daily</c> and its like, or a cron expression of five or six fields.</summary>
    public string? ScheduleInterval { get; init; }

    /// <summary>No run before this time; UTC where it names no offset.</summary>
    public string? StartTime { get; init; }

    /// <summary>All of what it waits for: <c>{"type": "file", "path": "data/inbox"}</c>; JSON's null removes it.</summary>
    public JsonElement? Event { get; init; }

    /// <summary>All of Mage's <c>event_matchers</c>; JSON's null removes them.</summary>
    public JsonElement? EventMatchers { get; init; }

    /// <summary>Whether it starts runs.</summary>
    public bool? IsActive { get; init; }

    /// <summary>All its variables.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Variables { get; init; }

    /// <summary>Settings to set; the others keep their values.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Settings { get; init; }

    /// <summary>Seconds after their execution date in which its runs should be over; 0 removes it.</summary>
    public double? Sla { get; init; }

    /// <summary>Environments that it is for; empty for all.</summary>
    public IReadOnlyList<string>? Envs { get; init; }

    /// <summary>All its tags.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>The changes as paths in the trigger and values, in the order in which Mage writes them.</summary>
    /// <param name="now">When it is made active, if it is.</param>
    internal IReadOnlyList<(string[] Keys, JsonElement Value)> ToValues(DateTimeOffset now)
    {
        var values = new List<(string[] Keys, JsonElement Value)>();
        AddText("schedule_type", ScheduleType);
        AddText("schedule_interval", ScheduleInterval);
        AddText("start_time", StartTime);
        Add("event", Event ?? Missing);
        Add("event_matchers", EventMatchers ?? Missing);
        if (IsActive is { } active)
        {
            values.AddRange(Status(active, now));
        }

        Add("variables", Variables ?? Missing);
        values.AddRange((Settings ?? new Dictionary<string, JsonElement>()).Select(setting => (new[] { "settings", setting.Key }, setting.Value)));
        Add("sla", Sla is { } sla ? (sla == 0 ? null : sla) : Missing);
        Add("envs", Envs ?? Missing);
        Add("tags", Tags ?? Missing);
        AddText("description", Description);
        return values;

        void AddText(string key, string? text) => Add(key, text is { Length: 0 } ? null : text ?? Missing);

        void Add(string key, object? value)
        {
            if (value != Missing)
            {
                values.Add(([key], JsonSerializer.SerializeToElement(value)));
            }
        }
    }

    /// <summary>What switching a trigger writes.</summary>
    internal static IEnumerable<(string[] Keys, JsonElement Value)> Status(bool active, DateTimeOffset now)
    {
        yield return (["status"], JsonSerializer.SerializeToElement(active ? "active" : "inactive"));
        if (active)
        {
            yield return (["last_enabled_at"], JsonSerializer.SerializeToElement(now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff'+00:00'", System.Globalization.CultureInfo.InvariantCulture)));
        }
    }

    private static readonly object Missing = new();
}
