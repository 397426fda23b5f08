using Mlops.Sdk;

namespace Mlops.Blocks.Connectors;

/// <summary>A database that SQL sensors look at. Nothing is changed by a look, and no connection is left open after it.</summary>
internal interface ISensorDatabase
{
    /// <summary>Asks one query, of whose answer only the first row is wanted.</summary>
    /// <param name="sql">One statement, without a semicolon at its end.</param>
    /// <param name="cancellationToken">Stops the query in the database, too.</param>
    /// <returns>Whether the first column of the first row says yes: see <see cref="Truth"/>. Without a row, no.</returns>
    /// <exception cref="StatementException">The database refused the statement.</exception>
    /// <exception cref="ConnectionException">The database cannot be reached.</exception>
    Task<bool> LookAsync(string sql, CancellationToken cancellationToken);
}
