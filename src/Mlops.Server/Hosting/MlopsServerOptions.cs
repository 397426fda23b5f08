using Mlops.Blocks;
using Mlops.Core;
using Mlops.Server.Outputs;

namespace Mlops.Server.Hosting;

/// <summary>All settings of the server, read and checked once at start by <see cref="ServerOptionsReader"/>.</summary>
internal sealed record MlopsServerOptions
{
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

    /// <summary>Absolute path of the folder for outputs, which exists and can be written to; null for <c>outputs</c> in <see cref="DataPath"/>.</summary>
    public string? OutputsPath { get; init; }

    /// <summary>Where outputs are kept in an object store; null for a folder.</summary>
    public S3Location? OutputsLocation { get; init; }

    /// <summary>Bytes of outputs in an object store that are also kept on this machine, at least 1; 10 GiB by default.</summary>
    public long OutputsCacheBytes { get; init; } = DefaultOutputsCacheBytes;

    public static long DefaultOutputsCacheBytes => 10L << 30;

    public static int DefaultWorkers => Math.Max(4, 2 * Environment.ProcessorCount);

    public MlopsCoreOptions ToCoreOptions() => new() { ProjectsPath = ProjectsPath, DataPath = DataPath, Database = Database, OutputsPath = OutputsPath };

    public OutputsOptions ToOutputsOptions() => new(OutputsLocation, Path.Combine(DataPath, "cache", "outputs"), OutputsCacheBytes);

    public MlopsBlocksOptions ToBlocksOptions() => new() { DataPath = DataPath, Warehouse = Warehouse };
}
