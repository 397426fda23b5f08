namespace Mlops.Core.Workers;

/// <summary>What a process says of itself with each heartbeat.</summary>
internal sealed record WorkerBeat
{
    public required string Id { get; init; }

    public required WorkerRole Role { get; init; }

    public required string Machine { get; init; }

    public required int ProcessId { get; init; }

    public required string Version { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required int Slots { get; init; }

    public required long MemoryBytes { get; init; }

    /// <summary>Active or draining: nobody calls itself lost.</summary>
    public required WorkerState State { get; init; }
}
