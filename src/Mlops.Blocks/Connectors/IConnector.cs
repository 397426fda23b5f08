using Mlops.Sdk;

namespace Mlops.Blocks.Connectors;

/// <summary>Knows one kind of database. Adding a connector is one implementation and its line in <see cref="BlocksServices"/>.</summary>
internal interface IConnector
{
    /// <summary>Its word, such as <c>postgres</c>.</summary>
    string Provider { get; }

    /// <summary>What the keys of its settings in <c>io_config.yaml</c> begin with, such as <c>POSTGRES_</c>.</summary>
    string KeyPrefix { get; }

    /// <summary>The key of its settings that names the database, such as <c>POSTGRES_DBNAME</c>.</summary>
    string DatabaseKey { get; }

    /// <summary>The database that the profile names; nothing is opened yet.</summary>
    /// <exception cref="ConnectionException">A setting is missing or wrong.</exception>
    Connection Create(ConnectionProfile profile);
}
