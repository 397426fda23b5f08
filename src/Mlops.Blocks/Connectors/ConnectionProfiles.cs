using Mlops.Blocks.Connectors.Postgres;
using Mlops.Blocks.Templates;
using Mlops.Sdk;

namespace Mlops.Blocks.Connectors;

/// <summary>Finds the database behind the name of a connection profile.</summary>
internal sealed class ConnectionProfiles
{
    private const string WarehouseProfile = "warehouse";

    private readonly MlopsBlocksOptions _options;
    private readonly List<IConnector> _connectors = [];

    /// <exception cref="InvalidOperationException">Two connectors have one word or one prefix.</exception>
    public ConnectionProfiles(IEnumerable<IConnector> connectors, MlopsBlocksOptions options)
    {
        _options = options;
        foreach (var connector in connectors)
        {
            if (_connectors.Find(other => other.Provider == connector.Provider || other.KeyPrefix == connector.KeyPrefix) is { } other)
            {
                throw new InvalidOperationException($"{other.GetType().Name} and {connector.GetType().Name} are both for '{connector.Provider}'. Register one.");
            }

            _connectors.Add(connector);
        }
    }

    /// <exception cref="ConnectionException">There is no such profile, or what it says is no database that we know.</exception>
    public Connection Open(string projectPath, string profileName, TemplateRenderer templates)
    {
        if (profileName == WarehouseProfile && _options.Warehouse is { } warehouse)
        {
            return PostgresConnection.FromConnectionString(profileName, warehouse);
        }

        var profile = new ConnectionProfile(profileName, projectPath, _options.DataPath, IoConfig.ReadProfile(projectPath, profileName, templates));
        var fitting = _connectors.Where(connector => profile.Settings.Keys.Any(key => key.StartsWith(connector.KeyPrefix, StringComparison.Ordinal))).ToList();
        return fitting switch
        {
            [var only] => only.Create(profile),
            [] => throw new ConnectionException(
                $"The profile '{profileName}' in io_config.yaml names no database that is known here. "
                + $"Give it keys that begin with {string.Join(" or ", _connectors.Select(connector => connector.KeyPrefix))}."),
            _ => throw new ConnectionException(
                $"The profile '{profileName}' in io_config.yaml has keys of several databases ({string.Join(", ", fitting.Select(connector => connector.Provider))}). "
                + "Make a profile for each."),
        };
    }
}
