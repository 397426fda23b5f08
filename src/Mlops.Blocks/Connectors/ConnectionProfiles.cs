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
    public Connection Open(string projectPath, string profileName, TemplateRenderer templates) => Open(projectPath, new ConnectionChoice(profileName), templates);

    /// <exception cref="ConnectionException">There is no such profile, or what it says is no database that we know.</exception>
    public Connection Open(string projectPath, ConnectionChoice choice, TemplateRenderer templates)
    {
        if (WarehouseFor(choice) is { } warehouse)
        {
            return PostgresConnection.FromConnectionString(choice.Profile, warehouse, choice.Database, choice.Schema);
        }

        var connector = FindConnector(projectPath, choice);

        // A profile may hold the settings of other databases, whose secrets need not be there.
        var settings = IoConfig.ReadProfile(projectPath, choice.Profile, templates, choice.Provider is null ? "" : connector.KeyPrefix);
        if (choice.Database is { } database)
        {
            settings[connector.DatabaseKey] = database;
        }

        if (choice.Schema is { } schema)
        {
            settings[$"{connector.KeyPrefix}SCHEMA"] = schema;
        }

        return connector.Create(new ConnectionProfile(choice.Profile, projectPath, _options.DataPath, settings));
    }

    /// <summary>Looks whether there is such a profile of a database that we know, without what it needs of the environment.</summary>
    /// <exception cref="ConnectionException">There is not.</exception>
    public void Check(string projectPath, ConnectionChoice choice)
    {
        if (WarehouseFor(choice) is null)
        {
            _ = FindConnector(projectPath, choice);
        }
    }

    private string? WarehouseFor(ConnectionChoice choice) => choice.Profile == WarehouseProfile ? _options.Warehouse : null;

    private IConnector FindConnector(string projectPath, ConnectionChoice choice)
    {
        if (choice.Provider is { } provider && !_connectors.Exists(connector => connector.Provider == provider))
        {
            throw new ConnectionException($"The data_provider '{provider}' is not known here. There is {string.Join(" and ", _connectors.Select(connector => connector.Provider))}.");
        }

        var keys = IoConfig.ReadKeys(projectPath, choice.Profile);
        var named = _connectors.Where(connector => keys.Any(key => key.StartsWith(connector.KeyPrefix, StringComparison.Ordinal))).ToList();
        var fitting = named.Where(connector => choice.Provider is null || connector.Provider == choice.Provider).ToList();
        return fitting switch
        {
            [var only] => only,
            [] when named.Count > 0 => throw new ConnectionException(
                $"The profile '{choice.Profile}' in io_config.yaml is of {string.Join(" and ", named.Select(connector => connector.Provider))}, "
                + $"and data_provider says {choice.Provider}. Correct one of them, or name another profile in data_provider_profile."),
            [] => throw new ConnectionException(
                $"The profile '{choice.Profile}' in io_config.yaml names no database that is known here. "
                + $"Give it keys that begin with {string.Join(" or ", _connectors.Select(connector => connector.KeyPrefix))}."),
            _ => throw new ConnectionException(
                $"The profile '{choice.Profile}' in io_config.yaml has keys of several databases ({string.Join(", ", fitting.Select(connector => connector.Provider))}). "
                + "Make a profile for each. An SQL block may name one of them in data_provider."),
        };
    }
}
