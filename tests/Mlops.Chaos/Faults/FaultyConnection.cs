using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Mlops.Chaos.Faults;

/// <summary>A connection of a driver some of whose transactions fail as fate has it. What it throws is what that driver throws in such a case.</summary>
internal class FaultyConnection : DbConnection
{
    private readonly DbConnection _inner;
    private readonly IWriteFate _fate;

    protected FaultyConnection(DbConnection inner, IWriteFate fate) => (_inner, _fate) = (inner, fate);

    [AllowNull]
    public override string ConnectionString
    {
        get => _inner.ConnectionString;
        set => _inner.ConnectionString = value;
    }

    public override bool CanCreateBatch => _inner.CanCreateBatch;

    public override string Database => _inner.Database;

    public override string DataSource => _inner.DataSource;

    public override string ServerVersion => _inner.ServerVersion;

    public override ConnectionState State => _inner.State;

    /// <summary>Wraps a driver's connection.</summary>
    public static FaultyConnection Wrap(DbConnection inner, IWriteFate fate) =>
        inner is Npgsql.NpgsqlConnection ? new NpgsqlConnection(inner, fate) : new FaultyConnection(inner, fate);

    public override void ChangeDatabase(string databaseName) => _inner.ChangeDatabase(databaseName);

    public override void Open() => _inner.Open();

    public override void Close() => _inner.Close();

    /// <summary>The connection is lost, as far as the program can tell.</summary>
    public Exception Break(string what)
    {
        _inner.Close();
        return _inner is Npgsql.NpgsqlConnection
            ? new NpgsqlException($"Chaos: {what}", new IOException("Chaos: the connection was reset"))
            : new SqliteException($"Chaos: {what}: disk I/O error", SqliteInputOutputError);
    }

    /// <summary>Waits for longer than the driver does, and then fails as it does.</summary>
    public Exception TimeOut(DbTransaction transaction)
    {
        if (_inner is not Npgsql.NpgsqlConnection)
        {
            using var never = new ManualResetEventSlim();
            never.Wait(TimeSpan.FromSeconds(2));
            return new SqliteException("Chaos: database is locked", SqliteBusy);
        }

        using var command = _inner.CreateCommand();
        command.CommandText = "select pg_sleep(60)";
        command.Transaction = transaction;
        try
        {
            command.ExecuteNonQuery();
            return new InvalidOperationException("The driver waited for a minute; its command timeout must be shorter.");
        }
        catch (NpgsqlException exception)
        {
            return exception;
        }
    }

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) =>
        new FaultyTransaction(this, _inner.BeginTransaction(isolationLevel), _fate.Roll(), _fate);

    protected override DbBatch CreateDbBatch() => _inner.CreateBatch();

    protected override DbCommand CreateDbCommand() => new FaultyCommand(this, _inner.CreateCommand());

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private const int SqliteBusy = 5;
    private const int SqliteInputOutputError = 10;

    /// <summary>Dapper tells by the name of a connection's type that its driver takes arrays.</summary>
    private sealed class NpgsqlConnection(DbConnection inner, IWriteFate fate) : FaultyConnection(inner, fate);
}
