using System.Globalization;
using Apache.Arrow;
using DuckDB.NET.Data;

namespace Mlops.Sdk.Tables;

/// <summary>Embedded DuckDB as this product uses it: in memory, its Arrow types without loss, and never on the network.</summary>
internal static class DuckDb
{
    private const int MebibyteBytes = 1024 * 1024;

    /// <summary>An open in-memory database; a few milliseconds after the first. The caller disposes it.</summary>
    public static DuckDBConnection Open()
    {
        var connection = new DuckDBConnection("DataSource=:memory:");
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();

            // Without the first, uuid arrives as text. Extensions would be fetched from the internet while a query runs. Of itself it would take most of
            // the machine's memory, whatever this process may have; beyond the limit it goes on in temporary files.
            command.CommandText = $"""
                SET memory_limit = '{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2 / MebibyteBytes} MiB';
                SET arrow_lossless_conversion = true;
                SET autoinstall_known_extensions = false;
                SET autoload_known_extensions = false;
                """;
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>All rows of the command's result as a table that the caller disposes. <paramref name="origin"/> begins errors about the columns.</summary>
    /// <exception cref="TableFormatException">The result has columns that no table can have.</exception>
    public static async Task<Table> ReadTableAsync(DuckDBCommand command, string origin, CancellationToken cancellationToken)
    {
        command.UseStreamingMode = true;
        await using var interrupt = cancellationToken.Register(command.Cancel);
        cancellationToken.ThrowIfCancellationRequested();
        List<RecordBatch> batches = [];
        try
        {
            using var stream = command.ExecuteArrowStream();
            TableSchema.Check(stream.Schema, origin);
            while (await stream.ReadNextRecordBatchAsync(cancellationToken) is { } batch)
            {
                batches.Add(batch);
            }

            return Table.FromBatches(stream.Schema, batches, origin);
        }
        catch (Exception exception)
        {
            batches.ForEach(b => b.Dispose());
            if (exception is DuckDBException)
            {
                // An interrupted query fails with "INTERRUPT Error", which means cancelled, not wrong.
                cancellationToken.ThrowIfCancellationRequested();
            }

            throw;
        }
    }

    /// <summary><paramref name="text"/> as SQL string literal.</summary>
    public static string Literal(string text) => string.Create(CultureInfo.InvariantCulture, $"'{text.Replace("'", "''", StringComparison.Ordinal)}'");

    /// <summary><paramref name="name"/> as SQL identifier.</summary>
    public static string Identifier(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
