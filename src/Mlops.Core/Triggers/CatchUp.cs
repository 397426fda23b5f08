namespace Mlops.Core.Triggers;

/// <summary>What becomes of instants at which no server was there to start their runs; <c>settings.catch_up</c>.</summary>
public enum CatchUp
{
    /// <summary>The latest of them runs, as in Mage.</summary>
    Latest,

    /// <summary>None of them runs; one that is at most a minute late does.</summary>
    None,

    /// <summary>Every one of them runs, in their order.</summary>
    All,
}
