using Apache.Arrow;
using Npgsql;
using Table = Mlops.Sdk.Table;

namespace Mlops.Blocks.Connectors.Postgres;

/// <summary>Reads the result of a query into a table.</summary>
internal static class PostgresQuery
{
    private const int BatchRows = 65_536;

    /// <exception cref="UnsupportedColumnException">A column is of a type that a table does not keep.</exception>
    public static async Task<Table> ReadAsync(NpgsqlConnection connection, string sql, string? schema, CancellationToken cancellationToken)
    {
        // A transaction of its own, so that the search path is as before when the connection goes back to the pool.
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (schema is not null)
        {
            await using var setting = new NpgsqlCommand($"set local search_path to {TableName.Quote(schema)}, public", connection);
            await setting.ExecuteNonQueryAsync(cancellationToken);
        }

        Table result;
        await using (var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 })
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            result = await ReadAsync(reader, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    private static async Task<Table> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var columns = reader.GetColumnSchema().Select(PostgresResultColumn.Of).ToList();
        if (columns.Count == 0)
        {
            throw new UnsupportedColumnException("it gave no columns. Ask with a select");
        }

        List<int> batchLengths = [];
        var rows = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            for (var i = 0; i < columns.Count; i++)
            {
                columns[i].Append(reader, i);
            }

            if (++rows == BatchRows)
            {
                EndBatch(columns, batchLengths, ref rows);
            }
        }

        EndBatch(columns, batchLengths, ref rows);
        var schema = new Schema(columns.Select(column => column.Field), null);
        var arrays = columns.ConvertAll(column => column.Build());
        List<RecordBatch> batches = [];
        for (var batch = 0; batch < batchLengths.Count; batch++)
        {
            var index = batch;
            batches.Add(new RecordBatch(schema, arrays.Select(column => column[index]), batchLengths[batch]));
        }

        return Table.FromBatches(schema, batches);
    }

    private static void EndBatch(List<PostgresResultColumn> columns, List<int> batchLengths, ref int rows)
    {
        if (rows > 0)
        {
            columns.ForEach(column => column.EndBatch());
            batchLengths.Add(rows);
            rows = 0;
        }
    }
}
