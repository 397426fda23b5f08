namespace Mlops.Blocks.Remote;

/// <summary>The connection to a runner ended, most likely because its process did, before it answered.</summary>
public sealed class RunnerLostException(Exception cause) : Exception("The runner ended before it answered.", cause);
