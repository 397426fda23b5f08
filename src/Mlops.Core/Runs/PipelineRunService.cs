using System.Text.Json;

namespace Mlops.Core.Runs;

/// <summary>Use cases of pipeline runs, for UI, REST and command line alike.</summary>
public sealed class PipelineRunService
{
    /// <summary>
    /// Starts a run of a pipeline: reads the pipeline, checks graph and variables, inserts run and block runs in one transaction, and wakes a worker.
    /// </summary>
    /// <param name="projectUuid">The project.</param>
    /// <param name="pipelineUuid">The pipeline.</param>
    /// <param name="variables">Variables of this run; they go before the pipeline's own.</param>
    /// <param name="origin">What makes it.</param>
    /// <param name="cancellationToken">Gives up before the insert.</param>
    /// <exception cref="NotFoundException">There is no such project or pipeline.</exception>
    /// <exception cref="InvalidRequestException">The pipeline is invalid or a variable does not fit.</exception>
    public Task<PipelineRun> StartAsync(
        string projectUuid, string pipelineUuid, IReadOnlyDictionary<string, JsonElement> variables, RunOrigin origin, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>The run with its block runs and outputs.</summary>
    /// <exception cref="NotFoundException">There is no such run.</exception>
    public Task<PipelineRun> GetAsync(long pipelineRunId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Runs, newest first.</summary>
    public Task<PipelineRunPage> ListAsync(PipelineRunFilter filter, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The last runs of every pipeline of a project, newest first, at most <paramref name="perPipeline"/> each, by pipeline uuid.</summary>
    public Task<IReadOnlyDictionary<string, IReadOnlyList<PipelineRun>>> ListLatestAsync(
        string projectUuid, int perPipeline, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Figures of a project or pipeline since <paramref name="since"/>.</summary>
    public Task<RunStatistics> GetStatisticsAsync(
        string projectUuid, string? pipelineUuid, DateTimeOffset since, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Asks to cancel a run; returns the run as it then is. A final run stays as it is.</summary>
    /// <exception cref="NotFoundException">There is no such run.</exception>
    public Task<PipelineRun> CancelAsync(long pipelineRunId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Runs those blocks of a final run again that did not complete; completed ones keep their outputs.</summary>
    /// <exception cref="NotFoundException">There is no such run.</exception>
    /// <exception cref="InvalidRequestException"><c>conflict</c>: the run is not final, or all its blocks completed.</exception>
    public Task<PipelineRun> RetryIncompleteAsync(long pipelineRunId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Waits until the run is final or <paramref name="timeout"/> is over; returns the run as it then is. Woken by events, never polls.</summary>
    public Task<PipelineRun> WaitAsync(long pipelineRunId, TimeSpan timeout, CancellationToken cancellationToken) => throw new NotImplementedException();
}

/// <summary>Which runs to list. Null takes all.</summary>
/// <param name="ProjectUuid">Of this project.</param>
/// <param name="PipelineUuid">Of this pipeline.</param>
/// <param name="Status">With this status.</param>
/// <param name="Before">With an id below this one: the last of the page before.</param>
/// <param name="Limit">At most so many; 1 to 200.</param>
public sealed record PipelineRunFilter(string? ProjectUuid = null, string? PipelineUuid = null, RunStatus? Status = null, long? Before = null, int Limit = 30);

/// <summary>A page of runs, newest first.</summary>
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
