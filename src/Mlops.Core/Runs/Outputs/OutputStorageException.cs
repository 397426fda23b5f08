namespace Mlops.Core.Runs.Outputs;

/// <summary>
/// The output store does not answer, refuses, is full, or holds a damaged file. The message names store, file and cause and says how to mend it; never a
/// secret. Becomes the error of the block that needed the file, the answer to whoever asked for it, or the reason why the program cannot start.
/// </summary>
public sealed class OutputStorageException(string message, Exception? innerException = null) : Exception(message, innerException);
