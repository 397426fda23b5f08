using System.Net.Sockets;
using Mlops.Sdk;
using Npgsql;

namespace Mlops.Blocks.Connectors.Postgres;

/// <summary>A PostgreSQL database. Connections come from Npgsql's pool for the same settings, at most eight a process unless the connection string tells otherwise.</summary>
internal sealed class PostgresConnection : Connection, ISensorDatabase
{
    private const int MaxPoolSize = 8;

    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly string? _schema;

    public PostgresConnection(string profile, NpgsqlConnectionStringBuilder settings, string? schema)
    {
        (Profile, _settings, _schema) = (profile, settings, schema);
        settings.MaxPoolSize = settings.ContainsKey("Maximum Pool Size") ? settings.MaxPoolSize : MaxPoolSize;
        settings.ApplicationName = "mlops";
    }

    public override string Profile { get; }

    public override string Provider => "postgres";

    /// <exception cref="ConnectionException">It is no connection string.</exception>
    public static PostgresConnection FromConnectionString(string profile, string connectionString, string? database = null, string? schema = null)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString);
            settings.Database = database ?? settings.Database;
            return new PostgresConnection(profile, settings, schema);
        }
        catch (ArgumentException)
        {
            // Neither the string nor the inner message: both may hold the password.
            throw new ConnectionException("MLOPS_WAREHOUSE is no PostgreSQL connection string. Give it as Host=...;Database=...;Username=...;Password=...");
        }
    }

    /// <summary>For people and messages, without secrets.</summary>
    public string DisplayName => $"'{Profile}' (PostgreSQL, {_settings.Host}, database {_settings.Database})";

    /// <summary>The schema of names without one; null for the search path of the user.</summary>
    public string? Schema => _schema;

    /// <summary>A connection that is not of the pool and stays open to hear what others tell; it notices when the server is gone.</summary>
    public NpgsqlConnection CreateListener() => new(new NpgsqlConnectionStringBuilder(_settings.ConnectionString) { Pooling = false, KeepAlive = 10 }.ConnectionString);

    /// <summary>Does something on an open connection.</summary>
    /// <exception cref="ConnectionException">The database could not be reached or refused.</exception>
    public Task<T> UseAsync<T>(string what, Func<NpgsqlConnection, Task<T>> action, CancellationToken cancellationToken) => RunAsync(what, action, cancellationToken);

    public override Task<long> ReplaceTableAsync(string tableName, Table rows, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var table = TableName.Parse(tableName, _schema);
        return RunAsync(
            $"write the table '{table}'",
            connection => PostgresTableWriter.ReplaceAsync(connection, table, rows, cancellationToken),
            cancellationToken);
    }

    public override Task<Table> QueryAsync(string sql, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(sql);
        return RunAsync("answer the query", connection => PostgresQuery.ReadAsync(connection, sql, _schema, cancellationToken), cancellationToken);
    }

    /// <summary>On a connection that is not of the pool, where it would stay open while the sensor waits.</summary>
    public Task<bool> LookAsync(string sql, CancellationToken cancellationToken) => RunAsync(
        "answer the query", async connection =>
        {
            try
            {
                return await PostgresLook.AskAsync(connection, sql, _schema, cancellationToken);
            }
            catch (PostgresException exception)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new StatementException($"The connection {DisplayName} could not answer the query: {ReasonOf(exception)}", PostgresLook.OffsetOf(exception, sql), exception);
            }
            catch (StatementException exception)
            {
                throw new StatementException($"The connection {DisplayName} could not answer the query: {exception.Message}", exception.Offset);
            }
        },
        cancellationToken,
        isPooled: false);

    private async Task<T> RunAsync<T>(string what, Func<NpgsqlConnection, Task<T>> action, CancellationToken cancellationToken, bool isPooled = true)
    {
        try
        {
            await using var connection = new NpgsqlConnection(
                isPooled ? _settings.ConnectionString : new NpgsqlConnectionStringBuilder(_settings.ConnectionString) { Pooling = false }.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            return await action(connection);
        }
        catch (Exception exception) when (exception is NpgsqlException or SocketException or IOException or TimeoutException or UnsupportedColumnException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new ConnectionException(
                $"The connection {DisplayName} could not {what}: {ReasonOf(exception)}", exception);
        }
    }

    private static string ReasonOf(Exception exception) => exception switch
    {
        PostgresException error => $"{error.MessageText}{(error.Detail is { } detail ? $" ({detail})" : "")} [{error.SqlState}]",
        { InnerException: { } inner } => $"{exception.Message}: {inner.Message}",
        _ => exception.Message,
    };
}
