using System.Globalization;
using Mlops.Core.Database;

namespace Mlops.Core.Runs;

/// <summary>
/// One run from its claim to its end: a single loop that waits for signals (a block ended or took too long, cancel, lease lost, worker stopping), moves
/// the plan, stores each step, and only then starts what became ready. Blocks that end while a step is being stored share the next one.
/// </summary>
internal sealed class RunExecution : IDisposable
{
    private readonly RunProgress _progress;
    private readonly RunSignals _signals;
    private readonly RunningBlocks _running;
    private readonly RunLogWriter _log;
    private readonly RunStepStore _steps;
    private readonly TimeProvider _timeProvider;
    private readonly HashSet<string> _interrupted = new(StringComparer.Ordinal);
    private ITimer? _deadlineTimer;
    private ITimer? _retryTimer;
    private bool _isStopping;
    private bool _isGraceOver;

    public RunExecution(RunProgress progress, RunSignals signals, RunningBlocks running, RunLogWriter log, RunStepStore steps, TimeProvider timeProvider)
    {
        _progress = progress;
        _signals = signals;
        _running = running;
        _log = log;
        _steps = steps;
        _timeProvider = timeProvider;
    }

    /// <summary>Runs the blocks to the end of the run, or until it is given back or lost.</summary>
    /// <param name="started">Blocks whose start is stored already.</param>
    /// <param name="parallelBlocks">Blocks that may run at once.</param>
    /// <param name="stopping">The worker is stopping.</param>
    public async Task RunAsync(IReadOnlyList<BlockRun> started, int parallelBlocks, CancellationToken stopping)
    {
        await using var registration = stopping.Register(_signals.Stop);
        _deadlineTimer = _progress.Deadline is { } deadline ? SignalAt(deadline, _signals.EndTime) : null;
        while (true)
        {
            foreach (var block in started)
            {
                _running.Launch(block, _progress);
            }

            if (_progress.IsFinal || !await NextSignalsAsync())
            {
                return;
            }

            started = _isStopping ? [] : _progress.StartReady(parallelBlocks, Now());
            if (!await StoreAsync())
            {
                return;
            }
        }
    }

    /// <summary>Asks what still runs to stop.</summary>
    public void Dispose()
    {
        _running.Dispose();
        _deadlineTimer?.Dispose();
        _retryTimer?.Dispose();
        _log.Dispose();
    }

    private DateTimeOffset Now() => _timeProvider.GetStorableNow();

    /// <summary>Waits for a signal and takes all that came.</summary>
    /// <returns>False where the lease is lost.</returns>
    private async Task<bool> NextSignalsAsync()
    {
        await _signals.WaitAsync();
        var holdsLease = true;
        while (_signals.TryTake(out var signal))
        {
            holdsLease &= signal.Kind != RunSignalKind.LeaseLost;
            await TakeAsync(signal);
        }

        return holdsLease;
    }

    private async Task TakeAsync(RunSignal signal)
    {
        switch (signal.Kind)
        {
            case RunSignalKind.BlockEnded:
                EndBlock(signal.End!);
                break;
            case RunSignalKind.BlockTimeOver when _running.Find(signal.Block!.BlockUuid, signal.Block.Attempt) is { } late:
                late.TimedOut = true;
                Log(signal.Block, RunLogLevel.Warning, "The block took longer than its timeout and is asked to stop.");
                _running.Stop(signal.Block);
                break;
            case RunSignalKind.BlockGraceOver when _running.Find(signal.Block!.BlockUuid, signal.Block.Attempt) is not null:
                await _running.AbortAsync($"Block '{signal.Block.BlockUuid}' took longer than its timeout and did not stop when it was asked to.");
                EndBlock(new BlockEnd(signal.Block.BlockUuid, signal.Block.Attempt, null, [], WasInterrupted: true));
                break;
            case RunSignalKind.Cancel when _progress.Run.CancelRequestedAt is null:
                Stop(RunStatus.Cancelled, null, "Cancelled: running blocks are asked to stop.");
                break;
            case RunSignalKind.Woken when signal.WakeUps != _progress.WakeUps:
                await TakeNewsAsync();
                break;
            case RunSignalKind.RetryDue when _progress.HasLateWait(_timeProvider.GetUtcNow()):
                await TakeNewsAsync();
                break;
            case RunSignalKind.TimeOver when _progress.Deadline > _timeProvider.GetUtcNow():
                _deadlineTimer?.Dispose();
                _deadlineTimer = SignalAt(_progress.Deadline.Value, _signals.EndTime);
                break;
            case RunSignalKind.TimeOver:
                var error = RunTimeout.Describe(_progress.Run.Terms);
                Stop(RunTimeout.Outcome(_progress.Run.Terms), error, $"{error} Running blocks are asked to stop.");
                break;
            case RunSignalKind.Stopping:
                _isStopping = true;
                _running.StopAll(callbacksToo: true);
                break;
            case RunSignalKind.GraceOver when _isStopping || _progress.Running.Any(uuid => !_progress[uuid].IsCallback):
                await LeaveBehindAsync();
                break;
        }
    }

    private async Task TakeNewsAsync()
    {
        foreach (var failure in _progress.TakeNews(await _steps.ReadNewsAsync(_progress.Run.Id), Now()))
        {
            Note(failure);
        }
    }

    private void Stop(RunStatus outcome, string? error, string line)
    {
        if (_progress.IsStopped)
        {
            return;
        }

        _log.Append(RunLogLevel.Warning, line);
        _progress.Stop(outcome, error, Now());
        _running.StopAll(callbacksToo: false);
        foreach (var uuid in _interrupted)
        {
            EndBlock(new BlockEnd(uuid, _progress[uuid].Attempt, null, [], WasInterrupted: true));
        }
    }

    private void EndBlock(BlockEnd end)
    {
        var block = _progress[end.BlockUuid];
        if (block.Status != BlockRunStatus.Running || block.Attempt != end.Attempt)
        {
            return;
        }

        var running = _running.Find(end.BlockUuid, end.Attempt);
        _running.Remove(end.BlockUuid);
        if (_isStopping && (!_progress.IsStopped || block.IsCallback) && (end.WasInterrupted || end.Result?.Error is not null))
        {
            // What fails once the worker is stopping most likely fails for that. It stays running in the plan: to be given back, or to be cancelled
            // where that is asked for in the meantime.
            _interrupted.Add(end.BlockUuid);
            return;
        }

        var ended = block with { CompletedAt = Now(), Error = end.Result?.Error, Tests = end.Result?.Tests ?? [], Outputs = end.Outputs };
        if (running is { TimedOut: true })
        {
            Fail(ended with { Error = RunTimeout.ErrorOf(block), Outputs = [] });
        }
        else if (running is { WasAborted: true } && end.Result is { RunnerDied: true } && (!_progress.IsStopped || block.IsCallback))
        {
            Log(block, RunLogLevel.Warning, "The block begins again: its runner was ended because of another block.");
            _progress.Again(ended with { Status = BlockRunStatus.Cancelled }, Now());
        }
        else if (end.WasInterrupted || (_progress.IsStopped && ended.Error is not null && !block.IsCallback))
        {
            _progress.End(ended with { Status = BlockRunStatus.Cancelled });
        }
        else if (ended.Error is not null)
        {
            Fail(ended);
        }
        else if (end.WaitsFor is { } run)
        {
            Log(block, RunLogLevel.Info, $"Waits for run {run.Id} of pipeline {run.Name(_progress.Run.ProjectUuid)}.");
            foreach (var failure in _progress.WaitFor(ended with { Outputs = [] }, run))
            {
                Note(failure);
            }
        }
        else if (end.IsLeftOut || (block.IsCallback && end.Result is { Answer: false }))
        {
            _progress.End(ended with { Status = BlockRunStatus.ConditionFailed });
        }
        else if (end.Result is { Answer: false })
        {
            LookAgain(ended);
        }
        else
        {
            _progress.End(ended with { Status = BlockRunStatus.Completed, FanItems = end.Result?.FanItems });
        }
    }

    /// <summary>A sensor has not found what it waits for: it looks again after its interval, for the last time when its timeout is over.</summary>
    private void LookAgain(BlockRun looked)
    {
        var now = looked.CompletedAt!.Value;
        var deadline = looked.StartedAt + looked.Terms.Timeout;
        if (deadline <= now)
        {
            Fail(looked with { Error = RunTimeout.ErrorOf(looked) });
            return;
        }

        var next = now + looked.Terms.Interval!.Value;
        next = next > deadline ? deadline.Value : next;
        Log(looked, RunLogLevel.Info, string.Create(CultureInfo.InvariantCulture, $"Not yet; looks again in {(next - now).TotalSeconds:0.###} s."));
        _progress.LookAgain(looked, next);
    }

    /// <summary>A block failed: it is tried again as its policy says, or that was its end.</summary>
    private void Fail(BlockRun ended) => Note(_progress.Fail(ended, Now()));

    private void Note(BlockFailure failure)
    {
        var failed = failure.Block;
        Log(failed, RunLogLevel.Error, Describe(failed.Error!));
        if (failure.RetryDelay is { } delay)
        {
            Log(failed, RunLogLevel.Warning, string.Create(
                CultureInfo.InvariantCulture, $"Tried again in {delay.TotalSeconds:0.###} s (retry {failed.Failures} of {failed.Terms.Retry.Retries})."));
            return;
        }

        StopAfter(failed);
    }

    private void StopAfter(BlockRun failed)
    {
        if (!_progress.Run.Terms.AllowBlocksToFail && !failed.IsCallback)
        {
            Stop(RunStatus.Failed, null, $"Block '{failed.BlockUuid}' failed, and the run is not to go on after that: running blocks are asked to stop.");
        }
    }

    /// <summary>Blocks that do not heed the token are ended; where the host cannot do that, only on paper: what they still do finds a run that is over.</summary>
    private async Task LeaveBehindAsync()
    {
        _isGraceOver = true;
        await _running.AbortAsync("The block did not stop when it was asked to.");
        foreach (var uuid in _progress.IsStopped ? _progress.Running.Where(uuid => _isStopping || !_progress[uuid].IsCallback) : [])
        {
            Log(_progress[uuid], RunLogLevel.Warning, "The block did not stop in time after it was asked to; it is left behind.");
            EndBlock(new BlockEnd(uuid, _progress[uuid].Attempt, null, [], WasInterrupted: true));
        }
    }

    /// <summary>Stores what changed; gives the run back where nothing can run now.</summary>
    /// <returns>Whether the run goes on here.</returns>
    private async Task<bool> StoreAsync()
    {
        foreach (var (block, text) in _progress.TakeNotes())
        {
            Log(block, RunLogLevel.Info, text);
        }

        var running = _progress.Running;
        var handsBack = _isStopping && !_progress.IsFinal && (_isGraceOver || _interrupted.IsSupersetOf(running));
        var parks = !handsBack && !_progress.IsFinal && running.Count == 0;
        ScheduleRetry(handsBack || parks);
        if (!_progress.HasChanges && !_progress.IsFinal && !handsBack && !parks)
        {
            return true;
        }

        var lines = _log.Take(out var earlierLines);
        var now = Now();
        var step = handsBack ? _progress.TakeHandBack(lines, now) : parks ? _progress.TakePark(lines, now) : _progress.TakeStep(lines, now);
        return await _steps.WriteAsync(_progress.Run, step, earlierLines) && !handsBack && !parks;
    }

    private void ScheduleRetry(bool ends)
    {
        _retryTimer?.Dispose();
        _retryTimer = !ends && _progress.NextRetry is { } next ? SignalAt(next.NextAttemptAt!.Value, _signals.Retry) : null;
    }

    private ITimer SignalAt(DateTimeOffset at, Action signal)
    {
        // Never early: a timer that fires a fraction before its instant would find nothing due.
        var time = at - _timeProvider.GetUtcNow() + TimeSpan.FromMilliseconds(1);
        return _timeProvider.CreateTimer(_ => signal(), null, TimeSpan.FromTicks(Math.Clamp(time.Ticks, 0, TimeSpan.FromDays(49).Ticks)), Timeout.InfiniteTimeSpan);
    }

    private void Log(BlockRun block, RunLogLevel level, string text) => _log.Append(block.BlockUuid, block.Attempt, new BlockLogLine(Now(), level, text));

    private static string Describe(BlockError error) =>
        error.File is null ? $"{error.Type}: {error.Message}" : $"{error.Type}: {error.Message} ({error.File}:{error.Line})";
}
