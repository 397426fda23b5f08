using System.Text.Json;
using Mlops.Core.Runs;

namespace Mlops.Core.Triggers;

/// <summary>What starts runs of a pipeline by itself, read from <c>triggers.yaml</c>. Times are UTC.</summary>
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

    /// <summary>Whether it starts runs.</summary>
    public bool IsActive { get; init; }

    /// <summary>No run before this instant; null for none.</summary>
    public DateTimeOffset? StartTime { get; init; }

    /// <summary>Variables of its runs.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>What it is for; null where the file gives none.</summary>
    public string? Description { get; init; }

    /// <summary>When it fires next; null where it does not.</summary>
    public DateTimeOffset? NextRunAt { get; init; }

    /// <summary>Why it cannot fire, in words; null where nothing is wrong.</summary>
    public string? Problem { get; init; }

    /// <summary>How many runs it made.</summary>
    public long RunCount { get; init; }

    /// <summary>Timeout, limit and the like of its runs.</summary>
    public TriggerTerms Terms { get; init; } = new();

    /// <summary>The run that it asks for at an instant of its schedule.</summary>
    public ScheduledRun RunAt(DateTimeOffset instant) => new(ProjectUuid, PipelineUuid, Id, Name, instant, Variables, Terms);
}
