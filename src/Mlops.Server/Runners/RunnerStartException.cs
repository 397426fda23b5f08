namespace Mlops.Server.Runners;

/// <summary>No runner can be started, and why.</summary>
internal sealed class RunnerStartException(string message, Exception? cause = null) : Exception(message, cause);
