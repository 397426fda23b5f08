using Microsoft.Extensions.Logging;
using Mlops.Core.Database;
using Mlops.Core.Runs;

namespace Mlops.Core.Triggers.Backfills;

/// <summary>Makes the runs of backfills that run, however many processes do so: see <see cref="BackfillStep"/>.</summary>
internal sealed class BackfillFiller(
    MetadataDatabase database, PipelineRunStarter starter, BackfillStore store, RunDispatcher dispatcher, BackfillSurroundings surroundings, ILogger<BackfillFiller> logger)
{
    /// <summary>Until the process that makes runs of a backfill has done so.</summary>
    private static readonly TimeSpan BusyDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>The backfills that run, with what is to be done for them; one query.</summary>
    public Task<IReadOnlyList<RunningBackfill>> ListRunningAsync(CancellationToken cancellationToken) => database.QueryAsync<RunningBackfill>(
        """
        select id, project_uuid as ProjectUuid, pipeline_uuid as PipelineUuid, max_concurrent_runs as MaxConcurrentRuns,
            case when next_at is null then 0 else 1 end as HasNext,
            (select count(*) from pipeline_run where backfill_id = backfill.id and status in ('initial', 'running')) as OpenCount,
            case when exists (select 1 from pipeline_run where backfill_id = backfill.id and is_retry_wanted) then 1 else 0 end as HasRetries
        from backfill where status = 'running' order by id
        """,
        null, cancellationToken);

    /// <summary>Does what is to be done for all backfills that run. One that cannot go on fails and stops no other.</summary>
    /// <param name="running">The backfills.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <returns>When to look again at the latest; null where a change of a run, or of a backfill, will say so.</returns>
    public async Task<TimeSpan?> FillAsync(IReadOnlyList<RunningBackfill> running, CancellationToken cancellationToken)
    {
        TimeSpan? again = null;
        foreach (var backfill in running.Where(each => each.IsDue))
        {
            if ((await TryFillAsync(backfill.Id, newLease: null, cancellationToken)).IsBusy)
            {
                again = BusyDelay;
            }
        }

        return again;
    }

    /// <summary>Makes as many runs of a backfill as may be open now.</summary>
    /// <param name="id">The backfill.</param>
    /// <param name="newLease">Gives runs a lease of this process, which executes them itself; null to leave them to workers.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <returns>The last step, with the runs of all.</returns>
    public async Task<BackfillStepResult> TryFillAsync(long id, Func<RunLease>? newLease, CancellationToken cancellationToken)
    {
        var runs = new List<MadeRun>();
        try
        {
            BackfillStepResult result;
            do
            {
                result = await StepAsync(id, newLease, cancellationToken);
                runs.AddRange(result.Runs);
            }
            while (result.IsMore);
            return result with { Runs = runs };
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && !DatabaseHealth.IsAway(exception))
        {
            // Expected (the pipeline is gone or invalid) or not, it is on the backfill for people to see, and stops no other.
            Log.BackfillFailed(logger, id, exception);
            await store.FailAsync(id, exception.Message, cancellationToken);
            return new BackfillStepResult(IsBusy: false, IsMore: false, IsOver: true, runs);
        }
    }

    private async Task<BackfillStepResult> StepAsync(long id, Func<RunLease>? newLease, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { Status: "running" } row)
        {
            return new BackfillStepResult(IsBusy: false, IsMore: false, IsOver: true, []);
        }

        var template = row.NextAt is null
            ? null
            : starter.Prepare(new PipelineName(row.ProjectUuid, row.PipelineUuid), [row.ReadVariables()], RunOrigin.Backfill);
        var step = new BackfillStep(id, template, newLease, surroundings.TimeProvider.GetStorableNow());
        var result = await database.RequestAsync(step.Execute, cancellationToken);
        foreach (var run in result.Runs)
        {
            surroundings.Events.Publish(new RunChange(run.Id, row.ProjectUuid, row.PipelineUuid, RunChangeKind.Status));
            if (run.Lease is null)
            {
                // Killed before this, the run is durable and recovery wakes it.
                dispatcher.Wake(run.Id);
            }
        }

        if (result.IsOver)
        {
            surroundings.Events.Publish(row.Change);
        }

        return result;
    }
}

/// <summary>What backfills hear of: the clock, and runs that end.</summary>
internal sealed record BackfillSurroundings(TimeProvider TimeProvider, RunEvents Events);

/// <summary>A backfill that runs, as the driver gives it.</summary>
internal sealed class RunningBackfill
{
    public long Id { get; init; }
    public string ProjectUuid { get; init; } = "";
    public string PipelineUuid { get; init; } = "";
    public int MaxConcurrentRuns { get; init; }
    public long HasNext { get; init; }
    public long OpenCount { get; init; }
    public long HasRetries { get; init; }

    /// <summary>Whether there is something to do for it now.</summary>
    public bool IsDue => HasNext + HasRetries > 0 ? OpenCount < MaxConcurrentRuns : OpenCount == 0;
}
