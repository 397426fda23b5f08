namespace Mlops.Sdk;

/// <summary>A database named by a connection profile. Holds no open connection: every call opens one and gives it back.</summary>
public abstract class Connection
{
    /// <summary>Name of the profile, such as <c>warehouse</c>.</summary>
    public abstract string Profile { get; }

    /// <summary>Word of the connector behind it, such as <c>postgres</c> or <c>duckdb</c>.</summary>
    public abstract string Provider { get; }

    /// <summary>
    /// Makes <paramref name="rows"/> the whole content of <paramref name="tableName"/>, creating it where it is missing. Readers see either the
    /// old content or the new one, never a mixture; on an error the old content stays.
    /// </summary>
    /// <param name="tableName">Name of the table, or <c>schema.table</c>; quoted by the connector.</param>
    /// <param name="rows">The rows; not disposed.</param>
    /// <param name="cancellationToken">Stops the write; the old content stays.</param>
    /// <returns>The number of rows written.</returns>
    /// <exception cref="ConnectionException">The database could not be reached or refused; the message names profile, table and cause.</exception>
    public abstract Task<long> ReplaceTableAsync(string tableName, Table rows, CancellationToken cancellationToken);

    /// <summary>The rows that <paramref name="sql"/> selects. The caller disposes the table.</summary>
    /// <exception cref="ConnectionException">The database could not be reached or refused the query.</exception>
    public abstract Task<Table> QueryAsync(string sql, CancellationToken cancellationToken);
}
