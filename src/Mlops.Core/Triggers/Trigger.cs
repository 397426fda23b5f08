using System.Text.Json;
using Mlops.Core.Runs;

namespace Mlops.Core.Triggers;

/// <summary>What starts runs of a pipeline by itself or when it is called, read from <c>triggers.yaml</c>. Times are UTC.</summary>
public sealed record Trigger
{
    /// <summary>Positive.</summary>
    public required long Id { get; init; }

    /// <summary>The project.</summary>
    public required string ProjectUuid { get; init; }

    /// <summary>The pipeline.</summary>
    public required string PipelineUuid { get; init; }

    /// <summary>Unique in its pipeline.</summary>
    public required string Name { get; init; }

    /// <summary>Mage's word: <c>time</c>, <c>api</c> or <c>event</c>.</summary>
    public required string ScheduleType { get; init; }

    /// <summary><c>@daily</c> and its like, or a cron expression; null for types without one.</summary>
    public string? ScheduleInterval { get; init; }

    /// <summary>What it waits for, as the file gives it; null for types without events.</summary>
    public JsonElement? Event { get; init; }

    /// <summary>Mage's <c>event_matchers</c>, as the file gives them; null where there are none.</summary>
    public JsonElement? EventMatchers { get; init; }

    /// <summary>IANA name of the zone of its schedule; null for UTC.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Times of the week in which its schedule is due, such as <c>mon-fri 08:00-18:00</c>; null for all.</summary>
    public string? Windows { get; init; }

    /// <summary>Whether it starts runs.</summary>
    public bool IsActive { get; init; }

    /// <summary>No run before this instant; null for none.</summary>
    public DateTimeOffset? StartTime { get; init; }

    /// <summary>Variables of its runs.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>Its settings by name, as the file gives them.</summary>
    public IReadOnlyDictionary<string, JsonElement> Settings { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>What it is for; null where the file gives none.</summary>
    public string? Description { get; init; }

    /// <summary>How long after their execution date its runs should be over; null for no such wish.</summary>
    public TimeSpan? Sla { get; init; }

    /// <summary>Environments that it is for; empty for all.</summary>
    public IReadOnlyList<string> Envs { get; init; } = [];

    /// <summary>Its tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>What a caller has to know to start its runs; a secret. Null for types that nobody calls.</summary>
    public string? Token { get; init; }

    /// <summary>Changes with what the file says of it; null while the file cannot be read.</summary>
    public string? Version { get; init; }

    /// <summary>When it fires next; null where it does not.</summary>
    public DateTimeOffset? NextRunAt { get; init; }

    /// <summary>When the run that starts then should be over, its instant; null where runs start at their instants.</summary>
    public DateTimeOffset? LandsAt { get; init; }

    /// <summary>The last instant for which it fired; null for none.</summary>
    public DateTimeOffset? LastRunAt { get; init; }

    /// <summary>When it was found active after it was not; null for never.</summary>
    public DateTimeOffset? EnabledAt { get; init; }

    /// <summary>Why it cannot fire, in words; null where nothing is wrong.</summary>
    public string? Problem { get; init; }

    /// <summary>How many runs it made.</summary>
    public long RunCount { get; init; }

    /// <summary>Timeout, limit and the like of its runs.</summary>
    public TriggerTerms Terms { get; init; } = new();

    /// <summary>The run that it asks for at an instant of its schedule.</summary>
    public TriggeredRun RunAt(DateTimeOffset instant) => Run() with { Instant = instant };

    /// <summary>The run that it asks for now.</summary>
    public TriggeredRun Run() => new()
    {
        ProjectUuid = ProjectUuid,
        PipelineUuid = PipelineUuid,
        TriggerId = Id,
        TriggerName = Name,
        Variables = Variables,
        Sla = Sla,
        Terms = Terms,
    };
}
