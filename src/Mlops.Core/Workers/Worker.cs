namespace Mlops.Core.Workers;

/// <summary>A process that takes runs: a server, or a worker without web pages. Times are UTC, by the clock of its machine.</summary>
public sealed record Worker
{
    /// <summary>Unique over machines and restarts; also the owner of the leases of its runs.</summary>
    public required string Id { get; init; }

    /// <summary>What kind of process it is.</summary>
    public required WorkerRole Role { get; init; }

    /// <summary>Name of its machine or container.</summary>
    public required string Machine { get; init; }

    /// <summary>Number of the process on that machine.</summary>
    public required int ProcessId { get; init; }

    /// <summary>Version of the program, such as <c>0.1.0</c>.</summary>
    public required string Version { get; init; }

    /// <summary>When it started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it was last heard of; every 5 s while it lives and the database answers.</summary>
    public required DateTimeOffset HeartbeatAt { get; init; }

    /// <summary>Pipeline runs that it executes at a time, at least 1.</summary>
    public required int Slots { get; init; }

    /// <summary>Memory of the process and those that it started, bytes, at its last heartbeat.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Whether it takes runs.</summary>
    public required WorkerState State { get; init; }

    /// <summary>Pipeline runs whose lease it holds now.</summary>
    public int RunningCount { get; init; }

    /// <summary>The oldest of these runs, at most <see cref="RunLimit"/>.</summary>
    public IReadOnlyList<WorkerRun> Runs { get; init; } = [];

    /// <summary>Most entries of <see cref="Runs"/>.</summary>
    public const int RunLimit = 20;

    /// <summary>Runs that it could take more; 0 unless it is active.</summary>
    public int FreeSlots => State == WorkerState.Active ? Math.Max(0, Slots - RunningCount) : 0;
}

/// <summary>A pipeline run that a worker holds.</summary>
/// <param name="PipelineRunId">The run.</param>
/// <param name="ProjectUuid">Its project.</param>
/// <param name="PipelineUuid">Its pipeline.</param>
public sealed record WorkerRun(long PipelineRunId, string ProjectUuid, string PipelineUuid);
