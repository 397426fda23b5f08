using Microsoft.Data.Sqlite;
using Mlops.Testing;

namespace Mlops.Benchmarks.Baselines;

/// <summary>Baseline of every step of a run: one row written durably to SQLite in WAL mode.</summary>
internal static class SqliteTransaction
{
    public static void Measure(TempFolder folder)
    {
        using var connection = new SqliteConnection($"Data Source={folder.Combine("baseline.db")}");
        connection.Open();
        Execute(connection, "pragma journal_mode = wal; pragma synchronous = full; create table t (id integer primary key, text text)");
        var times = Figures.TimeAsync(200, () =>
        {
            Execute(connection, "insert into t (text) values ('a step of a run')");
            return Task.CompletedTask;
        });
        Figures.PrintTimes("baseline_sqlite_transaction", times.GetAwaiter().GetResult());
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
