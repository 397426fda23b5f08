using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Mlops.Core.Triggers;

namespace Mlops.Server.Api;

/// <summary>The triggers of a project.</summary>
internal static class TriggersApi
{
    public static void MapTriggersApi(this IEndpointRouteBuilder api) =>
        api.MapGet("/projects/{project}/triggers", ListAsync).WithName("ListTriggers").WithTags("Triggers").WithSummary("List the triggers of a project")
            .WithDescription("By pipeline and name, as triggers.yaml says.").ProducesProblem(404);

    /// <param name="project">Uuid of the project.</param>
    /// <param name="pipeline">Only triggers of this pipeline.</param>
    internal static async Task<Ok<TriggerList>> ListAsync(string project, string? pipeline, TriggerService triggers, CancellationToken cancellationToken) =>
        TypedResults.Ok(new TriggerList([.. (await triggers.ListAsync(project, pipeline, cancellationToken)).Select(TriggerResource.From)]));
}

/// <summary>The triggers of a project.</summary>
/// <param name="Triggers">By pipeline and name.</param>
internal sealed record TriggerList(IReadOnlyList<TriggerResource> Triggers);

/// <summary>What starts runs of a pipeline by itself.</summary>
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

    /// <summary>Variables of its runs.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Variables { get; init; }

    /// <summary>When it fires next, UTC.</summary>
    public DateTimeOffset? NextRunAt { get; init; }

    /// <summary>Why it cannot fire.</summary>
    public string? Problem { get; init; }

    /// <summary>How many runs it made.</summary>
    public required long RunCount { get; init; }

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
        Variables = trigger.Variables,
        NextRunAt = trigger.NextRunAt,
        Problem = trigger.Problem,
        RunCount = trigger.RunCount,
    };
}

/// <summary>Mage's words for whether a trigger starts runs.</summary>
internal enum TriggerStatus
{
    Active,
    Inactive,
}
