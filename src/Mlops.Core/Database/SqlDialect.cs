using System.Data.Common;
using DbUp.Builder;

namespace Mlops.Core.Database;

/// <summary>What differs between the two databases: how to connect, lock and unpack JSON. All other SQL is the same text on both.</summary>
internal abstract class SqlDialect : IAsyncDisposable
{
    /// <summary>For people and logs, without secrets: <c>SQLite /data/mlops.db</c>.</summary>
    public abstract string DisplayName { get; }

    /// <summary>Folder of its scripts below <c>Database/Migrations</c>.</summary>
    public abstract string MigrationsFolder { get; }

    /// <summary>Ending of a select that keeps other writers off its rows until the transaction ends. SQLite has one writer at a time anyway.</summary>
    public abstract string ForUpdate { get; }

    /// <summary>
    /// Likewise, but leaves out rows that another writer has: an operation shares its transaction with others, so two that wait for each other's rows
    /// would wait for ever.
    /// </summary>
    public abstract string ForUpdateIfFree { get; }

    /// <summary>
    /// A query that tries to take the lock <c>@key</c> until the transaction ends and says whether it could; null where one writer at a time makes that
    /// needless.
    /// </summary>
    public abstract string? TryLock { get; }

    /// <summary>A query that tells other processes <c>@payload</c> with the commit; null where there are none.</summary>
    public abstract string? NotifySql { get; }

    /// <summary>
    /// The elements of a JSON array of objects as a table <c>item</c> with a column <c>value</c>; <c>item.value ->> 'key'</c> is a member as text.
    /// </summary>
    public abstract string JsonItems(string parameter);

    /// <summary>A condition: <paramref name="column"/> is among the values of an array that is given as <paramref name="parameter"/>.</summary>
    public abstract string IsAmong(string column, string parameter);

    /// <summary>A condition: <paramref name="column"/> contains <paramref name="parameter"/>, without regard to case in any script.</summary>
    public abstract string ContainsText(string column, string parameter);

    /// <summary>A connection for reading; from a bounded pool, so dispose it soon.</summary>
    public abstract ValueTask<DbConnection> OpenReaderAsync(CancellationToken cancellationToken);

    /// <summary>The connection of the one writer of this process; it stays open.</summary>
    public abstract DbConnection OpenWriter();

    /// <summary>
    /// Hands on what other processes tell until it is cancelled or the connection breaks; on a connection of its own. Ends at once where there is nobody to
    /// tell anything.
    /// </summary>
    /// <param name="listening">Called when everything that is told from now on will arrive.</param>
    /// <param name="take">Takes each payload.</param>
    /// <param name="cancellationToken">Ends listening.</param>
    public abstract Task ListenAsync(Action listening, Action<string> take, CancellationToken cancellationToken);

    /// <summary>Whether the same work may succeed when it is tried again: the database is busy, restarting or away.</summary>
    public abstract bool IsTransient(Exception exception);

    /// <summary>Waits until the database answers, for a bounded time.</summary>
    /// <exception cref="DatabaseException">It did not answer in time, or refused.</exception>
    public abstract Task WaitUntilReadyAsync(TimeProvider timeProvider, CancellationToken cancellationToken);

    /// <summary>Calls <paramref name="migrate"/> while no other process migrates the same database.</summary>
    public abstract void Migrate(Action<UpgradeEngineBuilder> migrate);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
