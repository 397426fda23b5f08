using System.Text;
using Apache.Arrow;
using Npgsql;
using Table = Mlops.Sdk.Table;

namespace Mlops.Blocks.Connectors.Postgres;

/// <summary>
/// Replaces a table in one transaction: the rows go by binary COPY into a new table, which then takes the name of the old one. Whoever reads
/// meanwhile sees the old table; after the commit, the new one. A kill at any point leaves the old one.
/// </summary>
internal static class PostgresTableWriter
{
    // Longer names would be cut silently, and two columns could become one.
    private const int MaxNameBytes = 63;
    private const int RowsPerCancellationCheck = 4096;

    public static async Task<long> ReplaceAsync(NpgsqlConnection connection, TableName table, Table rows, CancellationToken cancellationToken)
    {
        var columns = rows.Schema.FieldsList.Select(PostgresColumn.Of).ToList();
        CheckNames(table, columns);
        var staging = table with { Name = $"mlops_{Guid.NewGuid():N}" };
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, $"create table {staging.Quoted} ({string.Join(", ", columns.Select(column => column.Definition))})", cancellationToken);
        await CopyAsync(connection, staging, columns, rows, cancellationToken);

        // Two writers of a table that does not exist yet would both find nothing to drop; the lock lets the second see the first one's table.
        await using (var command = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended($1, 0))", connection))
        {
            command.Parameters.Add(new NpgsqlParameter { Value = $"mlops replace {table}" });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await ExecuteAsync(
            connection,
            $"drop table if exists {table.Quoted}; alter table {staging.Quoted} rename to {TableName.Quote(table.Name)}",
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return rows.RowCount;
    }

    private static async Task CopyAsync(
        NpgsqlConnection connection, TableName table, List<PostgresColumn> columns, Table rows, CancellationToken cancellationToken)
    {
        var names = string.Join(", ", columns.Select(column => TableName.Quote(column.Name)));
        await using var importer = await connection.BeginBinaryImportAsync($"copy {table.Quoted} ({names}) from stdin (format binary)", cancellationToken);
        foreach (var batch in rows.StreamBatches())
        {
            WriteBatch(importer, columns, batch, cancellationToken);
        }

        await importer.CompleteAsync(cancellationToken);
    }

    private static void WriteBatch(NpgsqlBinaryImporter importer, List<PostgresColumn> columns, RecordBatch batch, CancellationToken cancellationToken)
    {
        var writers = columns.Select((column, i) => column.WriterFor(batch.Column(i))).ToArray();
        for (var row = 0; row < batch.Length; row++)
        {
            if (row % RowsPerCancellationCheck == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            importer.StartRow();
            foreach (var write in writers)
            {
                write(importer, row);
            }
        }
    }

    private static void CheckNames(TableName table, List<PostgresColumn> columns)
    {
        if (columns.Select(column => column.Name).Append(table.Name).FirstOrDefault(name => Encoding.UTF8.GetByteCount(name) > MaxNameBytes) is { } name)
        {
            throw new UnsupportedColumnException($"the name '{name}' is longer than the {MaxNameBytes} bytes that PostgreSQL allows");
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
