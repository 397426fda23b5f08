using System.Text.Json;
using Mlops.Core.Runs;
using Mlops.Core.Triggers.Backfills;

namespace Mlops.Server.Api.Backfills;

/// <summary>Runs of a pipeline for the intervals of a past time.</summary>
internal sealed record BackfillResource
{
    /// <summary>Unique; ascending in the order of creation.</summary>
    /// <example>7</example>
    public required long Id { get; init; }

    /// <summary>Uuid of the project.</summary>
    public required string ProjectUuid { get; init; }

    /// <summary>Uuid of the pipeline.</summary>
    public required string PipelineUuid { get; init; }

    /// <summary>For people.</summary>
    public required string Name { get; init; }

    /// <summary>Where it stands: initial while nothing goes on and intervals are left.</summary>
    public required BackfillStatus Status { get; init; }

    /// <summary>Its first instant, UTC.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>All its instants are before, UTC.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>In what its intervals are counted.</summary>
    public required BackfillUnit IntervalType { get; init; }

    /// <summary>So many of them from one instant to the next.</summary>
    public required int IntervalUnits { get; init; }

    /// <summary>IANA name of the zone whose calendar counts.</summary>
    public required string TimeZone { get; init; }

    /// <summary>Variables of its runs.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Variables { get; init; }

    /// <summary>So many of its runs are open at a time.</summary>
    public required int MaxConcurrentRuns { get; init; }

    /// <summary>Its intervals.</summary>
    public required long IntervalCount { get; init; }

    /// <summary>Intervals that never had a run.</summary>
    public required long MissingCount { get; init; }

    /// <summary>Its runs by where they stand.</summary>
    public required BackfillRunCounts RunCounts { get; init; }

    /// <summary>Why it could not go on.</summary>
    public string? Error { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was started first, UTC.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended last, UTC.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    public static BackfillResource From(Backfill backfill) => new()
    {
        Id = backfill.Id,
        ProjectUuid = backfill.ProjectUuid,
        PipelineUuid = backfill.PipelineUuid,
        Name = backfill.Name,
        Status = backfill.Status,
        Start = backfill.Start,
        End = backfill.End,
        IntervalType = backfill.IntervalType,
        IntervalUnits = backfill.IntervalUnits,
        TimeZone = backfill.TimeZone,
        Variables = backfill.Variables,
        MaxConcurrentRuns = backfill.MaxConcurrentRuns,
        IntervalCount = backfill.IntervalCount,
        MissingCount = backfill.MissingCount,
        RunCounts = new BackfillRunCounts(
            backfill.Runs.Initial, backfill.Runs.Running, backfill.Runs.Completed, backfill.Runs.Failed, backfill.Runs.Cancelled, backfill.Runs.Total),
        Error = backfill.Error,
        CreatedAt = backfill.CreatedAt,
        StartedAt = backfill.StartedAt,
        CompletedAt = backfill.CompletedAt,
    };
}

/// <summary>Runs of a backfill by where they stand.</summary>
/// <param name="Initial">Made, not started.</param>
/// <param name="Running">Running.</param>
/// <param name="Completed">Completed.</param>
/// <param name="Failed">Failed.</param>
/// <param name="Cancelled">Cancelled.</param>
/// <param name="Total">All of them.</param>
internal sealed record BackfillRunCounts(long Initial, long Running, long Completed, long Failed, long Cancelled, long Total);

/// <summary>A page of backfills.</summary>
/// <param name="Backfills">The backfills, newest first.</param>
/// <param name="Next">Address of the next page; null on the last one.</param>
internal sealed record BackfillList(IReadOnlyList<BackfillResource> Backfills, string? Next);

/// <summary>What a backfill would make.</summary>
/// <param name="IntervalCount">Runs.</param>
/// <param name="First">The first instant, UTC.</param>
/// <param name="Last">The last instant, UTC.</param>
/// <param name="Instants">The instants that come first, at most 5.</param>
/// <param name="NeedsConfirmation">Whether it is to be made with confirmed: true only.</param>
internal sealed record BackfillPreviewResource(long IntervalCount, DateTimeOffset First, DateTimeOffset Last, IReadOnlyList<DateTimeOffset> Instants, bool NeedsConfirmation)
{
    public static BackfillPreviewResource From(BackfillPreview preview) =>
        new(preview.Count, preview.First, preview.Last, preview.Next, preview.Count > BackfillService.MaxUnconfirmed);
}

/// <summary>A page of the intervals of a backfill.</summary>
/// <param name="Intervals">In their order.</param>
/// <param name="IntervalCount">All that there are, whatever the page.</param>
/// <param name="Next">Address of the next page; null on the last one.</param>
internal sealed record BackfillIntervalList(IReadOnlyList<BackfillIntervalResource> Intervals, long IntervalCount, string? Next);

/// <summary>An interval of a backfill with its run.</summary>
/// <param name="Instant">When it begins, UTC; the execution date of its run.</param>
/// <param name="End">When it ends, UTC.</param>
/// <param name="Status">Where its run stands; null without one.</param>
/// <param name="PipelineRunId">Its run; null where it has none.</param>
internal sealed record BackfillIntervalResource(DateTimeOffset Instant, DateTimeOffset? End, RunStatus? Status, long? PipelineRunId)
{
    public static BackfillIntervalResource From(BackfillCell cell) => new(cell.Instant, cell.End, cell.Status, cell.PipelineRunId);
}
