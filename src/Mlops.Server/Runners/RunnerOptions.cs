namespace Mlops.Server.Runners;

/// <summary>How many child processes run users' code, and what each may have.</summary>
internal sealed record RunnerOptions
{
    /// <summary>Absolute path of the data folder; each runner has a folder below it.</summary>
    public required string DataPath { get; init; }

    /// <summary>PostgreSQL connection string for the connection profile <c>warehouse</c>; null to take the profile's own.</summary>
    public string? Warehouse { get; init; }

    /// <summary>Pipeline runs at a time, each in a runner of its own; 1 to 256.</summary>
    public required int Count { get; init; }

    /// <summary>Memory that a runner may have, in bytes; at least 256 MiB. One that takes more is killed.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Environment variables that runners are given beside the basic ones.</summary>
    public RunnerGrants Grants { get; init; } = RunnerGrants.None;

    /// <summary>Whether runners are started, warmed and replaced ahead of need; else when a run wants one.</summary>
    public bool WarmUp { get; init; } = true;

    /// <summary>
    /// Runs after which a runner is replaced, at least 1: what users' code leaks without its memory showing it (threads, handles) goes with it. Starting
    /// and warming one takes as much of the processor as a thousand small runs.
    /// </summary>
    public int MaximumRuns { get; init; } = 10_000;

    /// <summary>Memory in bytes above which a runner is replaced after a run: 1 GiB, or half of its limit where that is less.</summary>
    public long RecycleBytes => Math.Min(1L << 30, MemoryBytes / 2);

    /// <summary>
    /// Memory in bytes that .NET objects may take, after which allocating throws; the rest is for code, native libraries and tables, so that a loop which
    /// allocates meets the exception before its process is killed.
    /// </summary>
    public long HeapBytes => MemoryBytes - Math.Max(MemoryBytes / 5, 128L << 20);
}
