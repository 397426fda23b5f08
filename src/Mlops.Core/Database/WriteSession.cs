using System.Data.Common;
using Dapper;

namespace Mlops.Core.Database;

/// <summary>
/// What an operation of the <see cref="DatabaseWriter"/> writes through: the writer's connection inside its open transaction. Valid only during
/// the operation, which must not keep it.
/// </summary>
internal sealed class WriteSession(DbConnection connection, DbTransaction transaction, SqlDialect dialect)
{
    /// <summary>What differs between the databases.</summary>
    public SqlDialect Dialect { get; } = dialect;

    /// <summary>Executes a statement; returns the rows it changed.</summary>
    public int Execute(string sql, object? parameters = null) => connection.Execute(sql, parameters, transaction);

    /// <summary>The rows of a query, or of a statement with <c>returning</c>.</summary>
    public IReadOnlyList<T> Query<T>(string sql, object? parameters = null) => connection.Query<T>(sql, parameters, transaction).AsList();

    /// <summary>The first row, or null (the default of <typeparamref name="T"/>) where there is none.</summary>
    public T? QueryFirst<T>(string sql, object? parameters = null) => connection.QueryFirstOrDefault<T>(sql, parameters, transaction);
}
