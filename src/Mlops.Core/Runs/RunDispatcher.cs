using System.Data.Common;
using Microsoft.Extensions.Logging;

namespace Mlops.Core.Runs;

/// <summary>
/// The slots of this process, each of which executes one run at a time. A run that somebody wakes goes to a free slot at once; a slot whose run is over
/// takes the oldest one that waits in the database. So nothing is queued here, and a worker never holds a run that it cannot start.
/// </summary>
public sealed class RunDispatcher : IDisposable
{
    /// <summary>Runs that a slot looks at in one query; more than one, so that workers who look at the same time do not all want the same one.</summary>
    private const int Candidates = 8;

    /// <summary>For blocks that do not heed their token, and for storing that their run is handed back.</summary>
    private static readonly TimeSpan HandBackTimeout = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan BusyDelay = TimeSpan.FromMilliseconds(50);

    private readonly PipelineRunExecutor _executor;
    private readonly RunClaims _claims;
    private readonly IRunQueue _queue;
    private readonly MlopsCoreOptions _options;
    private readonly RunWakeUps _wakeUps;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly HashSet<Task> _slots = [];
    private bool _isOpen;
    private int _lent;
    private bool _hasMissed;

    internal RunDispatcher(
        PipelineRunExecutor executor, RunClaims claims, IRunQueue queue, MlopsCoreOptions options, TimeProvider timeProvider, ILogger<RunDispatcher> logger)
    {
        _executor = executor;
        _claims = claims;
        _queue = queue;
        _options = options;
        _wakeUps = new RunWakeUps(Wake, timeProvider);
        _logger = logger;
    }

    /// <summary>Runs that are executed now.</summary>
    public int RunningCount
    {
        get
        {
            lock (_gate)
            {
                return _slots.Count;
            }
        }
    }

    /// <summary>Whether this process takes runs.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_gate)
            {
                return _isOpen;
            }
        }
    }

    /// <summary>Begins to take runs. Before that, and where it is never called, runs are left to others.</summary>
    public void Open()
    {
        lock (_gate)
        {
            _isOpen = !_stopping.IsCancellationRequested;
        }
    }

    /// <summary>Gives the run to a free slot of this process, else asks by the queue that some worker take it.</summary>
    public void Wake(long pipelineRunId)
    {
        if (!Offer(pipelineRunId))
        {
            _queue.Enqueue(pipelineRunId);
        }
    }

    /// <summary>Gives the run to a free slot of this process.</summary>
    /// <returns>False where there is none; the next slot that becomes free looks for runs that wait.</returns>
    public bool Offer(long pipelineRunId) => TryOccupy(token => _executor.ExecuteAsync(pipelineRunId, token));

    /// <summary>Lets free slots look for runs that wait in the database.</summary>
    public void Look() => TryOccupy(_ => Task.FromResult(RunOutcome.NotHere));

    /// <summary>
    /// Takes no more runs, lets those that are executed end for <paramref name="grace"/>, then hands them back and waits until they are, at most 20 s.
    /// Calling it again, or cancelling, ends the grace.
    /// </summary>
    public async Task StopAsync(TimeSpan grace, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        Task all;
        bool isSecond;
        lock (_gate)
        {
            isSecond = !_isOpen && _slots.Count > 0;
            _isOpen = false;
            all = Task.WhenAll(_slots);
        }

        if (!isSecond)
        {
            await WaitAsync(all, grace, timeProvider, cancellationToken);
        }

        await _stopping.CancelAsync();

        // While the database is away nothing can be handed back; the leases then expire by themselves.
        await WaitAsync(all, HandBackTimeout, timeProvider, CancellationToken.None);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _wakeUps.Dispose();
        _stopping.Cancel();
    }

    /// <summary>
    /// A run whose code waits for another run lends its slot until the result is disposed: for that time this process executes one more, so that runs which
    /// wait for others never hold all slots.
    /// </summary>
    internal IDisposable Lend()
    {
        lock (_gate)
        {
            _lent++;
        }

        Look();
        return new Loan(this);
    }

    /// <summary>Occupies a free slot with work that a run begins with; null where there is none.</summary>
    internal RunSlot? TryReserve()
    {
        var slot = new RunSlot();
        return TryOccupy(slot.RunAsync) ? slot : null;
    }

    /// <summary>Waits for the runs, but not for ever; what they throw was logged by their slots.</summary>
    private static async Task WaitAsync(Task all, TimeSpan time, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        try
        {
            await all.WaitAsync(time, timeProvider, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            // The time is over, which is what it is for.
        }
    }

    private bool TryOccupy(Func<CancellationToken, Task<RunOutcome>> first)
    {
        lock (_gate)
        {
            if (!_isOpen || _slots.Count - _lent >= _options.ParallelRuns)
            {
                _hasMissed = true;
                return false;
            }

            var slot = new Task<Task>(() => RunSlotAsync(first));
            var ended = slot.Unwrap();
            _slots.Add(ended);
            _ = ended.ContinueWith(_ => Leave(ended), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            slot.Start(TaskScheduler.Default);
            return true;
        }
    }

    private void Leave(Task slot)
    {
        bool looksAgain;
        lock (_gate)
        {
            // A run that was offered after this slot looked and before it left is not to wait for the next wake-up.
            looksAgain = _hasMissed && _isOpen;
            _hasMissed = false;
            _slots.Remove(slot);
        }

        if (looksAgain)
        {
            Look();
        }
    }

    /// <summary>
    /// A run that could not be executed, whatever the reason, is not tried again before another one could: a slot neither spins on it nor forgets it.
    /// </summary>
    private async Task RunSlotAsync(Func<CancellationToken, Task<RunOutcome>> first)
    {
        var tried = new HashSet<long>();
        for (var next = first; next is not null; next = await FindNextAsync(tried))
        {
            await ExecuteAsync(next);
        }
    }

    private async Task ExecuteAsync(Func<CancellationToken, Task<RunOutcome>> execute)
    {
        try
        {
            var outcome = await execute(_stopping.Token);
            if (outcome.IsFinal && (outcome.Frees is not null || _options.RunLimit is not null))
            {
                await _claims.WakeLimitedAsync(outcome.Frees, CancellationToken.None);
            }

            _wakeUps.Note(outcome, BusyDelay);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Nothing was begun.
        }
        catch (Exception exception) // One run's misfortune must not cost a slot; recovery finds the run.
        {
            Log.SlotFailed(_logger, exception);
        }
    }

    /// <summary>The next run that waits; null where there is none that this slot has not tried.</summary>
    private async Task<Func<CancellationToken, Task<RunOutcome>>?> FindNextAsync(HashSet<long> tried)
    {
        if (!_isOpen)
        {
            return null;
        }

        try
        {
            var waiting = (await _claims.ListClaimableAsync(Candidates + tried.Count, _stopping.Token)).Where(id => !tried.Contains(id)).ToArray();
            if (waiting.Length == 0)
            {
                return null;
            }

            // The oldest; after somebody else was faster, any other, so that workers do not follow one another from run to run.
            var chosen = waiting[tried.Count == 0 ? 0 : Random.Shared.Next(waiting.Length)];
            return async token =>
            {
                tried.Add(chosen);
                var outcome = await _executor.ExecuteAsync(chosen, token);
                if (outcome.IsFinal || outcome.ResumeAt is not null)
                {
                    tried.Clear();
                }

                return outcome;
            };
        }
        catch (Exception exception) when (exception is DbException or OperationCanceledException)
        {
            return null; // The database is away, or the worker is stopping; recovery wakes whoever can go on.
        }
    }

    private sealed class Loan(RunDispatcher dispatcher) : IDisposable
    {
        private int _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
            {
                lock (dispatcher._gate)
                {
                    dispatcher._lent--;
                }
            }
        }
    }
}
