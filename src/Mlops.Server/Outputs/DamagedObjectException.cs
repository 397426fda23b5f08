namespace Mlops.Server.Outputs;

/// <summary>An object is not what was put there. Tried again, since it may have been damaged on the way.</summary>
internal sealed class DamagedObjectException(string message) : Exception(message);
