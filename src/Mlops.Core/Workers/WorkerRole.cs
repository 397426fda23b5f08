namespace Mlops.Core.Workers;

/// <summary>What kind of process takes runs.</summary>
public enum WorkerRole
{
    /// <summary>Serves web pages and REST, fires triggers, and takes runs.</summary>
    Server,

    /// <summary>Only takes runs.</summary>
    Worker,
}
