using DuckDB.NET.Data;
using Mlops.Sdk;
using Duck = Mlops.Sdk.Tables.DuckDb;

namespace Mlops.Blocks.Connectors.DuckDb;

/// <summary>A DuckDB without a file, for as long as a look takes. It sees the files of the project by their paths in it: <c>'data/orders.csv'</c>.</summary>
internal sealed class EmbeddedDuckDb(string projectPath, string? schema) : ISensorDatabase
{
    private const string Who = "The embedded DuckDB, which is asked because io_config.yaml has no profile 'default',";

    public Task<bool> LookAsync(string sql, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var connection = Duck.Open();
        using var command = connection.CreateCommand();
        using var interrupt = cancellationToken.Register(command.Cancel);
        command.CommandText = $"set file_search_path = {Duck.Literal(projectPath)}";
        command.ExecuteNonQuery();
        try
        {
            return Task.FromResult(DuckDbLook.Ask(command, sql, schema, Who, cancellationToken));
        }
        catch (DuckDBException exception)
        {
            throw new ConnectionException($"{Who} could not be used: {exception.Message}", exception);
        }
    }
}
