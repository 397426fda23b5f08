namespace Mlops.Blocks.Sql;

/// <summary>The text of a file cannot be made a statement. The message begins with what the place "has" or "needs".</summary>
/// <param name="message">The message.</param>
/// <param name="offset">Index of the character in the text where it is wrong.</param>
internal sealed class SqlTextException(string message, int offset) : Exception(message)
{
    public int Offset => offset;
}
