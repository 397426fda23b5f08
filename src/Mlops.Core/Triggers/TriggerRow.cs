using System.Text.Json;
using Mlops.Core.Database;
using Mlops.Core.Runs;
using Mlops.Core.Triggers.Events;

namespace Mlops.Core.Triggers;

/// <summary>A row of <c>trigger</c> as the driver gives it.</summary>
internal sealed class TriggerRow
{
    /// <summary>The columns, of a table named <c>trigger</c>.</summary>
    public const string Columns =
        """
        id, project_uuid as ProjectUuid, pipeline_uuid as PipelineUuid, name, schedule_type as ScheduleType, schedule_interval as ScheduleInterval,
        start_time as StartTime, case when is_active then 1 else 0 end as Active, variables, settings, description, next_run_at as NextRunAt,
        last_run_at as LastRunAt, problem, content_hash as ContentHash, removed_at as RemovedAt, token, sla, envs, tags, enabled_at as EnabledAt, lands_at as LandsAt,
        event, event_matchers as EventMatchers, event_since as EventSince, event_begun_at as EventBegunAt, event_position as EventPosition
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
    public long? LandsAt { get; init; }
    public string? Event { get; init; }
    public string? EventMatchers { get; init; }
    public long? EventSince { get; init; }
    public long? EventBegunAt { get; init; }
    public string? EventPosition { get; init; }
    public long RunCount { get; init; }

    /// <summary>What it says of when it is due.</summary>
    public TriggerTiming Timing => TriggerSettings.ReadTiming(Settings, ScheduleInterval, Timestamps.FromMicroseconds(StartTime));

    /// <summary>What starts its runs.</summary>
    public TriggerCause Cause => new(ScheduleType, Timing, EventSettings.Read(Event, EventMatchers));

    /// <summary>By how much its next run starts before its instant; zero where it starts at it.</summary>
    public TimeSpan Lead => TimeSpan.FromMicroseconds((LandsAt ?? NextRunAt ?? 0) - (NextRunAt ?? LandsAt ?? 0));

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
            Windows = settings.Windows,
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
            LandsAt = Timestamps.FromMicroseconds(LandsAt),
            LastRunAt = Timestamps.FromMicroseconds(LastRunAt),
            EnabledAt = Timestamps.FromMicroseconds(EnabledAt),
            Event = Event is null ? null : JsonElement.Parse(Event),
            EventMatchers = EventMatchers is null ? null : JsonElement.Parse(EventMatchers),
            Problem = Problem,
            RunCount = RunCount,
            Terms = settings.Terms,
        };
    }

    /// <summary>Whether events of a definition count since when they did.</summary>
    public bool HasEventsOf(TriggerDefinition definition) =>
        ScheduleType == definition.ScheduleType && Event == definition.Event && EventMatchers == definition.EventMatchers && StartTime == definition.StartTime?.ToMicroseconds();

    /// <summary>Whether a definition is due at the same times.</summary>
    public bool HasScheduleOf(TriggerDefinition definition) =>
        ScheduleType == definition.ScheduleType && Timing == definition.Timing && (Active != 0) == definition.IsActive;
}
