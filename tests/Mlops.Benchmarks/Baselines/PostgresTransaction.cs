using Npgsql;

namespace Mlops.Benchmarks.Baselines;

/// <summary>Baseline of every step of a run: one row written durably to PostgreSQL, and a round trip that writes nothing.</summary>
internal static class PostgresTransaction
{
    public static async Task MeasureAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        Execute(connection, "create table t (id bigserial primary key, text text)");
        await MeasureAsync("baseline_postgres_transaction", connection, "insert into t (text) values ('a step of a run')");
        await MeasureAsync("baseline_postgres_round_trip", connection, "select 1");
    }

    private static async Task MeasureAsync(string figure, NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.PrepareAsync();
        Figures.PrintTimes(figure, await Figures.TimeAsync(200, () =>
        {
            command.ExecuteNonQuery();
            return Task.CompletedTask;
        }));
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
