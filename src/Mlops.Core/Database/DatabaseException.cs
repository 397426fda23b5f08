namespace Mlops.Core.Database;

/// <summary>The metadata database cannot be used: not reachable, refused, or a migration failed. The message says how to mend it; never a password.</summary>
public class DatabaseException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>The metadata database did not answer in time; what was asked for may or may not have been done.</summary>
public sealed class DatabaseAwayException(string database, TimeSpan patience) : DatabaseException(
    $"{database} did not answer within {patience.TotalSeconds:0} s. Whether the request was carried out is not known; look at what there is once it answers, then try again.");
