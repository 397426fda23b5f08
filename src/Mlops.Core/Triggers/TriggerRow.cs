using System.Text.Json;
using Mlops.Core.Database;
using Mlops.Core.Runs;

namespace Mlops.Core.Triggers;

/// <summary>A row of <c>trigger</c> as the driver gives it.</summary>
internal sealed class TriggerRow
{
    /// <summary>The columns, of a table named <c>trigger</c>.</summary>
    public const string Columns =
        """
        id, project_uuid as ProjectUuid, pipeline_uuid as PipelineUuid, name, schedule_type as ScheduleType, schedule_interval as ScheduleInterval,
        start_time as StartTime, case when is_active then 1 else 0 end as Active, variables, settings, description, next_run_at as NextRunAt,
        last_run_at as LastRunAt, problem, content_hash as ContentHash, removed_at as RemovedAt
        """;

    public long Id { get; init; }
    public string ProjectUuid { get; init; } = "";
    public string PipelineUuid { get; init; } = "";
    public string Name { get; init; } = "";
    public string ScheduleType { get; init; } = "";
    public string? ScheduleInterval { get; init; }
    public long? StartTime { get; init; }
    public long Active { get; init; }
    public string Variables { get; init; } = "{}";
    public string Settings { get; init; } = "{}";
    public string? Description { get; init; }
    public long? NextRunAt { get; init; }
    public long? LastRunAt { get; init; }
    public string? Problem { get; init; }
    public string? ContentHash { get; init; }
    public long? RemovedAt { get; init; }
    public long RunCount { get; init; }

    public Trigger ToTrigger() => new()
    {
        Id = Id,
        ProjectUuid = ProjectUuid,
        PipelineUuid = PipelineUuid,
        Name = Name,
        ScheduleType = ScheduleType,
        ScheduleInterval = ScheduleInterval,
        IsActive = Active != 0,
        StartTime = Timestamps.FromMicroseconds(StartTime),
        Variables = JsonSerializer.Deserialize(Variables, RunJson.Default.IReadOnlyDictionaryStringJsonElement)!,
        Description = Description,
        NextRunAt = Timestamps.FromMicroseconds(NextRunAt),
        Problem = Problem,
        RunCount = RunCount,
        Terms = TriggerSettings.ReadTerms(Settings),
    };

    /// <summary>When it is due; null where it cannot be read, which its problem then says.</summary>
    public ScheduleInterval? ToSchedule()
    {
        _ = Triggers.ScheduleInterval.TryParse(ScheduleInterval, TimeZone(Settings), Timestamps.FromMicroseconds(StartTime), out var schedule);
        return schedule;
    }

    /// <summary>Whether a definition is due at the same times.</summary>
    public bool HasScheduleOf(TriggerDefinition definition) =>
        ScheduleType == definition.ScheduleType && ScheduleInterval == definition.ScheduleInterval
        && StartTime == definition.StartTime?.ToMicroseconds() && (Active != 0) == definition.IsActive
        && TimeZone(Settings) == TimeZone(definition.Settings);

    private static string? TimeZone(string settings)
    {
        using var json = JsonDocument.Parse(settings);
        return json.RootElement.TryGetProperty("time_zone", out var zone) && zone.ValueKind == JsonValueKind.String ? zone.GetString() : null;
    }
}
