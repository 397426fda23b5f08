using System.Data.Common;
using System.Net.Sockets;
using DbUp;
using DbUp.Builder;
using DbUp.Postgresql;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mlops.Core.Database;

/// <summary>PostgreSQL 14 or newer; one pool of at most 20 connections in this process unless the connection string says otherwise.</summary>
internal sealed class PostgresDialect : SqlDialect
{
    /// <summary>Key of the advisory lock that is held while migrating; any number of our own will do.</summary>
    private const long MigrationLock = 0x6D6C6F7073;

    private const string Channel = "mlops";

    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(30);

    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly NpgsqlDataSource _dataSource;
    private readonly ILogger _logger;

    public PostgresDialect(string connectionString, ILogger logger)
    {
        _logger = logger;
        _settings = new NpgsqlConnectionStringBuilder(connectionString);
        SetUnlessGiven("Maximum Pool Size", 20);
        SetUnlessGiven("Max Auto Prepare", 50);
        SetUnlessGiven("Auto Prepare Min Usages", 2);
        SetUnlessGiven("Application Name", "mlops");

        // Nothing that is read over the pool leaves a trace in its session, and a reset costs about as much as a small query.
        SetUnlessGiven("No Reset On Close", true);

        // A server that hangs is noticed while leases still hold.
        SetUnlessGiven("Command Timeout", 15);
        _dataSource = NpgsqlDataSource.Create(_settings);
    }

    public override string DisplayName => $"PostgreSQL {_settings.Host}:{_settings.Port}/{_settings.Database}";

    public override string MigrationsFolder => "Postgres";

    public override string ForUpdate => "for update";

    // Runs that refer to the row may be inserted meanwhile.
    public override string ForUpdateIfFree => "for no key update skip locked";

    public override string? NotifySql => $"select cast(pg_notify('{Channel}', @payload) as text)";

    public override string? TryLock => "select pg_try_advisory_xact_lock(@key)";

    public override string JsonItems(string parameter) => $"json_array_elements(cast({parameter} as json)) as item(value)";

    public override string IsAmong(string column, string parameter) => $"{column} = any({parameter})";

    public override string ContainsText(string column, string parameter) => $"strpos(lower({column}), lower({parameter})) > 0";

    public override async ValueTask<DbConnection> OpenReaderAsync(CancellationToken cancellationToken) =>
        await _dataSource.OpenConnectionAsync(cancellationToken);

    public override DbConnection OpenWriter()
    {
        // What ended the writer's last connection has most likely ended those of the pool too: a reader is not to find that out.
        _dataSource.Clear();

        // Not of the pool, whose connections are not reset.
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_settings.ConnectionString) { Pooling = false }.ConnectionString);
        connection.Open();

        // All that the writer does finds few rows by their keys. The planner takes a JSON array for 100 rows and a young table for a small one, and
        // would rather read the whole table each time: 13 ms a run instead of 2.
        Execute(connection, "set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off");
        return connection;
    }

    public override async Task ListenAsync(Action listening, Action<string> take, CancellationToken cancellationToken)
    {
        // Not of the pool: it stays open, and a server that is gone without a word is noticed by the keep-alive.
        var settings = new NpgsqlConnectionStringBuilder(_settings.ConnectionString) { Pooling = false, KeepAlive = 10 };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        connection.Notification += (_, notification) => take(notification.Payload);
        Execute(connection, $"listen {Channel}");
        listening();
        while (true)
        {
            await connection.WaitAsync(cancellationToken);
        }
    }

    public override bool IsTransient(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown }
        || exception is DbException { IsTransient: true };

    /// <inheritdoc cref="DatabaseHealth.IsAway"/>
    public static bool IsAway(Exception exception) => exception switch
    {
        PostgresException refused => refused.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
            or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections,
        NpgsqlException broken => broken.IsTransient,
        _ => false,
    };

    public override async Task WaitUntilReadyAsync(TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var start = timeProvider.GetTimestamp();
        for (var told = false; ; told = true)
        {
            try
            {
                await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
                return;
            }
            catch (NpgsqlException exception)
            {
                if (!IsNotUpYet(exception) || timeProvider.GetElapsedTime(start) > ReadyTimeout)
                {
                    throw new DatabaseException(
                        $"{DisplayName} cannot be used by user '{_settings.Username}': {exception.Message} "
                        + "Check MLOPS_DATABASE, that the server runs there and that the user may connect to this database.", exception);
                }

                if (!told)
                {
                    Log.WaitsForDatabase(_logger, DisplayName, exception.Message);
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250), timeProvider, cancellationToken);
        }
    }

    public override void Migrate(Action<UpgradeEngineBuilder> migrate)
    {
        using var connection = _dataSource.OpenConnection();
        Execute(connection, $"select pg_advisory_lock({MigrationLock})");
        try
        {
            var schema = _settings.SearchPath?.Split(',')[0].Trim() is { Length: > 0 } first ? first : "public";
            migrate(DeployChanges.To
                .PostgresqlDatabase(new PostgresqlConnectionManager(_dataSource))
                .JournalToPostgresqlTable(schema, "schema_version")
                .WithTransactionPerScript());
        }
        finally
        {
            Execute(connection, $"select pg_advisory_unlock({MigrationLock})");
        }
    }

    public override ValueTask DisposeAsync() => _dataSource.DisposeAsync();

    private static bool IsNotUpYet(NpgsqlException exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.CannotConnectNow }
        || exception.InnerException is SocketException or IOException or TimeoutException;

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private void SetUnlessGiven(string key, object value)
    {
        if (!_settings.ShouldSerialize(key))
        {
            _settings[key] = value;
        }
    }
}
