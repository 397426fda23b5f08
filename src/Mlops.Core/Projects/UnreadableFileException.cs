namespace Mlops.Core.Projects;

/// <summary>A file of a project cannot be read. The message says why and how to mend it, without the path.</summary>
internal sealed class UnreadableFileException(string message) : Exception(message);
