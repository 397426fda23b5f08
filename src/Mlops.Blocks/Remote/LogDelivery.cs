using System.Collections.Concurrent;
using Mlops.Core.Runs;

namespace Mlops.Blocks.Remote;

/// <summary>
/// Hands the lines of a runner on to those who take them, by a thread of its own: a taker may wait for a database, and must hold up neither the
/// connection nor the threads of the pool. The thread is made at the first line. Lines for nobody are dropped.
/// </summary>
internal sealed class LogDelivery : IDisposable
{
    private readonly ConcurrentDictionary<long, Action<BlockLogLine>> _takers = new();
    private readonly BlockingCollection<(IReadOnlyList<LogMessage> Lines, TaskCompletionSource Done)> _batches = [];
    private readonly Lock _gate = new();
    private Thread? _thread;

    /// <summary>Lines of this call go to <paramref name="taker"/> from now on.</summary>
    public void Add(long call, Action<BlockLogLine> taker) => _takers[call] = taker;

    /// <summary>Lines of this call are for nobody from now on.</summary>
    public void Remove(long call) => _takers.TryRemove(call, out _);

    /// <summary>Ends when the lines were taken. At most one message of a runner is under way, so what waits here is bounded.</summary>
    public Task DeliverAsync(IReadOnlyList<LogMessage> lines)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_batches.IsAddingCompleted)
            {
                return Task.CompletedTask;
            }

            _batches.Add((lines, done));
            if (_thread is null)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "Runner log" };
                _thread.Start();
            }
        }

        return done.Task;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _batches.CompleteAdding();
        }
    }

    private void Run()
    {
        foreach (var (lines, done) in _batches.GetConsumingEnumerable())
        {
            try
            {
                foreach (var message in lines)
                {
                    if (_takers.TryGetValue(message.Call, out var taker))
                    {
                        taker(message.Line);
                    }
                }

                done.SetResult();
            }
            catch (Exception exception) // A taker's fault is the answer to the runner; it must not end this process.
            {
                done.SetException(exception);
            }
        }
    }
}
