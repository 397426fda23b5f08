using Mlops.Blocks;
using Mlops.Core;
using Mlops.Core.Workers;
using Mlops.Server.Components.Layout;
using Mlops.Server.Events;
using Mlops.Server.Jobs;
using Mlops.Server.Outputs;
using Mlops.Server.Runners;
using Mlops.Server.Secrets;

namespace Mlops.Server.Hosting;

/// <summary>All settings of a server or worker, read and checked once at start by <see cref="ServerOptionsReader"/>.</summary>
internal sealed record MlopsServerOptions
{
    /// <summary>What this process is; a worker has a <see cref="Database"/>.</summary>
    public WorkerRole Role { get; init; } = WorkerRole.Server;

    /// <summary>Absolute path of the folder with <c>settings.yaml</c>; exists.</summary>
    public required string ProjectsPath { get; init; }

    /// <summary>Absolute path of the data folder; exists and can be written to.</summary>
    public required string DataPath { get; init; }

    /// <summary>PostgreSQL connection string of the metadata database; null for the embedded SQLite file.</summary>
    public string? Database { get; init; }

    /// <summary>PostgreSQL connection string that stands in for the connection profile <c>warehouse</c>; null for the profile's own.</summary>
    public string? Warehouse { get; init; }

    /// <summary>Encrypts the keys that secrets are encrypted with, at least 32 characters; null where these are kept as they are.</summary>
    public string? SecretsKey { get; init; }

    /// <summary>Addresses to listen on, separated by <c>;</c>; loopback only by default.</summary>
    public required string Urls { get; init; }

    /// <summary>Host names by which browsers may call the server, besides the loopback ones; <c>*.example.org</c> takes sub-domains.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Pipeline runs at a time in this process, each in a runner of its own, 1 to 256; the cores, at least 2, by default.</summary>
    public required int Runners { get; init; }

    /// <summary>Memory that a runner may have, in bytes, at least 256 MiB; three quarters of the machine's by default.</summary>
    public required long RunnerMemoryBytes { get; init; }

    /// <summary>Environment variables that runners are given beside the basic ones; none by default.</summary>
    public RunnerGrants RunnerGrants { get; init; } = RunnerGrants.None;

    /// <summary>Whether runners are started and warmed ahead of need; yes by default.</summary>
    public bool WarmUp { get; init; } = true;

    /// <summary>Absolute path of the folder for outputs, which exists and can be written to; null for <c>outputs</c> in <see cref="DataPath"/>.</summary>
    public string? OutputsPath { get; init; }

    /// <summary>Where outputs are kept in an object store; null for a folder.</summary>
    public S3Location? OutputsLocation { get; init; }

    /// <summary>Bytes of outputs in an object store that are also kept on this machine, at least 1; 10 GiB by default.</summary>
    public long OutputsCacheBytes { get; init; } = DefaultOutputsCacheBytes;

    public static long DefaultOutputsCacheBytes => 10L << 30;

    /// <summary>How long blocks may go on after they were asked to stop before their process is killed; 0 to 3,600 s, 5 s by default.</summary>
    public TimeSpan StopGrace { get; init; } = DefaultStopGrace;

    public static TimeSpan DefaultStopGrace { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Pipeline runs at a time over all servers and workers, at least 1; null for no limit but their runners.</summary>
    public int? RunLimit { get; init; }

    /// <summary>The environment that this server is, such as <c>prod</c>, for triggers with <c>envs</c>; null for none.</summary>
    public string? Environment { get; init; }

    /// <summary>Folders outside of projects, and places in object stores, in which triggers may wait for files; none by default.</summary>
    public WatchedPlaces WatchedPlaces { get; init; } = WatchedPlaces.None;

    /// <summary>How long runs may go on when the process is asked to stop, before they are handed back; 0 to 3,600 s, 30 s by default.</summary>
    public TimeSpan DrainTime { get; init; } = DefaultDrainTime;

    public static TimeSpan DefaultDrainTime { get; } = TimeSpan.FromSeconds(30);

    public MlopsCoreOptions ToCoreOptions() => new()
    {
        ProjectsPath = ProjectsPath,
        DataPath = DataPath,
        Database = Database,
        ParallelRuns = Runners,
        StopGrace = StopGrace,
        RunLimit = RunLimit,
        OutputsPath = OutputsPath,
        Role = Role,
        Environment = Environment,
        WatchedFolders = WatchedPlaces.Folders,
        Version = ProductVersion.Text,
    };

    public RunnerOptions ToRunnerOptions() => new()
    {
        DataPath = DataPath,
        Warehouse = Warehouse,
        Count = Runners,
        MemoryBytes = RunnerMemoryBytes,
        Grants = RunnerGrants,
        WarmUp = WarmUp,
    };

    public KeyRingOptions ToKeyRingOptions() => new(Database is null ? Path.Combine(DataPath, "keys") : null, SecretsKey);

    public OutputsOptions ToOutputsOptions() => new(OutputsLocation, Path.Combine(DataPath, "cache", "outputs"), OutputsCacheBytes);

    public MlopsBlocksOptions ToBlocksOptions() => new() { DataPath = DataPath, Warehouse = Warehouse, AllowsVariable = RunnerGrants.Allows };

    public JobsOptions ToJobsOptions() => new(Database, Runners, DrainTime);
}
