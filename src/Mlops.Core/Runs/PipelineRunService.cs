using System.Globalization;
using System.Text.Json;
using Mlops.Core.Database;
using Mlops.Core.Runs.Calls;

namespace Mlops.Core.Runs;

/// <summary>Use cases of pipeline runs, for UI, REST and command line alike.</summary>
public sealed class PipelineRunService
{
    private readonly PipelineRunStarter _starter;
    private readonly PipelineRunStore _runs;
    private readonly RunStepStore _steps;
    private readonly PipelineRunExecutor _executor;
    private readonly RunDispatcher _dispatcher;
    private readonly RunLeases _leases;
    private readonly RunWaiter _waiter;

    internal PipelineRunService(
        PipelineRunStarter starter, PipelineRunStore runs, RunStepStore steps, PipelineRunExecutor executor, RunDispatcher dispatcher, RunLeases leases,
        RunWaiter waiter)
    {
        _starter = starter;
        _runs = runs;
        _steps = steps;
        _executor = executor;
        _dispatcher = dispatcher;
        _leases = leases;
        _waiter = waiter;
    }

    /// <summary>
    /// Starts a run of a pipeline: reads the pipeline, checks graph and variables, inserts run and block runs in one transaction, and wakes a worker.
    /// </summary>
    /// <param name="projectUuid">The project.</param>
    /// <param name="pipelineUuid">The pipeline.</param>
    /// <param name="variables">Variables of this run; they go before the pipeline's own.</param>
    /// <param name="origin">What makes it.</param>
    /// <param name="cancellationToken">Gives up before the insert.</param>
    /// <exception cref="NotFoundException">There is no such project or pipeline.</exception>
    /// <exception cref="InvalidRequestException">The pipeline is invalid or a block cannot run here.</exception>
    public async Task<PipelineRun> StartAsync(
        string projectUuid, string pipelineUuid, IReadOnlyDictionary<string, JsonElement> variables, RunOrigin origin, CancellationToken cancellationToken)
    {
        var prepared = _starter.Prepare(new PipelineName(projectUuid, pipelineUuid), [variables], origin);
        if (_starter.MayStartAtOnce(prepared) && _dispatcher.TryReserve() is { } slot)
        {
            return await StartInAsync(slot, prepared, cancellationToken);
        }

        var run = await _runs.InsertAsync(prepared, cancellationToken);

        // Killed here, the run is durable and recovery wakes it.
        _dispatcher.Wake(run.Id);
        return run;
    }

    private async Task<PipelineRun> StartInAsync(RunSlot slot, NewPipelineRun prepared, CancellationToken cancellationToken)
    {
        try
        {
            // Killed after this, the run has a lease whose owner is known to be dead.
            var started = await _executor.StartAsync(prepared, cancellationToken);
            slot.Use(started.ExecuteAsync);
            return started.Run;
        }
        finally
        {
            slot.Release();
        }
    }

    /// <summary>
    /// Starts a run that this process executes itself, by <see cref="PipelineRunExecutor.ExecuteToEndAsync"/> right after: it is born with this process's
    /// lease, so that no server on the same database takes it, and it is not enqueued.
    /// </summary>
    /// <param name="wish">The run.</param>
    /// <param name="cancellationToken">Gives up before the insert.</param>
    /// <exception cref="NotFoundException">There is no such project, pipeline or block.</exception>
    /// <exception cref="InvalidRequestException">The pipeline is invalid or a block cannot run here.</exception>
    public async Task<PipelineRun> StartClaimedAsync(ClaimedRunWish wish, CancellationToken cancellationToken)
    {
        var lease = _leases.New();
        var prepared = _starter.Prepare(new PipelineName(wish.ProjectUuid, wish.PipelineUuid), [wish.Variables], RunOrigin.Cli, wish.Only);
        var blocks = wish.SkipsSensors
            ? [.. prepared.Blocks.Select(block => block with { Terms = block.Terms with { IsSkipped = block.Terms.Interval is not null } })]
            : prepared.Blocks;
        var run = await _runs.InsertAsync(prepared with { Lease = lease, Blocks = blocks }, cancellationToken);
        _leases.Reserve(run.Id, lease);
        return run;
    }

    /// <summary>Starts the run of a trigger, and wakes a worker.</summary>
    /// <param name="triggered">The trigger, its instant and its variables.</param>
    /// <param name="admit">Decides in the transaction that inserts the run whether it does; may be executed twice.</param>
    /// <param name="cancellationToken">Gives up before the insert.</param>
    /// <returns>The run; null where it was not admitted, or the trigger has one for this instant already.</returns>
    /// <exception cref="NotFoundException">There is no such project or pipeline.</exception>
    /// <exception cref="InvalidRequestException">The pipeline is invalid or a block cannot run here.</exception>
    internal async Task<PipelineRun?> StartTriggeredAsync(
        TriggeredRun triggered, Func<WriteSession, RunAdmission> admit, CancellationToken cancellationToken)
    {
        var run = await _starter.StartTriggeredAsync(triggered, admit, cancellationToken);
        if (run is { Status: RunStatus.Initial })
        {
            _dispatcher.Wake(run.Id);
        }

        return run;
    }

    /// <summary>The run with its block runs and outputs.</summary>
    /// <exception cref="NotFoundException">There is no such run.</exception>
    public async Task<PipelineRun> GetAsync(long pipelineRunId, CancellationToken cancellationToken) =>
        await _runs.FindAsync(pipelineRunId, cancellationToken) ?? throw NoSuchRun(pipelineRunId);

    /// <summary>The run that has a block run.</summary>
    /// <exception cref="NotFoundException">There is no such block run.</exception>
    public async Task<PipelineRun> GetOfBlockRunAsync(long blockRunId, CancellationToken cancellationToken)
    {
        var id = blockRunId.ToString(CultureInfo.InvariantCulture);
        return await _runs.FindIdOfBlockRunAsync(blockRunId, cancellationToken) is { } run
            ? await GetAsync(run, cancellationToken)
            : throw new NotFoundException("block_run", id, $"There is no block run {id}. Its run may have been removed; a run lists its block runs with their ids.");
    }

    /// <summary>Where the run stands; null where there is none.</summary>
    public Task<RunStatus?> FindStatusAsync(long pipelineRunId, CancellationToken cancellationToken) => _runs.FindStatusAsync(pipelineRunId, cancellationToken);

    /// <summary>Runs, newest first.</summary>
    public Task<PipelineRunPage> ListAsync(PipelineRunFilter filter, CancellationToken cancellationToken) => _runs.ListAsync(filter, cancellationToken);

    /// <summary>
    /// The last runs of every pipeline of a project, newest first, at most <paramref name="perPipeline"/> each, by pipeline uuid. Only the newest of
    /// each pipeline has its block runs: of thousands of pipelines they would be most of what is read.
    /// </summary>
    public Task<IReadOnlyDictionary<string, IReadOnlyList<PipelineRun>>> ListLatestAsync(
        string projectUuid, int perPipeline, CancellationToken cancellationToken) => _runs.ListLatestAsync(projectUuid, perPipeline, cancellationToken);

    /// <summary>Figures of a project or pipeline since <paramref name="since"/>.</summary>
    public Task<RunStatistics> GetStatisticsAsync(
        string projectUuid, string? pipelineUuid, DateTimeOffset since, CancellationToken cancellationToken) =>
        _runs.GetStatisticsAsync(projectUuid, pipelineUuid, since, cancellationToken);

    /// <summary>How many runs of a project were created each day, by status; days (of UTC) and statuses without any are left out. By day.</summary>
    /// <param name="projectUuid">The project.</param>
    /// <param name="from">The first day.</param>
    /// <param name="until">The day after the last one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<RunDayCount>> CountByDayAsync(string projectUuid, DateOnly from, DateOnly until, CancellationToken cancellationToken) =>
        _runs.CountByDayAsync(projectUuid, from, until, cancellationToken);

    /// <summary>Asks to cancel a run; returns the run as it then is. A final run stays as it is.</summary>
    /// <exception cref="NotFoundException">There is no such run.</exception>
    public async Task<PipelineRun> CancelAsync(long pipelineRunId, CancellationToken cancellationToken)
    {
        await _steps.RequestCancelAsync(pipelineRunId, cancellationToken);
        _leases.TellCancel(pipelineRunId);
        var run = await GetAsync(pipelineRunId, cancellationToken);
        if (run is { Status: RunStatus.Running, WaitingFor: not null })
        {
            // Nobody holds it, since it waited for a retry or its worker died: somebody has to end it.
            _dispatcher.Wake(pipelineRunId);
        }

        if (run is { Status: RunStatus.Cancelled, ParentRunId: { } parent })
        {
            _leases.TellWoken(parent);
            _dispatcher.Look();
        }

        return run;
    }

    /// <summary>The runs that are blocks of a run, in the order of their creation.</summary>
    public Task<IReadOnlyList<CalledRun>> ListCalledAsync(long pipelineRunId, CancellationToken cancellationToken) => _runs.ListCalledAsync(pipelineRunId, cancellationToken);

    /// <summary>Runs those blocks of a final run again that did not complete; completed ones keep their outputs.</summary>
    /// <exception cref="NotFoundException">There is no such run.</exception>
    /// <exception cref="InvalidRequestException"><c>conflict</c>: the run is not final, or all its blocks completed.</exception>
    public Task<PipelineRun> RetryIncompleteAsync(long pipelineRunId, CancellationToken cancellationToken) =>
        RetryAsync(pipelineRunId, fromBlock: null, cancellationToken);

    /// <summary>Runs a block of a final run again and all that depend on it, completed ones too; all others keep their outputs.</summary>
    /// <exception cref="NotFoundException">There is no such run or block.</exception>
    /// <exception cref="InvalidRequestException"><c>conflict</c>: the run is not final.</exception>
    public Task<PipelineRun> RetryFromAsync(long pipelineRunId, string blockUuid, CancellationToken cancellationToken) =>
        RetryAsync(pipelineRunId, blockUuid, cancellationToken);

    private async Task<PipelineRun> RetryAsync(long pipelineRunId, string? fromBlock, CancellationToken cancellationToken)
    {
        _ = await _runs.FindStatusAsync(pipelineRunId, cancellationToken) ?? throw NoSuchRun(pipelineRunId);
        await _steps.ResetAsync(pipelineRunId, fromBlock, cancellationToken);
        _dispatcher.Wake(pipelineRunId);
        return await GetAsync(pipelineRunId, cancellationToken);
    }

    /// <summary>Waits until the run is final or <paramref name="timeout"/> is over; returns the run as it then is. Woken by events, never polls.</summary>
    /// <exception cref="NotFoundException">There is no such run.</exception>
    public async Task<PipelineRun> WaitAsync(long pipelineRunId, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await _waiter.WaitAsync(pipelineRunId, timeout, cancellationToken);
        return await GetAsync(pipelineRunId, cancellationToken);
    }

    internal static NotFoundException NoSuchRun(long pipelineRunId) => new(
        "pipeline_run", pipelineRunId.ToString(CultureInfo.InvariantCulture),
        $"There is no pipeline run {pipelineRunId}. It may have been removed; the list of runs shows those that there are.");
}

/// <summary>A page of runs.</summary>
/// <param name="Runs">The runs, their block runs without outputs.</param>
/// <param name="NextBefore">Value of <see cref="PipelineRunFilter.Before"/> for the next page; null on the last one.</param>
/// <param name="TotalCount">Runs that fit the filter, whatever the page.</param>
public sealed record PipelineRunPage(IReadOnlyList<PipelineRun> Runs, long? NextBefore, long TotalCount);

/// <summary>Figures over runs.</summary>
/// <param name="Total">Runs created.</param>
/// <param name="Completed">Of these, completed.</param>
/// <param name="Failed">Of these, failed.</param>
/// <param name="FailedPipelines">Pipelines with a failed run.</param>
/// <param name="Running">Runs running now, whenever created.</param>
/// <param name="MedianDuration">Of the completed ones; null without any.</param>
/// <param name="Percentile95Duration">Of the completed ones; null without any.</param>
/// <param name="MedianWait">From created to started; null without any.</param>
/// <param name="ByHour">Runs and failed runs by hour, oldest first; 24 entries at most.</param>
public sealed record RunStatistics(
    long Total, long Completed, long Failed, long FailedPipelines, long Running,
    TimeSpan? MedianDuration, TimeSpan? Percentile95Duration, TimeSpan? MedianWait, IReadOnlyList<HourCount> ByHour);

/// <summary>Runs of one hour.</summary>
public sealed record HourCount(DateTimeOffset Hour, long Total, long Failed);
