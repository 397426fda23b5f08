using System.Text.Json;
using Mlops.Core.Runs;

namespace Mlops.Server.Api.Triggers;

/// <summary>Mage's answer to a call of a trigger.</summary>
/// <param name="PipelineRun">The run; null where what was sent starts none.</param>
/// <param name="Message">Why it starts none.</param>
internal sealed record TriggeredRunEnvelope(TriggeredRunResource? PipelineRun, string? Message = null);

/// <summary>A run in Mage's words.</summary>
internal sealed record TriggeredRunResource
{
    /// <summary>Unique; ascending in the order of creation.</summary>
    public required long Id { get; init; }

    /// <summary>When it was accepted, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it started, ended or was accepted last, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Id of the trigger.</summary>
    public required long? PipelineScheduleId { get; init; }

    /// <summary>Uuid of the pipeline.</summary>
    public required string PipelineUuid { get; init; }

    /// <summary>The instant that it stands for, UTC.</summary>
    public required DateTimeOffset ExecutionDate { get; init; }

    /// <summary>Where it stands; completed, failed and cancelled are final.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>When its first block could start, UTC.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it became final, UTC.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Its variables after merging.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Variables { get; init; }

    /// <summary>Whether it was not over in the time that its trigger's sla gives.</summary>
    public required bool PassedSla { get; init; }

    /// <summary>What was sent beside its variables.</summary>
    public required IReadOnlyDictionary<string, JsonElement> EventVariables { get; init; }

    /// <summary>Why it failed where no single block did.</summary>
    public string? Error { get; init; }

    public static TriggeredRunResource From(PipelineRun run, IReadOnlyDictionary<string, JsonElement> eventVariables) => new()
    {
        Id = run.Id,
        CreatedAt = run.CreatedAt,
        UpdatedAt = run.CompletedAt ?? run.StartedAt ?? run.CreatedAt,
        PipelineScheduleId = run.TriggerId,
        PipelineUuid = run.PipelineUuid,
        ExecutionDate = run.ExecutionDate,
        Status = run.Status,
        StartedAt = run.StartedAt,
        CompletedAt = run.CompletedAt,
        Variables = run.Variables,
        PassedSla = run.PassedSla,
        EventVariables = eventVariables,
        Error = run.Error,
    };
}
