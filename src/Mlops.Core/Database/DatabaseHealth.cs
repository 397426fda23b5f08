namespace Mlops.Core.Database;

/// <summary>Whether the metadata database answers this process, for whoever shows it.</summary>
public sealed class DatabaseHealth(TimeProvider timeProvider)
{
    private DatabaseOutage? _outage;

    /// <summary>Raised, on any thread, when <see cref="Outage"/> came or went. A listener must only note and return.</summary>
    public event Action? Changed;

    /// <summary>Since when the database does not answer; null while it does.</summary>
    public DatabaseOutage? Outage => Volatile.Read(ref _outage);

    /// <summary>
    /// Whether an exception of a read or write says that the database gave no answer: it is away, restarting, or locked by somebody else. The same may
    /// succeed later. A conflict of transactions is an answer.
    /// </summary>
    public static bool IsAway(Exception exception) => exception is DatabaseException || PostgresDialect.IsAway(exception) || SqliteDialect.IsAway(exception);

    /// <summary>A read or write failed; the first that got no answer makes the outage.</summary>
    internal void Report(Exception exception)
    {
        // The drivers say no passwords in their messages.
        if (IsAway(exception) && Outage is null
            && Interlocked.CompareExchange(ref _outage, new DatabaseOutage(timeProvider.GetUtcNow(), exception.Message), null) is null)
        {
            Changed?.Invoke();
        }
    }

    /// <summary>The database answered.</summary>
    internal void ReportAnswer()
    {
        // Looked at first: this is called for every transaction, and nearly always there is nothing to end.
        if (Outage is not null && Interlocked.Exchange(ref _outage, null) is not null)
        {
            Changed?.Invoke();
        }
    }
}

/// <summary>A time in which the database does not answer.</summary>
/// <param name="Since">When that was noticed, UTC.</param>
/// <param name="Reason">What the driver said at first, without secrets.</param>
public sealed record DatabaseOutage(DateTimeOffset Since, string Reason);
