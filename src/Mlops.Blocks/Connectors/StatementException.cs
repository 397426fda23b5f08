namespace Mlops.Blocks.Connectors;

/// <summary>A database refused a statement. The message names the connection and the reason.</summary>
/// <param name="message">The message.</param>
/// <param name="offset">Index of the character that the database complains about; null where it named none.</param>
/// <param name="innerException">What the driver threw; null where the driver is content.</param>
internal sealed class StatementException(string message, int? offset, Exception? innerException = null) : Exception(message, innerException)
{
    public int? Offset => offset;
}
