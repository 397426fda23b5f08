using Mlops.Sdk;
using Npgsql;

namespace Mlops.Blocks.Connectors.Postgres;

/// <summary>
/// PostgreSQL: <c>POSTGRES_HOST</c>, <c>POSTGRES_PORT</c> (5432), <c>POSTGRES_DBNAME</c>, <c>POSTGRES_USER</c>, <c>POSTGRES_PASSWORD</c>,
/// <c>POSTGRES_SCHEMA</c> (that of the user's search path) and <c>POSTGRES_CONNECT_TIMEOUT</c> (seconds, 10).
/// </summary>
internal sealed class PostgresConnector : IConnector
{
    private const int DefaultConnectTimeoutSeconds = 10;

    public string Provider => "postgres";

    public string KeyPrefix => "POSTGRES_";

    public string DatabaseKey => "POSTGRES_DBNAME";

    public Connection Create(ConnectionProfile profile)
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = profile.Require("POSTGRES_HOST"),
            Port = profile.FindNumber("POSTGRES_PORT") ?? NpgsqlConnection.DefaultPort,
            Database = profile.Require(DatabaseKey),
            Username = profile.Require("POSTGRES_USER"),
            Password = profile.Find("POSTGRES_PASSWORD"),
            Timeout = profile.FindNumber("POSTGRES_CONNECT_TIMEOUT") ?? DefaultConnectTimeoutSeconds,
        };
        return new PostgresConnection(profile.Name, settings, profile.Find("POSTGRES_SCHEMA"));
    }
}
