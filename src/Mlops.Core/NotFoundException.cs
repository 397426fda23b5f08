namespace Mlops.Core;

/// <summary>Something was asked for by an id or a name that does not exist. Answered as 404; the message says what there is instead.</summary>
public sealed class NotFoundException(string kind, string id, string message) : Exception(message)
{
    /// <summary>What was looked for: <c>project</c>, <c>pipeline</c>, <c>pipeline_run</c>, <c>block</c>, <c>output</c>, <c>trigger</c>.</summary>
    public string Kind { get; } = kind;

    /// <summary>The id or name that was asked for, as given.</summary>
    public string Id { get; } = id;
}
