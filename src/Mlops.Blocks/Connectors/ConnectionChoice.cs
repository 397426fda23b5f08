namespace Mlops.Blocks.Connectors;

/// <summary>Which database is meant: a profile, and what goes before its settings.</summary>
/// <param name="Profile">Name of the profile.</param>
internal sealed record ConnectionChoice(string Profile)
{
    /// <summary>Word of the connector, for a profile with the settings of several; null where it has those of one.</summary>
    public string? Provider { get; init; }

    /// <summary>The database in place of the profile's; null for that.</summary>
    public string? Database { get; init; }

    /// <summary>The schema of names without one, in place of the profile's; null for that.</summary>
    public string? Schema { get; init; }
}
