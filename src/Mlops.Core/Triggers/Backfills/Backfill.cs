using System.Text.Json;

namespace Mlops.Core.Triggers.Backfills;

/// <summary>Runs of a pipeline for the intervals of a past time, one for each. Times are UTC.</summary>
public sealed record Backfill
{
    /// <summary>Positive, ascending in the order of creation.</summary>
    public required long Id { get; init; }

    /// <summary>The project.</summary>
    public required string ProjectUuid { get; init; }

    /// <summary>The pipeline.</summary>
    public required string PipelineUuid { get; init; }

    /// <summary>Its name, for people.</summary>
    public required string Name { get; init; }

    /// <summary>Where it stands.</summary>
    public required BackfillStatus Status { get; init; }

    /// <summary>Its first instant.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>All its instants are before.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>In what its intervals are counted.</summary>
    public required BackfillUnit IntervalType { get; init; }

    /// <summary>So many units from one instant to the next.</summary>
    public required int IntervalUnits { get; init; }

    /// <summary>IANA name of the zone whose calendar counts.</summary>
    public required string TimeZone { get; init; }

    /// <summary>Variables of its runs; they go before the pipeline's own.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Variables { get; init; }

    /// <summary>So many of its runs are open at a time.</summary>
    public required int MaxConcurrentRuns { get; init; }

    /// <summary>Its intervals.</summary>
    public required long IntervalCount { get; init; }

    /// <summary>Its runs that there are, by where they stand.</summary>
    public BackfillCounts Runs { get; init; } = new();

    /// <summary>Why it could not go on, in words; else null.</summary>
    public string? Error { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was started first; null before.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended last; null while it goes on, or before.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Intervals that never had a run.</summary>
    public long MissingCount { get; init; }
}

/// <summary>Runs of a backfill by where they stand.</summary>
public sealed record BackfillCounts(long Initial = 0, long Running = 0, long Completed = 0, long Failed = 0, long Cancelled = 0)
{
    /// <summary>All of them.</summary>
    public long Total => Initial + Running + Completed + Failed + Cancelled;

    /// <summary>Those that are over.</summary>
    public long Final => Completed + Failed + Cancelled;
}
