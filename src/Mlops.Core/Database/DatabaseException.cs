namespace Mlops.Core.Database;

/// <summary>The metadata database cannot be used: not reachable, refused, or a migration failed. The message says how to mend it; never a password.</summary>
public sealed class DatabaseException(string message, Exception? innerException = null) : Exception(message, innerException);
