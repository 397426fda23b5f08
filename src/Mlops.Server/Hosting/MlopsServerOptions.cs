using Mlops.Blocks;
using Mlops.Core;
using Mlops.Core.Workers;
using Mlops.Server.Components.Layout;
using Mlops.Server.Jobs;

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

    /// <summary>Addresses to listen on, separated by <c>;</c>; loopback only by default.</summary>
    public required string Urls { get; init; }

    /// <summary>Host names by which browsers may call the server, besides the loopback ones; <c>*.example.org</c> takes sub-domains.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Pipeline runs at a time in this process, 1 to 256; the greater of 4 and twice the cores by default.</summary>
    public int Workers { get; init; } = DefaultWorkers;

    /// <summary>How long runs may go on when the process is asked to stop, before they are handed back; 0 to 3,600 s, 30 s by default.</summary>
    public TimeSpan DrainTime { get; init; } = DefaultDrainTime;

    public static TimeSpan DefaultDrainTime { get; } = TimeSpan.FromSeconds(30);

    public static int DefaultWorkers => Math.Max(4, 2 * Environment.ProcessorCount);

    public MlopsCoreOptions ToCoreOptions() => new()
    {
        ProjectsPath = ProjectsPath,
        DataPath = DataPath,
        Database = Database,
        ParallelRuns = Workers,
        Role = Role,
        Version = ProductVersion.Text,
    };

    public MlopsBlocksOptions ToBlocksOptions() => new() { DataPath = DataPath, Warehouse = Warehouse };

    public JobsOptions ToJobsOptions() => new(Database, Workers, DrainTime);
}
