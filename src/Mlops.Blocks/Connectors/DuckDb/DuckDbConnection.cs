using DuckDB.NET.Data;
using Mlops.Sdk;
using Duck = Mlops.Sdk.Tables.DuckDb;

namespace Mlops.Blocks.Connectors.DuckDb;

/// <summary>
/// A DuckDB file. DuckDB lets one process at a time open a file for writing, and of two writers of one table lets one win: both are waited
/// out for up to ten seconds.
/// </summary>
/// <param name="settings">The profile.</param>
/// <param name="path">Absolute path of the file.</param>
/// <param name="clock">Measures the waiting.</param>
internal sealed class DuckDbConnection(ConnectionProfile settings, string path, TimeProvider clock) : Connection, ISensorDatabase
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(10);

    private readonly string? _schema = settings.Find(DuckDbConnector.SchemaKey);

    public override string Profile => settings.Name;

    public override string Provider => "duckdb";

    public override async Task<long> ReplaceTableAsync(string tableName, Table rows, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var table = TableName.Parse(tableName, _schema);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        // DuckDB reads Parquet faster than it takes rows, so a table in memory goes through a file too.
        var temporary = rows.ParquetPath is null ? Path.Combine(Path.GetTempPath(), $"mlops-{Guid.NewGuid():N}.parquet") : null;
        try
        {
            if (temporary is not null)
            {
                rows.WriteParquet(temporary);
            }

            var sql = $"create or replace table {table.Quoted} as select * from read_parquet({Duck.Literal(temporary ?? rows.ParquetPath!)})";
            await RetryAsync($"write the table '{table}'", command => Replace(command, table, sql), cancellationToken);
            return rows.RowCount;
        }
        finally
        {
            if (temporary is not null)
            {
                File.Delete(temporary);
            }
        }
    }

    public override Task<Table> QueryAsync(string sql, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(sql);
        return File.Exists(path)
            ? RetryAsync("answer the query", command => QueryAsync(command, sql, cancellationToken), cancellationToken)
            : throw new ConnectionException($"{Who} has no database yet. It is made when a table is written.");
    }

    /// <summary>A file that no table was written to yet is an empty database, as to DuckDB itself; a look does not make it.</summary>
    public Task<bool> LookAsync(string sql, CancellationToken cancellationToken) => File.Exists(path)
        ? RetryAsync("answer the query", command => Task.FromResult(DuckDbLook.Ask(command, sql, Sight(Who), cancellationToken)), cancellationToken)
        : new EmbeddedDuckDb(Sight($"The connection '{Profile}' (DuckDB, {Path.GetFileName(path)}, to which no table was written yet)")).LookAsync(sql, cancellationToken);

    private DuckDbSight Sight(string who) => new(who, settings.ProjectPath, _schema);

    private string Who => $"The connection '{Profile}' (DuckDB, {Path.GetFileName(path)})";

    private static Task<int> Replace(DuckDBCommand command, TableName table, string sql)
    {
        // One statement is one transaction.
        command.CommandText = (table.Schema is null ? "" : $"create schema if not exists {Duck.Identifier(table.Schema)};") + sql;
        return Task.FromResult(command.ExecuteNonQuery());
    }

    private async Task<Table> QueryAsync(DuckDBCommand command, string sql, CancellationToken cancellationToken)
    {
        command.CommandText = $"set arrow_lossless_conversion = true;{(_schema is null ? "" : $"use {Duck.Identifier(_schema)};")}";
        command.ExecuteNonQuery();
        command.CommandText = sql;
        return await Duck.ReadTableAsync(command, Who, cancellationToken);
    }

    private async Task<T> RetryAsync<T>(string what, Func<DuckDBCommand, Task<T>> action, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                using var connection = new DuckDBConnection($"Data Source={path}");
                connection.Open();
                using var command = connection.CreateCommand();
                using var interrupt = cancellationToken.Register(command.Cancel);
                return await action(command);
            }
            catch (Exception exception) when (exception is DuckDBException or TableFormatException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var isBusy = IsBusy(exception);
                if (!isBusy || clock.GetElapsedTime(start) > MaxWait)
                {
                    throw new ConnectionException($"{Who} could not {what}: {(isBusy ? BusyReason(exception) : exception.Message)}", exception);
                }
            }

            await Task.Delay(RetryDelay, clock, cancellationToken);
        }
    }

    // IO Error: Could not set lock on file "...": Conflicting lock is held in ... (PID 123)
    // TransactionContext Error: Catalog write-write conflict on create with "t"
    private static bool IsBusy(Exception exception) =>
        exception.Message.Contains("Could not set lock", StringComparison.Ordinal) || exception.Message.Contains("write-write conflict", StringComparison.Ordinal);

    private static string BusyReason(Exception exception) => exception.Message.Contains("lock", StringComparison.Ordinal)
        ? "another program has its file open for writing. Close it there and run the block again."
        : "others are writing the same table. Run the block again.";
}
