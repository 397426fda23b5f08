using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Mlops.Core.Runs;

/// <summary>
/// Tells this process that a run changed. Events carry ids; whoever hears one reads what it needs. A slow or failing listener harms nobody.
/// Nothing is queued here: a listener that must do more than note the id keeps its own bounded note.
/// </summary>
public sealed class RunEvents(ILogger<RunEvents> logger)
{
    private readonly ConcurrentDictionary<long, ImmutableArray<Action<RunChange>>> _byRun = [];
    private ImmutableArray<Action<RunChange>> _listeners = [];

    /// <summary>Calls <paramref name="listener"/> for every change until the result is disposed. It is called on the writer's thread: it must only note and return.</summary>
    public IDisposable Subscribe(Action<RunChange> listener)
    {
        ImmutableInterlocked.Update(ref _listeners, listeners => listeners.Add(listener));
        return new Subscription(() => ImmutableInterlocked.Update(ref _listeners, listeners => listeners.Remove(listener)));
    }

    /// <summary>Calls <paramref name="listener"/> for changes of one run; costs nothing for all others.</summary>
    internal IDisposable Subscribe(long pipelineRunId, Action<RunChange> listener)
    {
        _byRun.AddOrUpdate(pipelineRunId, [listener], (_, listeners) => listeners.Add(listener));
        return new Subscription(() =>
        {
            var left = _byRun.AddOrUpdate(pipelineRunId, [], (_, listeners) => listeners.Remove(listener));
            if (left.IsEmpty)
            {
                _byRun.TryRemove(KeyValuePair.Create(pipelineRunId, left));
            }
        });
    }

    /// <summary>Tells all listeners.</summary>
    internal void Publish(RunChange change)
    {
        Tell(_listeners, change);
        if (_byRun.TryGetValue(change.PipelineRunId, out var listeners))
        {
            Tell(listeners, change);
        }
    }

    /// <summary>
    /// Changes may have been missed: tells the listeners of single runs, and those of all of a change of no run (id 0, no names), which concerns everybody.
    /// </summary>
    internal void PublishGap()
    {
        Tell(_listeners, default);
        foreach (var (id, listeners) in _byRun)
        {
            Tell(listeners, new RunChange(id, "", "", RunChangeKind.Status));
        }
    }

    private void Tell(ImmutableArray<Action<RunChange>> listeners, RunChange change)
    {
        foreach (var listener in listeners)
        {
            try
            {
                listener(change);
            }
            catch (Exception exception) // A page that fails must not fail the run that it watches.
            {
                Log.ListenerFailed(logger, change.PipelineRunId, exception);
            }
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        private Action? _end = end;

        public void Dispose() => Interlocked.Exchange(ref _end, null)?.Invoke();
    }
}

/// <summary>Something of a run changed and is durable.</summary>
/// <param name="PipelineRunId">The run.</param>
/// <param name="ProjectUuid">Its project.</param>
/// <param name="PipelineUuid">Its pipeline.</param>
/// <param name="Kind">What changed.</param>
public readonly record struct RunChange(long PipelineRunId, string ProjectUuid, string PipelineUuid, RunChangeKind Kind)
{
    /// <summary>Whether it may concern any run, because changes were missed.</summary>
    public bool IsGap => PipelineRunId == 0;
}

/// <summary>What changed of a run.</summary>
public enum RunChangeKind
{
    /// <summary>The run or one of its block runs.</summary>
    Status,

    /// <summary>Lines were added to its log.</summary>
    Log,
}
