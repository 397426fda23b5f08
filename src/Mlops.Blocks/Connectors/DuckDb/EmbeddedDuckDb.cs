using DuckDB.NET.Data;
using Mlops.Sdk;
using Duck = Mlops.Sdk.Tables.DuckDb;

namespace Mlops.Blocks.Connectors.DuckDb;

/// <summary>A DuckDB without a file, for as long as a look takes.</summary>
/// <param name="who">Begins errors.</param>
/// <param name="projectPath">Where files lie that are named without a folder of the machine: <c>'data/orders.csv'</c>; null for nowhere in particular.</param>
/// <param name="schema">The schema of names without one; null for DuckDB's own.</param>
internal sealed class EmbeddedDuckDb(string who, string? projectPath, string? schema) : ISensorDatabase
{
    public Task<bool> LookAsync(string sql, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var connection = Duck.Open();
        using var command = connection.CreateCommand();
        using var interrupt = cancellationToken.Register(command.Cancel);
        try
        {
            if (projectPath is not null)
            {
                command.CommandText = $"set file_search_path = {Duck.Literal(projectPath)}";
                command.ExecuteNonQuery();
            }

            return Task.FromResult(DuckDbLook.Ask(command, sql, schema, who, cancellationToken));
        }
        catch (DuckDBException exception)
        {
            throw new ConnectionException($"{who} could not answer the query: {exception.Message}", exception);
        }
    }
}
