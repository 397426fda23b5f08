namespace Mlops.Blocks;

/// <summary>What running blocks needs of the host. Validated by the host before anything starts.</summary>
public sealed record MlopsBlocksOptions
{
    /// <summary>Absolute path of the data directory; compiled blocks are kept below it, in <c>cache</c>.</summary>
    public required string DataPath { get; init; }

    /// <summary>
    /// PostgreSQL connection string that stands in for the connection profile <c>warehouse</c> of every project; null to take the profile.
    /// </summary>
    public string? Warehouse { get; init; }

    /// <summary>What an error about an environment variable that is not set says after "not set"; null for nothing.</summary>
    public string? MissingVariableHint { get; init; }

    /// <summary>
    /// Whether what a project writes may see an environment variable of this process, by the project's uuid and the variable's name. It is asked where a
    /// server, whose environment is not a runner's, reads a connection profile.
    /// </summary>
    public Func<string, string, bool> AllowsVariable { get; init; } = (_, _) => true;
}
