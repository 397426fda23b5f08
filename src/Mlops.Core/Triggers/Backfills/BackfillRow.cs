using System.Text.Json;
using Mlops.Core.Database;
using Mlops.Core.Runs;

namespace Mlops.Core.Triggers.Backfills;

/// <summary>A row of <c>backfill</c> as the driver gives it.</summary>
internal sealed class BackfillRow
{
    /// <summary>The columns, of a table named <c>backfill</c>.</summary>
    public const string Columns =
        """
        backfill.id, project_uuid as ProjectUuid, pipeline_uuid as PipelineUuid, name, status, start_at as StartAt, end_at as EndAt, interval_type as IntervalType,
        interval_units as IntervalUnits, time_zone as TimeZone, variables, max_concurrent_runs as MaxConcurrentRuns, interval_count as IntervalCount,
        run_count as RunCount, next_at as NextAt, run_until as RunUntil, error, created_at as CreatedAt, started_at as StartedAt, completed_at as CompletedAt
        """;

    public long Id { get; init; }
    public string ProjectUuid { get; init; } = "";
    public string PipelineUuid { get; init; } = "";
    public string Name { get; init; } = "";
    public string Status { get; init; } = "";
    public long StartAt { get; init; }
    public long EndAt { get; init; }
    public string IntervalType { get; init; } = "";
    public int IntervalUnits { get; init; }
    public string TimeZone { get; init; } = "";
    public string Variables { get; init; } = "{}";
    public int MaxConcurrentRuns { get; init; }
    public long IntervalCount { get; init; }
    public long RunCount { get; init; }
    public long? NextAt { get; init; }
    public long? RunUntil { get; init; }
    public string? Error { get; init; }
    public long CreatedAt { get; init; }
    public long? StartedAt { get; init; }
    public long? CompletedAt { get; init; }

    /// <summary>That it changed: of no run, so that it concerns everybody who listens.</summary>
    public RunChange Change => new(0, ProjectUuid, PipelineUuid, RunChangeKind.Status);

    public IReadOnlyDictionary<string, JsonElement> ReadVariables() =>
        JsonSerializer.Deserialize(Variables, RunJson.Default.IReadOnlyDictionaryStringJsonElement)!;

    /// <exception cref="InvalidRequestException">The time zone is not known here.</exception>
    public BackfillIntervals ReadIntervals() => new(
        Timestamps.FromMicroseconds(StartAt), Timestamps.FromMicroseconds(EndAt),
        BackfillUnits.Find(IntervalType) ?? throw new InvalidDataException($"'{IntervalType}' is not the interval type of a backfill."), IntervalUnits,
        BackfillCheck.FindZone(TimeZone)
            ?? throw new InvalidRequestException("invalid_backfill", [$"The time zone '{TimeZone}' is not known on this machine. Install its zone data (tzdata), or make a backfill in another zone."]));

    public Backfill ToBackfill(BackfillCounts counts) => new()
    {
        Id = Id,
        ProjectUuid = ProjectUuid,
        PipelineUuid = PipelineUuid,
        Name = Name,
        Status = BackfillWords.Find(Status) ?? throw new InvalidDataException($"'{Status}' is not the status of a backfill."),
        Start = Timestamps.FromMicroseconds(StartAt),
        End = Timestamps.FromMicroseconds(EndAt),
        IntervalType = BackfillUnits.Find(IntervalType) ?? throw new InvalidDataException($"'{IntervalType}' is not the interval type of a backfill."),
        IntervalUnits = IntervalUnits,
        TimeZone = TimeZone,
        Variables = ReadVariables(),
        MaxConcurrentRuns = MaxConcurrentRuns,
        IntervalCount = IntervalCount,
        Runs = counts,
        Error = Error,
        CreatedAt = Timestamps.FromMicroseconds(CreatedAt),
        StartedAt = Timestamps.FromMicroseconds(StartedAt),
        CompletedAt = Timestamps.FromMicroseconds(CompletedAt),
        MissingCount = Math.Max(0, IntervalCount - RunCount),
    };
}
