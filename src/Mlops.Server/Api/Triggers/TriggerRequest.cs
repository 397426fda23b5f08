using System.Text.Json;
using Mlops.Core.Triggers;

namespace Mlops.Server.Api.Triggers;

/// <summary>Values of a trigger; what is left out stays as it is, an empty text removes it.</summary>
internal record TriggerRequest
{
    /// <summary>time, api or event.</summary>
    /// <example>time</example>
    public string? ScheduleType { get; init; }

    /// <summary>@once, @hourly, @daily, @weekly, @monthly, @always_on, or a cron expression of five fields, or six with seconds first.</summary>
    /// <example>30 6 * * *</example>
    public string? ScheduleInterval { get; init; }

    /// <summary>No run before this time; UTC where it names no offset.</summary>
    /// <example>2026-05-16 07:00:00+00:00</example>
    public string? StartTime { get; init; }

    /// <summary>All of what a trigger of type event waits for, such as {"type": "file", "path": "data/inbox"}; null removes it.</summary>
    public JsonElement Event { get; init; }

    /// <summary>All of Mage's matchers of what a service posts; null removes them.</summary>
    public JsonElement EventMatchers { get; init; }

    /// <summary>Whether it starts runs; a new one does not unless this says so.</summary>
    public TriggerStatus? Status { get; init; }

    /// <summary>All variables of its runs.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Variables { get; init; }

    /// <summary>Settings to set; null removes one, those left out stay.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Settings { get; init; }

    /// <summary>Seconds after their execution date in which its runs should be over; 0 removes it.</summary>
    public double? Sla { get; init; }

    /// <summary>Environments (MLOPS_ENV) that it is for; empty for all.</summary>
    public IReadOnlyList<string>? Envs { get; init; }

    /// <summary>All its tags.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    public TriggerChange ToChange() => new()
    {
        ScheduleType = ScheduleType,
        ScheduleInterval = ScheduleInterval,
        StartTime = StartTime,
        Event = Event.ValueKind == JsonValueKind.Undefined ? null : Event,
        EventMatchers = EventMatchers.ValueKind == JsonValueKind.Undefined ? null : EventMatchers,
        IsActive = Status is { } status ? status == TriggerStatus.Active : null,
        Variables = Variables,
        Settings = Settings,
        Sla = Sla,
        Envs = Envs,
        Tags = Tags,
        Description = Description,
    };
}

/// <summary>A trigger to be added.</summary>
internal sealed record NewTriggerRequest : TriggerRequest
{
    /// <summary>Unique in its pipeline; it cannot be changed.</summary>
    /// <example>Every morning</example>
    public required string Name { get; init; }
}
