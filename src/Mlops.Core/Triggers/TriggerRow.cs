using System.Text.Json;
using Mlops.Core.Database;
using Mlops.Core.Runs;
using Mlops.Core.Triggers.Types;

namespace Mlops.Core.Triggers;

/// <summary>A row of <c>trigger</c> as the driver gives it.</summary>
internal sealed class TriggerRow
{
    /// <summary>The columns, of a table named <c>trigger</c>.</summary>
    public const string Columns =
        """
        id, project_uuid as ProjectUuid, pipeline_uuid as PipelineUuid, name, schedule_type as ScheduleType, schedule_interval as ScheduleInterval,
        start_time as StartTime, case when is_active then 1 else 0 end as Active, variables, settings, description, next_run_at as NextRunAt,
        last_run_at as LastRunAt, problem, content_hash as ContentHash, removed_at as RemovedAt, token, sla, envs, tags, enabled_at as EnabledAt
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
    public string? Token { get; init; }
    public long? Sla { get; init; }
    public string Envs { get; init; } = "[]";
    public string Tags { get; init; } = "[]";
    public long? EnabledAt { get; init; }
    public long RunCount { get; init; }

    /// <summary>What it says of when it is due.</summary>
    public TriggerTiming Timing => new(ScheduleInterval, TriggerSettings.Read(Settings).TimeZone, Timestamps.FromMicroseconds(StartTime));

    public Trigger ToTrigger()
    {
        var settings = TriggerSettings.Read(Settings);
        return new Trigger
        {
            Id = Id,
            ProjectUuid = ProjectUuid,
            PipelineUuid = PipelineUuid,
            Name = Name,
            ScheduleType = ScheduleType,
            ScheduleInterval = ScheduleInterval,
            TimeZone = settings.TimeZone,
            IsActive = Active != 0,
            StartTime = Timestamps.FromMicroseconds(StartTime),
            Variables = JsonSerializer.Deserialize(Variables, RunJson.Default.IReadOnlyDictionaryStringJsonElement)!,
            Settings = JsonSerializer.Deserialize(Settings, RunJson.Default.IReadOnlyDictionaryStringJsonElement)!,
            Description = Description,
            Sla = Sla is { } sla ? TimeSpan.FromMicroseconds(sla) : null,
            Envs = JsonSerializer.Deserialize(Envs, RunJson.Default.IReadOnlyListString)!,
            Tags = JsonSerializer.Deserialize(Tags, RunJson.Default.IReadOnlyListString)!,
            Token = Token,
            Version = TriggerDefinition.VersionOf(ContentHash),
            NextRunAt = Timestamps.FromMicroseconds(NextRunAt),
            LastRunAt = Timestamps.FromMicroseconds(LastRunAt),
            EnabledAt = Timestamps.FromMicroseconds(EnabledAt),
            Problem = Problem,
            RunCount = RunCount,
            Terms = settings.Terms,
        };
    }

    /// <summary>Whether a definition is due at the same times.</summary>
    public bool HasScheduleOf(TriggerDefinition definition) =>
        ScheduleType == definition.ScheduleType && Timing == definition.Timing && (Active != 0) == definition.IsActive;
}
