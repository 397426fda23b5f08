using System.Data.Common;
using Dapper;
using DbUp.Builder;
using Microsoft.Extensions.Logging;

namespace Mlops.Core.Database;

/// <summary>
/// The metadata database, the only truth about runs and triggers: the SQLite file <c>mlops.db</c> under the data directory, or PostgreSQL where
/// <see cref="MlopsCoreOptions.Database"/> names it. Reads use pooled connections; all writes of this process go through one group-commit writer.
/// </summary>
public sealed class MetadataDatabase : IAsyncDisposable
{
    private static readonly TimeSpan RequestPatience = TimeSpan.FromSeconds(10);

    private readonly SqlDialect _dialect;
    private readonly DatabaseWriter _writer;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _migrating = new(1);
    private bool _isMigrated;

    /// <summary>Connects to nothing yet; call <see cref="MigrateAsync"/> before anything else.</summary>
    /// <param name="options">Which database.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Takes what happens to the database.</param>
    /// <param name="decorateWriter">Null but in programs that try out a database that fails.</param>
    public MetadataDatabase(
        MlopsCoreOptions options, TimeProvider timeProvider, ILogger<MetadataDatabase> logger, WriterConnectionDecorator? decorateWriter = null)
    {
        _timeProvider = timeProvider;
        _logger = logger;
        _dialect = options.Database is { } connectionString
            ? new PostgresDialect(connectionString, logger)
            : new SqliteDialect(Path.Combine(options.DataPath, "mlops.db"));
        Health = new DatabaseHealth(timeProvider);
        _writer = new DatabaseWriter(_dialect, Health, timeProvider, logger, decorateWriter);
    }

    /// <summary>What it is, for people and logs, without secrets: <c>SQLite /data/mlops.db</c>.</summary>
    public string DisplayName => _dialect.DisplayName;

    /// <summary>Whether it answers this process.</summary>
    public DatabaseHealth Health { get; }

    /// <summary>What differs between the databases.</summary>
    internal SqlDialect Dialect => _dialect;

    /// <summary>
    /// Waits until the database answers (PostgreSQL: at most 30 s) and brings its tables up to date. Safe when several processes start at once;
    /// does nothing when called again.
    /// </summary>
    /// <exception cref="DatabaseException">It cannot be reached, refused, or a migration failed; nothing of that migration stays.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await _migrating.WaitAsync(cancellationToken);
        try
        {
            if (!_isMigrated)
            {
                await _dialect.WaitUntilReadyAsync(_timeProvider, cancellationToken);
                _dialect.Migrate(Migrate);
                _isMigrated = true;
            }
        }
        finally
        {
            _migrating.Release();
        }
    }

    /// <summary>Asks the database for an answer.</summary>
    /// <exception cref="DbException">It gives none.</exception>
    public async Task PingAsync(CancellationToken cancellationToken) => await QueryAsync<long>("select 1", null, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _dialect.DisposeAsync();
        _migrating.Dispose();
    }

    /// <summary>Rows of a query on a connection of its own; sees everything that was durable when it began.</summary>
    internal async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await _dialect.OpenReaderAsync(cancellationToken);
            var rows = await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken));
            Health.ReportAnswer();
            return rows.AsList();
        }
        catch (Exception exception) when (Notes(exception))
        {
            throw;
        }
    }

    /// <summary>A connection for several reads; dispose it soon.</summary>
    internal async ValueTask<DbConnection> OpenReaderAsync(CancellationToken cancellationToken)
    {
        try
        {
            // That it opens is no answer yet: it may come from the pool.
            return await _dialect.OpenReaderAsync(cancellationToken);
        }
        catch (Exception exception) when (Notes(exception))
        {
            throw;
        }
    }

    /// <summary>
    /// Executes an idempotent operation by the group-commit writer; see <see cref="DatabaseWriter"/> for what it may do. Waits as long as it takes while the
    /// database is away: for what must not be lost.
    /// </summary>
    /// <returns>The operation's result, once it is durable.</returns>
    internal Task<T> WriteAsync<T>(Func<WriteSession, T> operation, CancellationToken cancellationToken) =>
        WriteAsync(operation, Timeout.InfiniteTimeSpan, cancellationToken);

    /// <summary>Likewise for what somebody waits for: gives up after 10 s.</summary>
    /// <returns>The operation's result, once it is durable.</returns>
    /// <exception cref="DatabaseAwayException">The database did not answer in time; whether the operation landed is not known.</exception>
    internal Task<T> RequestAsync<T>(Func<WriteSession, T> operation, CancellationToken cancellationToken) =>
        WriteAsync(operation, RequestPatience, cancellationToken);

    /// <inheritdoc cref="DatabaseWriter.WriteAsync"/>
    internal Task<T> WriteAsync<T>(Func<WriteSession, T> operation, TimeSpan patience, CancellationToken cancellationToken) =>
        _writer.WriteAsync(operation, patience, cancellationToken);

    /// <summary>
    /// Hands on what other processes on the database tell, until it is cancelled or the connection breaks; ends at once where there is only this process.
    /// </summary>
    /// <param name="listening">Called when everything that is told from now on will arrive.</param>
    /// <param name="take">Takes each notice; called on the connection's thread, so it must only note and return.</param>
    /// <param name="cancellationToken">Ends listening.</param>
    /// <exception cref="DbException">The connection broke or could not be made.</exception>
    internal Task ListenAsync(Action listening, Action<string> take, CancellationToken cancellationToken) => _dialect.ListenAsync(
        listening,
        payload =>
        {
            foreach (var notice in DatabaseNotices.Unpack(_writer.Origin, payload))
            {
                take(notice);
            }
        },
        cancellationToken);

    private bool Notes(Exception exception)
    {
        Health.Report(exception);
        return false;
    }

    private void Migrate(UpgradeEngineBuilder builder)
    {
        var folder = $".Migrations.{_dialect.MigrationsFolder}.";
        var result = builder
            .WithScriptsEmbeddedInAssembly(typeof(MetadataDatabase).Assembly, name => name.Contains(folder, StringComparison.Ordinal))
            .WithVariablesDisabled()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
        {
            throw new DatabaseException(
                $"Migration {result.ErrorScript?.Name ?? "journal"} of {DisplayName} failed: {result.Error.Message} "
                + "Nothing of it stays; mend the cause and start again.", result.Error);
        }

        var names = string.Join(", ", result.Scripts.Select(script => script.Name.Split(folder)[^1]));
        Log.DatabaseReady(_logger, DisplayName, names.Length == 0 ? "none" : names);
    }
}
