namespace Mlops.Sdk;

/// <summary>
/// A file or a result cannot be a table: ragged lines, wrong encoding, no columns, two columns of one name, a type that Parquet cannot keep.
/// The message names the file, the place and the cure. Fails the block that read it.
/// </summary>
public sealed class TableFormatException(string message, Exception? innerException = null) : Exception(message, innerException);
