namespace Mlops.Blocks.Remote;

/// <summary>What a runner is told once, after it connected. Holds a secret, hence not among its arguments or its environment.</summary>
/// <param name="DataPath">Absolute path of the data directory.</param>
/// <param name="Warehouse">PostgreSQL connection string for the connection profile <c>warehouse</c>; null to take the profile's own.</param>
public sealed record RunnerSetup(string DataPath, string? Warehouse)
{
    /// <summary>Never the connection string.</summary>
    public override string ToString() => DataPath;
}
