namespace Mlops.Core.Runs;

/// <summary>What a plan does with a block.</summary>
public enum PlannedKind
{
    /// <summary>It is started by its rule.</summary>
    Block,

    /// <summary>It is started when its only upstream block ended after it ran, in a stopped plan too, and has no part in how the run ends.</summary>
    Callback,

    /// <summary>Its children are not there yet: it is never started, only given up.</summary>
    Group,

    /// <summary>It is never started: its upstream blocks are its children, and it ends when they have ended, as they did.</summary>
    Gather,
}
