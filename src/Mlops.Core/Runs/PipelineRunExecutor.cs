using Microsoft.Extensions.Logging;
using Mlops.Core.Database;
using Mlops.Core.Runs.Calls;

namespace Mlops.Core.Runs;

/// <summary>Takes a run from claimed to final: claims it, loops over its <c>RunPlan</c>, runs blocks in a leased session, stores every step.</summary>
public sealed class PipelineRunExecutor
{
    private readonly PipelineRunStore _runs;
    private readonly RunClaims _claims;
    private readonly RunStepStore _steps;
    private readonly RunLeases _leases;
    private readonly RunEvents _events;
    private readonly IBlockHost _host;
    private readonly BlockWorkFactory _works;
    private readonly RunBlockStarter _runBlocks;
    private readonly CodeCaller _codeCaller;
    private readonly ForsakenRuns _forsaken;
    private readonly TimeSpan _grace;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;

    internal PipelineRunExecutor(
        PipelineRunStore runs, RunClaims claims, RunStepStore steps, RunLeases leases, RunEvents events, IBlockHost host, BlockWorkFactory works,
        RunBlockStarter runBlocks, CodeCaller codeCaller, ForsakenRuns forsaken, MlopsCoreOptions options, TimeProvider timeProvider, ILogger<PipelineRunExecutor> logger)
    {
        _runs = runs;
        _events = events;
        _claims = claims;
        _steps = steps;
        _leases = leases;
        _host = host;
        _works = works;
        _runBlocks = runBlocks;
        _codeCaller = codeCaller;
        _forsaken = forsaken;
        _grace = options.StopGrace;
        _timeProvider = timeProvider;
        _logger = logger;
    }

    /// <summary>How often a command looks whether people said something, or whether a worker elsewhere ended the run.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    /// <summary>Blocks of one run that may run at once: twice the cores of this machine.</summary>
    private static int ParallelBlocks => Environment.ProcessorCount * 2;

    /// <summary>
    /// Executes the run until it is final or waits for a retry. Returns quietly where another worker owns it, it is final already, or it has to wait.
    /// </summary>
    /// <param name="pipelineRunId">The run.</param>
    /// <param name="cancellationToken">The worker is stopping: the run is handed back so that another one takes it up.</param>
    public async Task<RunOutcome> ExecuteAsync(long pipelineRunId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var lease = _leases.Offer(pipelineRunId);
        using var held = _leases.TryHold(pipelineRunId, lease, new RunSignals());
        if (held is null)
        {
            return RunOutcome.NotHere;
        }

        var claim = await _claims.ClaimAsync(pipelineRunId, lease, Begin, cancellationToken);
        if (claim.Begun is not { } begun)
        {
            return claim.IsBusy ? new RunOutcome { PipelineRunId = pipelineRunId, IsBusy = true } : RunOutcome.NotHere;
        }

        return await ExecuteAsync(begun, held, cancellationToken);
    }

    /// <summary>
    /// Executes the run until it is final, and through all waits for retries and for people: for a command that has nothing else to do. Another worker on the
    /// database may go on with it after such a wait.
    /// </summary>
    /// <inheritdoc cref="ExecuteAsync(long, CancellationToken)"/>
    public async Task ExecuteToEndAsync(long pipelineRunId, CancellationToken cancellationToken)
    {
        var called = new Dictionary<long, Task>();
        RunOutcome outcome;
        while (!(outcome = await ExecuteAsync(pipelineRunId, cancellationToken)).IsFinal
            && await _runs.FindStatusAsync(pipelineRunId, cancellationToken) is { } status && !status.IsFinal())
        {
            foreach (var child in await _runs.ListCalledAsync(pipelineRunId, cancellationToken))
            {
                // No server need be there to run it.
                _ = child.Status.IsFinal() || called.TryAdd(child.Id, ExecuteToEndAsync(child.Id, cancellationToken));
            }

            var wait = (outcome.ResumeAt ?? DateTimeOffset.MaxValue) - _timeProvider.GetUtcNow() + TimeSpan.FromMilliseconds(1);
            await Task.Delay(wait < TimeSpan.Zero ? TimeSpan.Zero : wait < LookInterval ? wait : LookInterval, _timeProvider, cancellationToken);
        }
    }

    /// <summary>Inserts a run whose first blocks are begun in the same transaction.</summary>
    /// <param name="run">The run; no trigger made it, and no limit holds it up.</param>
    /// <param name="cancellationToken">Gives up before the insert.</param>
    internal async Task<StartedRun> StartAsync(NewPipelineRun run, CancellationToken cancellationToken)
    {
        var lease = _leases.New();
        var begun = await _runs.InsertBegunAsync(run with { Lease = lease }, Begin, cancellationToken);
        var id = begun.Claimed.Run.Id;
        var held = _leases.TryHold(id, lease, new RunSignals())
            ?? throw new InvalidOperationException($"Run {id} was just made and is executed already.");
        _events.Publish(new RunChange(id, run.ProjectUuid, run.PipelineUuid, RunChangeKind.Status));
        return new StartedRun(begun.Progress.Snapshot(), async token =>
        {
            using (held)
            {
                return await ExecuteAsync(begun, held, token);
            }
        });
    }

    private async Task<RunOutcome> ExecuteAsync(BegunRun begun, RunLeases.HeldLease held, CancellationToken cancellationToken)
    {
        var pipelineRunId = begun.Claimed.Run.Id;
        held.Claimed();
        using var scope = Log.RunScope(_logger, pipelineRunId);
        Log.RunStarted(_logger, pipelineRunId, begun.Claimed.Run.ProjectUuid, begun.Claimed.Run.PipelineUuid);
        try
        {
            await RunAsync(begun, held, cancellationToken);
            await TellOthersAsync(begun);
            Log.RunLeft(_logger, pipelineRunId, begun.Progress.Status);
            return RunOutcome.Of(begun.Progress);
        }
        catch (Exception exception) when (DatabaseHealth.IsAway(exception))
        {
            // Nothing can be stored now. The lease expires, and whoever then takes the run up finds it as it was last stored.
            Log.RunLeftWithoutDatabase(_logger, pipelineRunId, exception);
            return RunOutcome.NotHere;
        }
        catch (Exception exception) // Our own fault or a missing project: this run fails and says so, all others go on.
        {
            Log.RunBroke(_logger, pipelineRunId, exception);
            await _steps.AbandonAsync(pipelineRunId, begun.Claimed.LeaseToken, exception is NotFoundException ? exception.Message : $"Internal error: {exception.Message}");
            TellWaiting(begun.Claimed.Run);
            return RunOutcome.Of(begun.Progress) with { IsFinal = true };
        }
    }

    /// <summary>Runs that this one waited for are not to go on without it, and one that waits for it is to go on.</summary>
    private async Task TellOthersAsync(BegunRun begun)
    {
        if (begun.Progress.IsFinal)
        {
            TellWaiting(begun.Claimed.Run);
            if (begun.Progress.Status != RunStatus.Completed)
            {
                await _forsaken.CancelAsync(begun.Claimed.Run.Id, CancellationToken.None);
            }
        }
    }

    /// <summary>Those that wait for the run; if nobody holds them, they are found by the next slot that becomes free, which is this one.</summary>
    private void TellWaiting(PipelineRun run)
    {
        if (run.ParentRunId is { } parent)
        {
            _leases.TellWoken(parent);
        }

        if (run.Product is not null)
        {
            _leases.TellAllWoken();
        }
    }

    private (BegunRun Result, RunStep Step) Begin(ClaimedRun claimed)
    {
        var now = _timeProvider.GetStorableNow();
        var progress = new RunProgress(claimed, now);
        var started = progress.StartReady(ParallelBlocks, now);
        return (new BegunRun(claimed, progress, started), progress.TakeStep([], now));
    }

    private async Task RunAsync(BegunRun begun, RunLeases.HeldLease held, CancellationToken stopping)
    {
        var signals = held.Signals;
        if (begun.Progress.IsFinal)
        {
            return;
        }

        if (begun.Started.Count == 0)
        {
            // Taken a moment before its retry is due, as clocks of machines differ.
            await _steps.WriteAsync(begun.Claimed.Run, begun.Progress.TakePark([], _timeProvider.GetStorableNow()));
            return;
        }

        BlockSessionOptions options;
        IBlockSession session;
        try
        {
            options = await _works.CreateSessionAsync(begun.Claimed.Run, stopping) with
            {
                Calls = (message, token) => _codeCaller.CallAsync(begun.Claimed.Run, message, token),
            };
            session = await _host.OpenAsync(options, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await _steps.WriteAsync(begun.Claimed.Run, begun.Progress.TakeHandBack([], _timeProvider.GetStorableNow()));
            return;
        }

        await using (session)
        {
            var mask = options.Secrets.Mask;
            using var log = new RunLogWriter(begun.Claimed, mask, _steps, _timeProvider, _logger);
            var running = new RunningBlocks(new BlockLauncher(new LeasedSession(session, held), _works, _runBlocks, log, mask, _timeProvider, _logger), signals, _grace, _timeProvider);
            using var execution = new RunExecution(begun.Progress, signals, running, log, _steps, _timeProvider);
            await execution.RunAsync(begun.Started, ParallelBlocks, stopping);
        }
    }

    /// <summary>A claimed run whose first blocks are stored as running.</summary>
    private sealed record BegunRun(ClaimedRun Claimed, RunProgress Progress, IReadOnlyList<BlockRun> Started);
}
