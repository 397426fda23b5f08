using System.Data.Common;
using Dapper;

namespace Mlops.Core.Database;

/// <summary>
/// What an operation of the <see cref="DatabaseWriter"/> writes through: the writer's connection inside its open transaction. Valid only during
/// the operation, which must not keep it.
/// </summary>
/// <remarks>
/// Commands are kept and reused, so that a statement is prepared once in the life of the connection: preparing costs SQLite more than executing.
/// Their number is bounded by the statements in the code, since values are always parameters. Statements whose answer nobody needs go to PostgreSQL in
/// one message, where it takes a round trip for each else.
/// </remarks>
internal sealed class WriteSession(DbConnection connection, SqlDialect dialect) : IDisposable
{
    private readonly Dictionary<string, DbCommand> _commands = new(StringComparer.Ordinal);
    private DbBatch? _deferred;

    /// <summary>What differs between the databases.</summary>
    public SqlDialect Dialect { get; } = dialect;

    /// <summary>What other processes are told with the commit; cleared for each transaction.</summary>
    internal List<string> Notices { get; } = [];

    /// <summary>Tells other processes, with the commit, a line of text without line feeds; at most a few hundred bytes.</summary>
    public void Notify(string notice) => Notices.Add(notice);

    /// <summary>The transaction that the next statements belong to.</summary>
    internal DbTransaction? Transaction { get; private set; }

    /// <summary>Begins anew, in a transaction; called by the writer.</summary>
    internal void Begin(DbTransaction transaction)
    {
        Transaction = transaction;
        Notices.Clear();
        _deferred?.Dispose();
        _deferred = null; // What an operation that failed left.
    }

    /// <summary>Executes what was put off; called by the writer before it commits.</summary>
    internal void Flush()
    {
        if (_deferred is { } batch)
        {
            _deferred = null;
            using (batch)
            {
                // Belongs to the transaction without being told so: PostgreSQL has one a connection.
                batch.ExecuteNonQuery();
            }
        }
    }

    /// <summary>
    /// Executes a statement whose answer nobody needs, at the latest before the next statement or the commit. If it fails, that one fails, and the whole
    /// transaction with it.
    /// </summary>
    /// <param name="sql">The statement.</param>
    /// <param name="parameters">An object whose properties are the parameters.</param>
    public void ExecuteLater(string sql, object parameters)
    {
        if (!connection.CanCreateBatch || HasList(parameters))
        {
            Execute(sql, parameters);
            return;
        }

        _deferred ??= connection.CreateBatch();
        var command = _deferred.CreateBatchCommand();
        command.CommandText = sql;
        CommandParameters.Bind(command, parameters);
        _deferred.BatchCommands.Add(command);
    }

    /// <summary>Executes a statement; returns the rows it changed.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="parameters">An object whose properties are the parameters.</param>
    public int Execute(string sql, object? parameters = null)
    {
        Flush();
        return HasList(parameters) ? connection.Execute(sql, parameters, Transaction) : Prepare(sql, parameters).ExecuteNonQuery();
    }

    /// <summary>The rows of a query, or of a statement with <c>returning</c>.</summary>
    /// <param name="sql">The query.</param>
    /// <param name="parameters">An object whose properties are the parameters.</param>
    public IReadOnlyList<T> Query<T>(string sql, object? parameters = null)
    {
        Flush();
        if (HasList(parameters))
        {
            return connection.Query<T>(sql, parameters, Transaction).AsList();
        }

        using var reader = Prepare(sql, parameters).ExecuteReader();
        return reader.Parse<T>().AsList();
    }

    /// <summary>The first row, or null (the default of <typeparamref name="T"/>) where there is none.</summary>
    /// <param name="sql">The query.</param>
    /// <param name="parameters">An object whose properties are the parameters.</param>
    public T? QueryFirst<T>(string sql, object? parameters = null) => Query<T>(sql, parameters) is [var first, ..] ? first : default;

    /// <summary>Takes a lock that lasts until the transaction ends, unless another process holds it.</summary>
    public bool TryLock(long key) => Dialect.TryLock is not { } sql || QueryFirst<bool>(sql, new { key });

    /// <summary>Lets go of the prepared commands.</summary>
    public void Dispose()
    {
        _deferred?.Dispose();
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }
    }

    private static bool HasList(object? parameters) =>
        parameters is not null && CommandParameters.Of(parameters.GetType()).Any(parameter => parameter.IsList);

    private DbCommand Prepare(string sql, object? parameters)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            _commands.Add(sql, command);
        }

        command.Transaction = Transaction;
        if (parameters is not null)
        {
            CommandParameters.Bind(command, parameters);
        }

        return command;
    }
}
