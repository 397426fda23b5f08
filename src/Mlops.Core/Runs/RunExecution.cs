using Mlops.Core.Database;

namespace Mlops.Core.Runs;

/// <summary>
/// One run from its claim to its end: a single loop that waits for signals (a block ended, cancel, lease lost, worker stopping), moves the plan, stores
/// each step, and only then starts what became ready. Blocks that end while a step is being stored share the next one.
/// </summary>
internal sealed class RunExecution : IDisposable
{
    /// <summary>How long a block may go on after it was asked to stop before it is left behind.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly RunProgress _progress;
    private readonly RunSignals _signals;
    private readonly RunLogWriter _log;
    private readonly RunStepStore _steps;
    private readonly TimeProvider _timeProvider;
    private readonly HashSet<string> _interrupted = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopBlocks = new();
    private ITimer? _graceTimer;
    private bool _isCancelling;
    private bool _isStopping;
    private bool _isGraceOver;

    public RunExecution(RunProgress progress, RunSignals signals, RunLogWriter log, RunStepStore steps, TimeProvider timeProvider)
    {
        _progress = progress;
        _signals = signals;
        _log = log;
        _steps = steps;
        _timeProvider = timeProvider;
        _isCancelling = progress.Run.CancelRequestedAt is not null;
    }

    /// <summary>Runs the blocks to the end of the run, or until it is given back or lost.</summary>
    /// <param name="started">Blocks whose start is stored already.</param>
    /// <param name="launcher">Runs their code.</param>
    /// <param name="parallelBlocks">Blocks that may run at once.</param>
    /// <param name="stopping">The worker is stopping.</param>
    public async Task RunAsync(IReadOnlyList<BlockRun> started, BlockLauncher launcher, int parallelBlocks, CancellationToken stopping)
    {
        await using var registration = stopping.Register(_signals.Stop);
        while (true)
        {
            foreach (var block in started)
            {
                launcher.Launch(block, _progress, _signals, _stopBlocks.Token);
            }

            if (_progress.IsFinal || !await NextSignalsAsync())
            {
                return;
            }

            started = _isCancelling || _isStopping ? [] : _progress.StartReady(parallelBlocks, Now());
            var handsBack = _isStopping && !_progress.IsFinal && (_isGraceOver || _interrupted.IsSupersetOf(_progress.Running));
            if (!await StoreAsync(handsBack) || handsBack)
            {
                return;
            }
        }
    }

    /// <summary>Asks what still runs to stop.</summary>
    public void Dispose()
    {
        _stopBlocks.Cancel();
        _graceTimer?.Dispose();
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
            switch (signal.Kind)
            {
                case RunSignalKind.BlockEnded:
                    EndBlock(signal.End!);
                    break;
                case RunSignalKind.Cancel when !_isCancelling:
                    _isCancelling = true;
                    _log.Append(RunLogLevel.Warning, "Cancelled: running blocks are asked to stop.");
                    _progress.Cancel(Now());
                    StopBlocks();
                    break;
                case RunSignalKind.Stopping:
                    _isStopping = true;
                    StopBlocks();
                    break;
                case RunSignalKind.GraceOver:
                    _isGraceOver = true;
                    LeaveBehind();
                    break;
                case RunSignalKind.LeaseLost:
                    holdsLease = false;
                    break;
            }
        }

        return holdsLease;
    }

    private void EndBlock(BlockEnd end)
    {
        var block = _progress[end.BlockUuid];
        if (_isStopping && !_isCancelling && (end.WasInterrupted || end.Result?.Error is not null))
        {
            // What fails once the worker is stopping most likely fails for that. It stays running in the plan: to be given back, or to be cancelled
            // where that is asked for in the meantime.
            _interrupted.Add(end.BlockUuid);
            return;
        }

        var status = end switch
        {
            { WasInterrupted: true } => BlockRunStatus.Cancelled,
            { Result.Error: not null } => _isCancelling ? BlockRunStatus.Cancelled : BlockRunStatus.Failed,
            _ => BlockRunStatus.Completed,
        };
        if (block.Status == BlockRunStatus.Running && status == BlockRunStatus.Failed)
        {
            _log.Append(block.BlockUuid, block.Attempt, new BlockLogLine(Now(), RunLogLevel.Error, Describe(end.Result!.Error!)));
        }

        _progress.End(block with
        {
            Status = status,
            CompletedAt = Now(),
            Error = end.Result?.Error,
            Tests = end.Result?.Tests ?? [],
            Outputs = end.Outputs,
        });
    }

    private void StopBlocks()
    {
        _graceTimer ??= _timeProvider.CreateTimer(_ => _signals.EndGrace(), null, Grace, Timeout.InfiniteTimeSpan);
        _stopBlocks.Cancel();
        if (_isCancelling)
        {
            foreach (var uuid in _interrupted)
            {
                EndBlock(new BlockEnd(uuid, null, [], WasInterrupted: true));
            }
        }
    }

    /// <summary>Blocks that do not heed the token are cancelled on paper; whatever they still do finds a run that is over.</summary>
    private void LeaveBehind()
    {
        if (!_isCancelling)
        {
            return;
        }

        foreach (var uuid in _progress.Running)
        {
            var block = _progress[uuid];
            _log.Append(uuid, block.Attempt, new BlockLogLine(
                Now(), RunLogLevel.Warning, $"The block did not stop within {Grace.TotalSeconds:0} s after it was asked to; it is left behind."));
            EndBlock(new BlockEnd(uuid, null, [], WasInterrupted: true));
        }
    }

    private async Task<bool> StoreAsync(bool handsBack)
    {
        if (!_progress.HasChanges && !_progress.IsFinal && !handsBack)
        {
            return true;
        }

        var lines = _log.Take(out var earlierLines);
        var now = Now();
        var step = handsBack ? _progress.TakeHandBack(lines, now) : _progress.TakeStep(lines, now);
        return await _steps.WriteAsync(_progress.Run, step, earlierLines);
    }

    private static string Describe(BlockError error) =>
        error.File is null ? $"{error.Type}: {error.Message}" : $"{error.Type}: {error.Message} ({error.File}:{error.Line})";
}
