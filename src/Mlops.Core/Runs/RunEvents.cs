namespace Mlops.Core.Runs;

/// <summary>
/// Tells this process that a run changed. Events carry ids; whoever hears one reads what it needs. A slow or failing listener harms nobody.
/// </summary>
public sealed class RunEvents
{
    /// <summary>Calls <paramref name="listener"/> for every change until the result is disposed. It is called on the writer's thread: it must only note and return.</summary>
    public IDisposable Subscribe(Action<RunChange> listener) => throw new NotImplementedException();

    /// <summary>Tells all listeners.</summary>
    internal void Publish(RunChange change) => throw new NotImplementedException();
}

/// <summary>Something of a run changed and is durable.</summary>
/// <param name="PipelineRunId">The run.</param>
/// <param name="ProjectUuid">Its project.</param>
/// <param name="PipelineUuid">Its pipeline.</param>
/// <param name="Kind">What changed.</param>
public readonly record struct RunChange(long PipelineRunId, string ProjectUuid, string PipelineUuid, RunChangeKind Kind);

/// <summary>What changed of a run.</summary>
public enum RunChangeKind
{
    /// <summary>The run or one of its block runs.</summary>
    Status,

    /// <summary>Lines were added to its log.</summary>
    Log,
}
