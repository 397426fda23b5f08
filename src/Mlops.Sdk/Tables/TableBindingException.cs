namespace Mlops.Sdk;

/// <summary>
/// A table and a record type do not fit: a column is missing, a type cannot be converted without loss, a null meets a member that takes none.
/// The message names both sides, every column at fault and, for a value, its row. Fails the block that asked for the rows.
/// </summary>
public sealed class TableBindingException(string message, Exception? innerException = null) : Exception(message, innerException);
