namespace Mlops.Core.Database;

/// <summary>
/// How instants are stored: microseconds since 1970-01-01 UTC as a 64-bit integer, in both databases, so that they sort, subtract and compare
/// the same everywhere.
/// </summary>
internal static class Timestamps
{
    /// <summary>The stored form of an instant; parts of a microsecond are cut off.</summary>
    public static long ToMicroseconds(this DateTimeOffset instant) =>
        (instant.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>The instant that a stored value stands for, UTC.</summary>
    public static DateTimeOffset FromMicroseconds(long microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    /// <summary>The instant that a stored value stands for, UTC; null for null.</summary>
    public static DateTimeOffset? FromMicroseconds(long? microseconds) => microseconds is { } value ? FromMicroseconds(value) : null;

    /// <summary>Now, cut to what the database keeps, so that a record made in memory equals the one read back.</summary>
    public static DateTimeOffset GetStorableNow(this TimeProvider timeProvider) => FromMicroseconds(timeProvider.GetUtcNow().ToMicroseconds());
}
