using System.Collections.Concurrent;

namespace Mlops.Core.Runs;

/// <summary>
/// Wakes runs at an instant: those that wait for the retry of a block, so that it is not late by a sweep. Bounded by the open runs of this process; lost
/// with it, and made up for by recovery.
/// </summary>
internal sealed class RunWakeUps(Action<long> wake, TimeProvider timeProvider) : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<long, ITimer> _timers = [];

    /// <summary>Arranges what an outcome asks for.</summary>
    /// <param name="outcome">How a run was left.</param>
    /// <param name="busyDelay">Wait before a try that is worth repeating at once.</param>
    public void Note(RunOutcome outcome, TimeSpan busyDelay)
    {
        if (outcome.IsBusy)
        {
            WakeAfter(outcome.PipelineRunId, busyDelay);
        }
        else if (outcome.ResumeAt is { } at)
        {
            // A millisecond more, so that the instant is surely over; a wait beyond a day is recovery's.
            var delay = at - timeProvider.GetUtcNow() + TimeSpan.FromMilliseconds(1);
            WakeAfter(outcome.PipelineRunId, delay < TimeSpan.Zero ? TimeSpan.Zero : delay < Longest ? delay : Longest);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var timer in _timers.Values)
        {
            timer.Dispose();
        }
    }

    private void WakeAfter(long pipelineRunId, TimeSpan delay)
    {
        var timer = timeProvider.CreateTimer(_ => Ring(pipelineRunId), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (_timers.TryAdd(pipelineRunId, timer))
        {
            timer.Change(delay, Timeout.InfiniteTimeSpan);
        }
        else
        {
            timer.Dispose(); // It is to be woken already.
        }
    }

    private void Ring(long pipelineRunId)
    {
        if (_timers.TryRemove(pipelineRunId, out var timer))
        {
            timer.Dispose();
            wake(pipelineRunId);
        }
    }
}
