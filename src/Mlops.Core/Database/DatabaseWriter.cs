using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using Microsoft.Extensions.Logging;

namespace Mlops.Core.Database;

/// <summary>
/// Group commit: the one writer of this process. It takes everything that waits, puts it into one transaction, and tells the callers only when that
/// is durable. It has a thread of its own so that blocks which keep the thread pool busy cannot hold up a transition.
/// </summary>
/// <remarks>
/// An operation may be executed more than once: where a batch fails, each of its operations is executed again in a transaction of its own, so that a
/// poisonous one harms nobody else; and where the connection breaks in a commit, nobody knows whether it landed. Operations are therefore idempotent
/// (compare-and-set that accepts its own target, unique keys) and keep their effects to the database.
/// </remarks>
internal sealed class DatabaseWriter : IAsyncDisposable
{
    /// <summary>Operations that may wait; a caller beyond waits for a place.</summary>
    private const int QueueLimit = 10_000;

    /// <summary>Operations in one transaction; bounds how long the first of them waits for the last.</summary>
    private const int BatchLimit = 256;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);
    private readonly SqlDialect _dialect;
    private readonly DatabaseHealth _health;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly WriterConnectionDecorator? _decorate;
    private readonly SemaphoreSlim _places = new(QueueLimit);
    private readonly BlockingCollection<Operation> _queue = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DbConnection? _connection;
    private WriteSession? _session;
    private bool _isDisposed;

    public DatabaseWriter(
        SqlDialect dialect, DatabaseHealth health, TimeProvider timeProvider, ILogger logger, WriterConnectionDecorator? decorate = null)
    {
        _dialect = dialect;
        _health = health;
        _timeProvider = timeProvider;
        _logger = logger;
        _decorate = decorate;
        new Thread(Run) { IsBackground = true, Name = "database writer" }.Start();
    }

    /// <summary>Names this writer in notices, so that a process can tell its own from those of others.</summary>
    public string Origin { get; } = Guid.NewGuid().ToString("N")[..12];

    /// <summary>Executes an idempotent operation; the result comes when it is durable. Operations are executed in the order of these calls.</summary>
    /// <param name="operation">What to write; executed on the writer's thread.</param>
    /// <param name="patience">How long to wait for a database that is away; infinite for what must not be lost.</param>
    /// <param name="cancellationToken">Gives up while the queue is full; once queued, the operation is executed.</param>
    /// <exception cref="DatabaseAwayException">The database did not answer in time. Whether the operation landed is not known.</exception>
    public async Task<T> WriteAsync<T>(Func<WriteSession, T> operation, TimeSpan patience, CancellationToken cancellationToken)
    {
        var queued = new Operation<T>(operation);
        await EnqueueAsync(queued, cancellationToken);
        try
        {
            // By the real clock, whatever clock the program lives by: the database does too.
            return await queued.Result.WaitAsync(patience, TimeProvider.System, CancellationToken.None);
        }
        catch (TimeoutException) when (queued.TryAbandon())
        {
            throw new DatabaseAwayException(_dialect.DisplayName, patience);
        }
        catch (TimeoutException)
        {
            return await queued.Result; // It is over just now.
        }
    }

    private async Task EnqueueAsync(Operation operation, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            _queue.Add(operation, CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            throw new ObjectDisposedException(nameof(DatabaseWriter), "The program is stopping; nothing more is written.");
        }
    }

    /// <summary>Writes what waits, then stops. Calling it again does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        _queue.CompleteAdding();
        await _stopping.CancelAsync();
        await _stopped.Task;
        _stopping.Dispose();
        _places.Dispose();
        _queue.Dispose();
    }

    private void Run()
    {
        var batch = new List<Operation>(BatchLimit);
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            batch.Add(first);
            while (batch.Count < BatchLimit && _queue.TryTake(out var next))
            {
                batch.Add(next);
            }

            _places.Release(batch.Count);
            Commit(batch);
            batch.Clear();
        }

        Disconnect();
        _stopped.SetResult();
    }

    private void Commit(List<Operation> batch)
    {
        if (TryCommit(batch) is not { } error)
        {
            return;
        }

        if (batch.Count <= 1)
        {
            batch.ForEach(operation => operation.Fail(error));
            return;
        }

        Log.BatchFailed(_logger, batch.Count, error);
        foreach (var operation in batch)
        {
            if (TryCommit([operation]) is { } own)
            {
                operation.Fail(own);
            }
        }
    }

    /// <summary>
    /// Commits the operations together; tries again, ever more slowly, while the database is away. Nobody's state is given up for that: whoever holds a
    /// lease waits as long as it takes, and only those who said so are let go in between.
    /// </summary>
    private Exception? TryCommit(List<Operation> batch)
    {
        for (var delay = FirstDelay; ; delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay)
        {
            batch.RemoveAll(operation => operation.IsAbandoned);
            try
            {
                CommitOnce(batch);
                _health.ReportAnswer();
                batch.ForEach(operation => operation.Complete());
                return null;
            }
            catch (Exception exception) // Whatever an operation throws is handed to the one who asked for it.
            {
                var isTransient = _dialect.IsTransient(exception);
                if (isTransient || _connection is not { State: ConnectionState.Open })
                {
                    Disconnect();
                }

                _health.Report(exception);
                if (!isTransient || _stopping.IsCancellationRequested)
                {
                    return exception;
                }

                Log.DatabaseAway(_logger, _dialect.DisplayName, delay, exception.Message);
                _stopping.Token.WaitHandle.WaitOne(delay);
            }
        }
    }

    private void CommitOnce(List<Operation> batch)
    {
        _connection ??= _decorate is null ? _dialect.OpenWriter() : _decorate(_dialect.OpenWriter());
        _session ??= new WriteSession(_connection, _dialect);
        using var transaction = _connection.BeginTransaction();
        _session.Begin(transaction);
        foreach (var operation in batch)
        {
            // Looked at again, since the operations before it may have taken long.
            if (!operation.IsAbandoned)
            {
                operation.Execute(_session);
            }
        }

        Notify(_session);
        _session.Flush();
        transaction.Commit();
    }

    /// <summary>Tells other processes with the commit what this one will tell its own listeners after it.</summary>
    private void Notify(WriteSession session)
    {
        if (_dialect.NotifySql is { } sql)
        {
            foreach (var payload in DatabaseNotices.Pack(Origin, session.Notices))
            {
                session.ExecuteLater(sql, new { payload });
            }
        }
    }

    private void Disconnect()
    {
        _session?.Dispose();
        _session = null;
        _connection?.Dispose();
        _connection = null;
    }

    private abstract class Operation
    {
        private int _isOver;

        /// <summary>Whether nobody waits for it any more.</summary>
        public bool IsAbandoned { get; private set; }

        /// <summary>Lets it go; false where it is over already.</summary>
        public bool TryAbandon() => IsAbandoned = TryEnd();

        protected bool TryEnd() => Interlocked.Exchange(ref _isOver, 1) == 0;

        public abstract void Execute(WriteSession session);

        public abstract void Complete();

        public abstract void Fail(Exception exception);
    }

    private sealed class Operation<T>(Func<WriteSession, T> operation) : Operation
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;

        public Task<T> Result => _done.Task;

        public override void Execute(WriteSession session) => _result = operation(session);

        public override void Complete()
        {
            if (TryEnd())
            {
                _done.SetResult(_result!);
            }
        }

        public override void Fail(Exception exception)
        {
            if (TryEnd())
            {
                _done.SetException(exception);
            }
        }
    }
}
