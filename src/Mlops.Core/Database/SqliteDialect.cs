using System.Data.Common;
using DbUp;
using DbUp.Builder;
using DbUp.Sqlite.Helpers;
using Microsoft.Data.Sqlite;

namespace Mlops.Core.Database;

/// <summary>
/// The embedded database: one file, write-ahead log. Commits are synced to disk (<c>synchronous=full</c>): what was acknowledged survives not only
/// a killed process but also a power cut. Group commit pays the price of the sync once for everything that waits.
/// </summary>
internal sealed class SqliteDialect(string path) : SqlDialect
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int InputOutputError = 10;
    private const int CannotOpen = 14;

    // A full or failing disk: people free space, and what waits is stored then.
    private const int IoError = 10;
    private const int Full = 13;

    private readonly string _connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = SqliteOpenMode.ReadWriteCreate,
        ForeignKeys = true,
        DefaultTimeout = 30,
    }.ToString();

    public override string DisplayName => $"SQLite {path}";

    public override string MigrationsFolder => "Sqlite";

    public override string ForUpdate => "";

    public override string ForUpdateIfFree => "";

    public override string? TryLock => null;

    public override string? NotifySql => null;

    public override string JsonItems(string parameter) => $"json_each({parameter}) as item";

    public override string IsAmong(string column, string parameter) => $"{column} in {parameter}";

    public override string ContainsText(string column, string parameter) => $"contains_text({column}, {parameter})";

    public override async ValueTask<DbConnection> OpenReaderAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);

            // SQLite's own lower() and like know the case of ASCII letters only.
            connection.CreateFunction(
                "contains_text", (string? text, string? part) => text?.Contains(part ?? "", StringComparison.OrdinalIgnoreCase) is true,
                isDeterministic: true);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public override DbConnection OpenWriter() => Open();

    public override Task ListenAsync(Action listening, Action<string> take, CancellationToken cancellationToken) => Task.CompletedTask;

    public override bool IsTransient(Exception exception) => exception is SqliteException { SqliteErrorCode: Busy or Locked or IoError or Full };

    /// <inheritdoc cref="DatabaseHealth.IsAway"/>
    public static bool IsAway(Exception exception) =>
        exception is SqliteException { SqliteErrorCode: Busy or Locked or InputOutputError or CannotOpen };

    public override Task WaitUntilReadyAsync(TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var connection = Open();
            Execute(connection, "pragma journal_mode = wal");
            return Task.CompletedTask;
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new DatabaseException(
                $"The embedded database {path} cannot be opened: {exception.Message} Check that the folder may be written to and the disk is not full.",
                exception);
        }
    }

    public override void Migrate(Action<UpgradeEngineBuilder> migrate)
    {
        using var connection = Open();
        using var shared = new SharedConnection(connection);

        // Begun by text because DbUp opens no transaction of its own here: all scripts and the journal are in this one, and a second process
        // that starts at the same time waits at this line until the first has finished.
        Execute(connection, "begin exclusive");
        try
        {
            migrate(DeployChanges.To.SqliteDatabase(shared).JournalToSqliteTable("schema_version"));
            Execute(connection, "commit");
        }
        catch
        {
            Execute(connection, "rollback");
            throw;
        }
    }

    public override ValueTask DisposeAsync()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
        return ValueTask.CompletedTask;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            Execute(connection, "pragma synchronous = full; pragma busy_timeout = 10000;");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
