using System.Text.Json;
using Mlops.Core.Runs;
using Mlops.Core.Triggers;
using Mlops.Server.Api.Triggers;

namespace Mlops.Server.Api.Mage;

/// <summary>Mage's envelope of a trigger.</summary>
internal sealed record MageScheduleEnvelope(MageSchedule PipelineSchedule);

/// <summary>Mage's envelope of triggers.</summary>
internal sealed record MageScheduleList(IReadOnlyList<MageSchedule> PipelineSchedules, MageMetadata Metadata);

/// <summary>A trigger in Mage's words.</summary>
internal sealed record MageSchedule
{
    public required long Id { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    public required string PipelineUuid { get; init; }

    /// <summary>Path of its project below the folder of all projects, which is its uuid.</summary>
    public required string RepoPath { get; init; }

    public required string ScheduleType { get; init; }

    public string? ScheduleInterval { get; init; }

    public DateTimeOffset? StartTime { get; init; }

    public required TriggerStatus Status { get; init; }

    public required IReadOnlyDictionary<string, JsonElement> Variables { get; init; }

    public required IReadOnlyDictionary<string, JsonElement> Settings { get; init; }

    /// <summary>Seconds.</summary>
    public double? Sla { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public required IReadOnlyList<string> Envs { get; init; }

    /// <summary>What a caller has to know to start its runs; not in lists.</summary>
    public string? Token { get; init; }

    public DateTimeOffset? LastEnabledAt { get; init; }

    public DateTimeOffset? NextPipelineRunDate { get; init; }

    public RunStatus? LastPipelineRunStatus { get; init; }

    public required long PipelineRunsCount { get; init; }

    public required long PipelineInProgressRunsCount { get; init; }

    /// <summary>Seconds that a completed run took on average.</summary>
    public double? RuntimeAverage { get; init; }

    public IReadOnlyList<string> EventMatchers { get; } = [];

    public string? GlobalDataProductUuid { get; }

    /// <summary>Why it starts no runs; not in Mage.</summary>
    public string? Problem { get; init; }

    public static MageSchedule From(Trigger trigger, TriggerFigures figures) => new()
    {
        Id = trigger.Id,
        Name = trigger.Name,
        Description = trigger.Description,
        PipelineUuid = trigger.PipelineUuid,
        RepoPath = trigger.ProjectUuid,
        ScheduleType = trigger.ScheduleType,
        ScheduleInterval = trigger.ScheduleInterval,
        StartTime = trigger.StartTime,
        Status = trigger.IsActive ? TriggerStatus.Active : TriggerStatus.Inactive,
        Variables = trigger.Variables,
        Settings = trigger.Settings,
        Sla = trigger.Sla?.TotalSeconds,
        Tags = trigger.Tags,
        Envs = trigger.Envs,
        LastEnabledAt = trigger.EnabledAt,
        NextPipelineRunDate = trigger.NextRunAt,
        LastPipelineRunStatus = figures.LastStatus,
        PipelineRunsCount = trigger.RunCount,
        PipelineInProgressRunsCount = figures.OpenCount,
        RuntimeAverage = figures.AverageDuration?.TotalSeconds,
        Problem = trigger.Problem,
    };
}
