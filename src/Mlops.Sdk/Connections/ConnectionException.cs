namespace Mlops.Sdk;

/// <summary>A connection profile is missing or wrong, or its database refused. Fails the block that used it.</summary>
public sealed class ConnectionException(string message, Exception? innerException = null) : Exception(message, innerException);
