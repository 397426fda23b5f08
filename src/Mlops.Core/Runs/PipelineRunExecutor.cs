using System.Data.Common;
using Microsoft.Extensions.Logging;
using Mlops.Core.Database;

namespace Mlops.Core.Runs;

/// <summary>Takes a run from claimed to final: claims it, loops over its <c>RunPlan</c>, runs blocks in a leased session, stores every step.</summary>
public sealed class PipelineRunExecutor
{
    private readonly RunStepStore _steps;
    private readonly RunLeases _leases;
    private readonly IBlockHost _host;
    private readonly BlockWorkFactory _works;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;

    internal PipelineRunExecutor(
        RunStepStore steps, RunLeases leases, IBlockHost host, BlockWorkFactory works, TimeProvider timeProvider, ILogger<PipelineRunExecutor> logger)
    {
        _steps = steps;
        _leases = leases;
        _host = host;
        _works = works;
        _timeProvider = timeProvider;
        _logger = logger;
    }

    /// <summary>Blocks of one run that may run at once: twice the cores of this machine.</summary>
    private static int ParallelBlocks => Environment.ProcessorCount * 2;

    /// <summary>
    /// Executes the run to its end. Returns quietly where another worker owns it or it is final already.
    /// </summary>
    /// <param name="pipelineRunId">The run.</param>
    /// <param name="cancellationToken">The worker is stopping: the run is handed back so that another one takes it up.</param>
    public async Task ExecuteAsync(long pipelineRunId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var lease = _leases.Offer(pipelineRunId);
        var signals = new RunSignals();
        using var held = _leases.TryHold(pipelineRunId, lease.Token, signals);
        if (held is null)
        {
            return;
        }

        var begun = await _steps.ClaimAsync(pipelineRunId, lease, Begin, cancellationToken);
        if (begun is null)
        {
            return;
        }

        held.Claimed();
        using var scope = Log.RunScope(_logger, pipelineRunId);
        Log.RunStarted(_logger, pipelineRunId, begun.Claimed.Run.ProjectUuid, begun.Claimed.Run.PipelineUuid);
        try
        {
            await RunAsync(begun, signals, cancellationToken);
            Log.RunLeft(_logger, pipelineRunId, begun.Progress.Status);
        }
        catch (DbException exception) when (exception.IsTransient)
        {
            // Nothing can be stored now. The lease expires, and whoever then takes the run up finds it as it was last stored.
            Log.RunLeftWithoutDatabase(_logger, pipelineRunId, exception);
        }
        catch (Exception exception) // Our own fault or a missing project: this run fails and says so, all others go on.
        {
            Log.RunBroke(_logger, pipelineRunId, exception);
            await _steps.AbandonAsync(pipelineRunId, lease.Token, exception is NotFoundException ? exception.Message : $"Internal error: {exception.Message}");
        }
    }

    private (BegunRun Result, RunStep Step) Begin(ClaimedRun claimed)
    {
        var now = _timeProvider.GetStorableNow();
        var progress = new RunProgress(claimed, now);
        var started = progress.StartReady(ParallelBlocks, now);
        return (new BegunRun(claimed, progress, started), progress.TakeStep([], now));
    }

    private async Task RunAsync(BegunRun begun, RunSignals signals, CancellationToken stopping)
    {
        if (begun.Progress.IsFinal)
        {
            return;
        }

        using var log = new RunLogWriter(begun.Claimed, _steps, _timeProvider, _logger);
        IBlockSession session;
        try
        {
            session = await _host.OpenAsync(_works.CreateSession(begun.Claimed.Run), stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await _steps.WriteAsync(begun.Claimed.Run, begun.Progress.TakeHandBack([], _timeProvider.GetStorableNow()));
            return;
        }

        await using (session)
        {
            using var execution = new RunExecution(begun.Progress, signals, log, _steps, _timeProvider);
            var launcher = new BlockLauncher(session, _works, log, _logger);
            await execution.RunAsync(begun.Started, launcher, ParallelBlocks, stopping);
        }
    }

    /// <summary>A claimed run whose first blocks are stored as running.</summary>
    private sealed record BegunRun(ClaimedRun Claimed, RunProgress Progress, IReadOnlyList<BlockRun> Started);
}
