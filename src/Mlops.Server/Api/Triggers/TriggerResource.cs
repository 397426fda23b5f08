using System.Text.Json;
using Mlops.Core.Triggers;

namespace Mlops.Server.Api.Triggers;

/// <summary>The triggers of a project or pipeline.</summary>
/// <param name="Triggers">By pipeline and name.</param>
internal sealed record TriggerList(IReadOnlyList<TriggerResource> Triggers)
{
    public static TriggerList From(IReadOnlyList<Trigger> triggers) => new([.. triggers.Select(TriggerResource.From)]);
}

/// <summary>Instants of a schedule.</summary>
/// <param name="Instants">In their order, UTC.</param>
internal sealed record InstantList(IReadOnlyList<DateTimeOffset> Instants);

/// <summary>What starts runs of a pipeline by itself or when it is called.</summary>
internal sealed record TriggerResource
{
    /// <summary>Unique.</summary>
    public required long Id { get; init; }

    /// <summary>Uuid of the project.</summary>
    public required string ProjectUuid { get; init; }

    /// <summary>Uuid of the pipeline.</summary>
    public required string PipelineUuid { get; init; }

    /// <summary>Unique in its pipeline.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>time, api or event.</summary>
    /// <example>time</example>
    public required string ScheduleType { get; init; }

    /// <summary>@daily and its like, or a cron expression.</summary>
    /// <example>@daily</example>
    public string? ScheduleInterval { get; init; }

    /// <summary>Whether it starts runs.</summary>
    public required TriggerStatus Status { get; init; }

    /// <summary>No run before this instant, UTC.</summary>
    public DateTimeOffset? StartTime { get; init; }

    /// <summary>What a trigger of type event waits for, as the file gives it.</summary>
    public JsonElement? Event { get; init; }

    /// <summary>Mage's matchers of what a service posts, as the file gives them.</summary>
    public JsonElement? EventMatchers { get; init; }

    /// <summary>Variables of its runs.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Variables { get; init; }

    /// <summary>Its settings, as the file gives them.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Settings { get; init; }

    /// <summary>Seconds after their execution date in which its runs should be over.</summary>
    public double? Sla { get; init; }

    /// <summary>Environments that it is for; empty for all.</summary>
    public required IReadOnlyList<string> Envs { get; init; }

    /// <summary>Its tags.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>What a caller has to know to start its runs; not in lists.</summary>
    public string? Token { get; init; }

    /// <summary>When it was found active after it was not, UTC.</summary>
    public DateTimeOffset? LastEnabledAt { get; init; }

    /// <summary>When it fires next, UTC.</summary>
    public DateTimeOffset? NextRunAt { get; init; }

    /// <summary>With landing time: when the run that starts then should be over, UTC.</summary>
    public DateTimeOffset? LandsAt { get; init; }

    /// <summary>Why it cannot fire.</summary>
    public string? Problem { get; init; }

    /// <summary>How many runs it made.</summary>
    public required long RunCount { get; init; }

    /// <summary>Changes with what the file says of it; for If-Match.</summary>
    public string? Version { get; init; }

    public static TriggerResource From(Trigger trigger) => new()
    {
        Id = trigger.Id,
        ProjectUuid = trigger.ProjectUuid,
        PipelineUuid = trigger.PipelineUuid,
        Name = trigger.Name,
        Description = trigger.Description,
        ScheduleType = trigger.ScheduleType,
        ScheduleInterval = trigger.ScheduleInterval,
        Status = trigger.IsActive ? TriggerStatus.Active : TriggerStatus.Inactive,
        StartTime = trigger.StartTime,
        Event = trigger.Event,
        EventMatchers = trigger.EventMatchers,
        Variables = trigger.Variables,
        Settings = trigger.Settings,
        Sla = trigger.Sla?.TotalSeconds,
        Envs = trigger.Envs,
        Tags = trigger.Tags,
        LastEnabledAt = trigger.EnabledAt,
        NextRunAt = trigger.NextRunAt,
        LandsAt = trigger.LandsAt,
        Problem = trigger.Problem,
        RunCount = trigger.RunCount,
        Version = trigger.Version,
    };
}

/// <summary>Mage's words for whether a trigger starts runs.</summary>
internal enum TriggerStatus
{
    Active,
    Inactive,
}
