namespace Mlops.Core.Workers;

/// <summary>Whether a process takes runs.</summary>
public enum WorkerState
{
    /// <summary>It takes runs.</summary>
    Active,

    /// <summary>It was asked to stop: it takes no more runs and waits for those that it has.</summary>
    Draining,

    /// <summary>Nothing was heard of it for 20 s, or its process is known to be dead: others take its runs.</summary>
    Lost,
}
