using DuckDB.NET.Data;
using Mlops.Sdk;
using Duck = Mlops.Sdk.Tables.DuckDb;

namespace Mlops.Blocks.Connectors.DuckDb;

/// <summary>A DuckDB without a file, for as long as a look takes.</summary>
/// <param name="sight">What a look sees.</param>
internal sealed class EmbeddedDuckDb(DuckDbSight sight) : ISensorDatabase
{
    public Task<bool> LookAsync(string sql, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var connection = Duck.Open();
        using var command = connection.CreateCommand();
        using var interrupt = cancellationToken.Register(command.Cancel);
        try
        {
            return Task.FromResult(DuckDbLook.Ask(command, sql, sight, cancellationToken));
        }
        catch (DuckDBException exception)
        {
            throw new ConnectionException($"{sight.Who} could not answer the query: {exception.Message}", exception);
        }
    }
}
