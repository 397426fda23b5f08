using Mlops.Core.Database;

namespace Mlops.Core.Secrets;

/// <summary>The keys that secrets are encrypted with, as the host's key ring writes them, for several servers on one database.</summary>
public sealed class KeyRingStore
{
    private const long LockKey = 0x6d6c6f70736b6579;
    private static readonly TimeSpan Recently = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);

    private readonly MetadataDatabase _database;
    private readonly TimeProvider _timeProvider;

    internal KeyRingStore(MetadataDatabase database, TimeProvider timeProvider) => (_database, _timeProvider) = (database, timeProvider);

    /// <summary>All keys as XML, oldest first.</summary>
    public Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken) =>
        _database.QueryAsync<string>("select xml from data_protection_key order by created_at, name", null, cancellationToken);

    /// <summary>
    /// Adds a key, unless another process added one just now: servers that start at the same time must end up with one key that all of them know. Whoever
    /// adds one reads all keys afterwards.
    /// </summary>
    public async Task AddAsync(string name, string xml, CancellationToken cancellationToken)
    {
        while (!await _database.RequestAsync(session => TryAdd(session, name, xml), cancellationToken))
        {
            await Task.Delay(RetryDelay, _timeProvider, cancellationToken);
        }
    }

    private bool TryAdd(WriteSession session, string name, string xml)
    {
        if (!session.TryLock(LockKey))
        {
            return false;
        }

        var now = _timeProvider.GetStorableNow();
        session.Execute(
            """
            insert into data_protection_key (name, xml, created_at)
            select @name, @xml, @createdAt where not exists (select 1 from data_protection_key where name = @name or created_at > @recent)
            """,
            new { name, xml, createdAt = now.ToMicroseconds(), recent = (now - Recently).ToMicroseconds() });
        return true;
    }
}
