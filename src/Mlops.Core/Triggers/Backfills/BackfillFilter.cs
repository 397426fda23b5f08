namespace Mlops.Core.Triggers.Backfills;

/// <summary>Which backfills to list. Null takes all.</summary>
/// <param name="ProjectUuid">Of this project.</param>
/// <param name="PipelineUuid">Of this pipeline.</param>
/// <param name="Status">That stand there.</param>
/// <param name="Before">With an id below this one: the last of the page before.</param>
/// <param name="Limit">At most so many; 1 to 200.</param>
public sealed record BackfillFilter(string? ProjectUuid = null, string? PipelineUuid = null, BackfillStatus? Status = null, long? Before = null, int Limit = 30)
{
    /// <summary>The conditions of those that fit; only wanted ones are named, so that an index serves them.</summary>
    internal string ToConditions() => string.Join(
        " and ",
        new[]
        {
            "id < @before",
            ProjectUuid is null ? null : "project_uuid = @ProjectUuid",
            PipelineUuid is null ? null : "pipeline_uuid = @PipelineUuid",
            Status is null ? null : "status = @status",
        }.OfType<string>());

    /// <summary>The values that the conditions name.</summary>
    internal object ToParameters() => new { ProjectUuid, PipelineUuid, status = Status?.ToWord(), before = Before ?? long.MaxValue, limit = Math.Clamp(Limit, 1, 200) };
}
