using Mlops.Core.Database;
using Mlops.Core.Runs;

namespace Mlops.Core.Workers;

/// <summary>A row of <c>worker</c> as the driver gives it.</summary>
internal sealed class WorkerRow
{
    /// <summary>The columns that <see cref="ToWorker"/> needs.</summary>
    public const string Columns =
        """
        id, role, machine, process_id as ProcessId, version, started_at as StartedAt, heartbeat_at as HeartbeatAt, slots,
        memory_bytes as MemoryBytes, state
        """;

    public string Id { get; init; } = "";
    public string Role { get; init; } = "";
    public string Machine { get; init; } = "";
    public int ProcessId { get; init; }
    public string Version { get; init; } = "";
    public long StartedAt { get; init; }
    public long HeartbeatAt { get; init; }
    public int Slots { get; init; }
    public long MemoryBytes { get; init; }
    public string State { get; init; } = "";

    /// <summary>The stored word of a role or state.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    public Worker ToWorker(IReadOnlyList<WorkerRunRow> runs, DateTimeOffset now) => new()
    {
        Id = Id,
        Role = Enum.Parse<WorkerRole>(Role, ignoreCase: true),
        Machine = Machine,
        ProcessId = ProcessId,
        Version = Version,
        StartedAt = Timestamps.FromMicroseconds(StartedAt),
        HeartbeatAt = Timestamps.FromMicroseconds(HeartbeatAt),
        Slots = Slots,
        MemoryBytes = MemoryBytes,
        State = IsLost(now) ? WorkerState.Lost : Enum.Parse<WorkerState>(State, ignoreCase: true),
        RunningCount = runs.Count == 0 ? 0 : (int)runs[0].Total,
        Runs = [.. runs.Select(run => new WorkerRun(run.Id, run.ProjectUuid, run.PipelineUuid))],
    };

    private bool IsLost(DateTimeOffset now) =>
        HeartbeatAt < (now - RunLeases.Duration).ToMicroseconds() || ProcessIdentity.IsKnownDead(Id);
}

/// <summary>A run that a worker holds as the driver gives it.</summary>
internal sealed class WorkerRunRow
{
    public long Id { get; init; }
    public string ProjectUuid { get; init; } = "";
    public string PipelineUuid { get; init; } = "";
    public string Owner { get; init; } = "";

    /// <summary>Runs of the same owner, listed or not.</summary>
    public long Total { get; init; }
}
