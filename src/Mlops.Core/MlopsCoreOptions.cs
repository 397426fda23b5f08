using Mlops.Core.Workers;

namespace Mlops.Core;

/// <summary>Where Core finds and keeps things. Validated by the host before anything starts.</summary>
public sealed record MlopsCoreOptions
{
    /// <summary>Absolute path of the folder with <c>settings.yaml</c> and the projects.</summary>
    public required string ProjectsPath { get; init; }

    /// <summary>Absolute path of the folder for the embedded database, outputs and caches; made where missing.</summary>
    public required string DataPath { get; init; }

    /// <summary>PostgreSQL connection string; null for the embedded SQLite file <c>mlops.db</c> in <see cref="DataPath"/>.</summary>
    public string? Database { get; init; }

    /// <summary>Pipeline runs that this process executes at a time, at least 1; the number of its runners.</summary>
    public int ParallelRuns { get; init; } = Math.Max(2, System.Environment.ProcessorCount);

    /// <summary>How long blocks may go on after they were asked to stop before their process is killed; 0 s to 1 h.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Pipeline runs at a time over all workers on the database, at least 1; null for no limit but the workers' slots.</summary>
    public int? RunLimit { get; init; }

    /// <summary>
    /// Absolute path of the folder for the files of outputs, which may be shared by several servers and workers; null for <c>outputs</c> in
    /// <see cref="DataPath"/>. Without effect where the host brings another store for outputs.
    /// </summary>
    public string? OutputsPath { get; init; }

    /// <summary>What this process is. Only a server fires triggers: any number may, since an instant of a trigger makes one run.</summary>
    public WorkerRole Role { get; init; } = WorkerRole.Server;

    /// <summary>The environment that this server is, such as <c>prod</c>: triggers that name others (<c>envs</c>) rest here. Null for none.</summary>
    public string? Environment { get; init; }

    /// <summary>Absolute paths of folders outside of projects in which triggers may wait for files; none by default.</summary>
    public IReadOnlyList<string> WatchedFolders { get; init; } = [];

    /// <summary>Version of the program, shown among the workers; such as <c>0.1.0</c>.</summary>
    public string Version { get; init; } = "";
}
