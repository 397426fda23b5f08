using Npgsql;

namespace Mlops.Testing;

/// <summary>A new, empty PostgreSQL database; dropped when disposed, whoever is still connected.</summary>
public sealed class PostgresDatabase : IAsyncDisposable
{
    private readonly string _name;

    private PostgresDatabase(string name, string connectionString) => (_name, ConnectionString) = (name, connectionString);

    /// <summary>Connection string of its owner.</summary>
    public string ConnectionString { get; }

    /// <summary>Makes one. Fails where no PostgreSQL can be had, with a message that says how to get it.</summary>
    public static async Task<PostgresDatabase> CreateAsync(CancellationToken cancellationToken = default)
    {
        var name = $"test_{Guid.NewGuid():N}";
        await ExecuteAsync($"create database {name}", cancellationToken);
        var server = new NpgsqlConnectionStringBuilder(await PostgresCluster.ConnectionStringAsync());
        // A pool per database: small enough that all test classes together stay under the server's limit.
        server.Database = name;
        server.MaxPoolSize = 20;
        return new PostgresDatabase(name, server.ConnectionString);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await using (var connection = new NpgsqlConnection(ConnectionString))
        {
            NpgsqlConnection.ClearPool(connection);
        }

        await ExecuteAsync($"drop database if exists {_name} with (force)", CancellationToken.None);
    }

    private static async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(await PostgresCluster.ConnectionStringAsync());
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
