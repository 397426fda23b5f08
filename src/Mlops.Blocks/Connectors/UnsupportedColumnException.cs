namespace Mlops.Blocks.Connectors;

/// <summary>A column cannot be kept on the other side, or a value of it. Caught by the connection, which adds where it happened.</summary>
internal sealed class UnsupportedColumnException(string message) : Exception(message);
