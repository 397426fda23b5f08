using Mlops.Core.Database;

namespace Mlops.Core.Runs;

/// <summary>Which runs to list. Null takes all.</summary>
/// <param name="ProjectUuid">Of this project.</param>
/// <param name="PipelineUuid">Of this pipeline.</param>
/// <param name="Status">With this status.</param>
/// <param name="Before">With an id below this one: the last of the page before.</param>
/// <param name="Limit">At most so many; 1 to 200.</param>
public sealed record PipelineRunFilter(string? ProjectUuid = null, string? PipelineUuid = null, RunStatus? Status = null, long? Before = null, int Limit = 30)
{
    /// <summary>Of this trigger.</summary>
    public long? TriggerId { get; init; }

    /// <summary>With one of these ids.</summary>
    public IReadOnlyList<long>? Ids { get; init; }

    /// <summary>Of a pipeline with one of these uuids.</summary>
    public IReadOnlyList<string>? PipelineUuids { get; init; }

    /// <summary>Of one of these pipelines, as <c>project/pipeline</c>.</summary>
    public IReadOnlyList<string>? Pipelines { get; init; }

    /// <summary>With one of these statuses.</summary>
    public IReadOnlyList<RunStatus>? Statuses { get; init; }

    /// <summary>Made by one of these triggers.</summary>
    public IReadOnlyList<long>? TriggerIds { get; init; }

    /// <summary>Made by this backfill.</summary>
    public long? BackfillId { get; init; }

    /// <summary>That make one of these global data products, as <c>project/product</c>.</summary>
    public IReadOnlyList<string>? Products { get; init; }

    /// <summary>Accepted at this instant or later.</summary>
    public DateTimeOffset? CreatedFrom { get; init; }

    /// <summary>Accepted at this instant or before.</summary>
    public DateTimeOffset? CreatedTo { get; init; }

    /// <summary>Accepted before this instant.</summary>
    public DateTimeOffset? CreatedUntil { get; init; }

    /// <summary>Leaves out so many of the first ones.</summary>
    public int Offset { get; init; }

    /// <summary>Whether the oldest come first; <see cref="Before"/> is then of no use.</summary>
    public bool OldestFirst { get; init; }

    /// <summary>The conditions of those that fit, but for <see cref="Before"/>; parameters are those of <see cref="ToParameters"/>.</summary>
    internal string ToConditions(SqlDialect dialect) => string.Join(
        " and ",
        new[]
        {
            "1 = 1",
            ProjectUuid is null ? null : "project_uuid = @ProjectUuid",
            PipelineUuid is null ? null : "pipeline_uuid = @PipelineUuid",
            Status is null ? null : "status = @status",
            TriggerId is null ? null : "trigger_id = @TriggerId",
            Ids is null ? null : dialect.IsAmong("pipeline_run.id", "@ids"),
            PipelineUuids is null ? null : dialect.IsAmong("pipeline_uuid", "@pipelineUuids"),
            Pipelines is null ? null : dialect.IsAmong("project_uuid || '/' || pipeline_uuid", "@pipelines"),
            Statuses is null ? null : dialect.IsAmong("status", "@statuses"),
            TriggerIds is null ? null : dialect.IsAmong("trigger_id", "@triggerIds"),
            BackfillId is null ? null : "backfill_id = @BackfillId",
            Products is null ? null : dialect.IsAmong("product", "@products"),
            CreatedFrom is null ? null : "created_at >= @from",
            CreatedTo is null ? null : "created_at <= @to",
            CreatedUntil is null ? null : "created_at < @until",
        }.OfType<string>());

    /// <summary>The values that the conditions name; those that none names are arrays without items.</summary>
    internal object ToParameters(int take) => new
    {
        ProjectUuid,
        PipelineUuid,
        status = Status?.ToWord(),
        Before,
        ids = Ids?.ToArray() ?? [],
        pipelineUuids = PipelineUuids?.ToArray() ?? [],
        pipelines = Pipelines?.ToArray() ?? [],
        statuses = Statuses?.Select(status => status.ToWord()).ToArray() ?? [],
        triggerIds = TriggerIds?.ToArray() ?? [],
        BackfillId,
        products = Products?.ToArray() ?? [],
        from = CreatedFrom?.ToMicroseconds(),
        to = CreatedTo?.ToMicroseconds(),
        until = CreatedUntil?.ToMicroseconds(),
        TriggerId,
        Offset,
        take,
    };
}
