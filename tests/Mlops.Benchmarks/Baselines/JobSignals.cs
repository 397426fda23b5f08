using System.Collections.Concurrent;

namespace Mlops.Benchmarks.Baselines;

/// <summary>Tells who waits for a job that it was executed. Thread-safe.</summary>
internal sealed class JobSignals
{
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _waiting = new();
    private int _lastId;

    public (int Id, Task Done) Add()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var id = Interlocked.Increment(ref _lastId);
        _waiting[id] = done;
        return (id, done.Task);
    }

    public void Set(int id)
    {
        if (_waiting.TryRemove(id, out var done))
        {
            done.SetResult();
        }
    }
}
