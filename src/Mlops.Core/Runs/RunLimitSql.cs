using Mlops.Core.Database;

namespace Mlops.Core.Runs;

/// <summary>Whether a run that was just claimed may start beside those that run already; for use inside the operation that claims it.</summary>
internal static class RunLimitSql
{
    /// <summary>Key of the lock under which runs are counted against the limit of all workers; any number of our own will do.</summary>
    private const long GlobalKey = 0x6D6C6F7074;

    /// <summary>
    /// Counts under a lock that lasts until the transaction ends, so that two workers cannot both take the last place. A lock that another worker holds
    /// is not waited for: an operation shares its transaction with others, and two transactions could wait for each other.
    /// </summary>
    /// <param name="session">The session of the operation.</param>
    /// <param name="run">The run, claimed in this transaction.</param>
    /// <param name="runLimit">Limit over all pipelines; null for none.</param>
    /// <returns>Null where the run may start.</returns>
    public static LimitReached? Check(WriteSession session, PipelineRun run, int? runLimit)
    {
        var limits = run.Terms.Limits;
        if (!limits.LimitsRuns && runLimit is null)
        {
            return null;
        }

        if ((limits.LimitsRuns && !session.TryLock(PipelineKey(run))) || (runLimit is not null && !session.TryLock(GlobalKey)))
        {
            return new LimitReached("Another worker is counting the runs of this pipeline.", IsBusy: true);
        }

        return CheckAll(session, run, runLimit) ?? CheckPipeline(session, run) ?? CheckTrigger(session, run);
    }

    private static LimitReached? CheckAll(WriteSession session, PipelineRun run, int? limit)
    {
        if (limit is null)
        {
            return null;
        }

        // Code of the runs that it is inside of may wait for its end: they do not count against it, or it would never have its turn.
        var running = session.QueryFirst<long>(
            """
            with recursive own (id) as (
                select cast(@Id as bigint)
                union all
                select parent.parent_run_id from pipeline_run parent join own on parent.id = own.id where parent.parent_run_id is not null)
            select count(*) from pipeline_run where status = 'running' and lease_expires_at is not null and id not in (select id from own)
            """,
            new { run.Id });
        return running < limit ? null : new LimitReached($"{running} of {limit} runs are running on all workers (MLOPS_RUN_LIMIT).");
    }

    private static LimitReached? CheckPipeline(WriteSession session, PipelineRun run)
    {
        if (run.Terms.Limits.PipelineRunLimitAllTriggers is not { } limit)
        {
            return null;
        }

        var running = session.QueryFirst<long>(
            """
            select count(*) from pipeline_run
            where project_uuid = @ProjectUuid and pipeline_uuid = @PipelineUuid and status = 'running' and id <> @Id
            """,
            new { run.ProjectUuid, run.PipelineUuid, run.Id });
        return running < limit
            ? null
            : new LimitReached($"{running} of {limit} runs of this pipeline are running (pipeline_run_limit_all_triggers).");
    }

    /// <summary>Older runs of the trigger, or of the backfill, that wait count too, so that runs start in their order.</summary>
    private static LimitReached? CheckTrigger(WriteSession session, PipelineRun run)
    {
        if (run.Terms.Limits.PipelineRunLimit is not { } limit)
        {
            return null;
        }

        var ahead = session.QueryFirst<long>(
            """
            select count(*) from pipeline_run
            where project_uuid = @ProjectUuid and pipeline_uuid = @PipelineUuid and coalesce(trigger_id, 0) = @trigger and coalesce(backfill_id, 0) = @backfill
                and (status = 'running' or status = 'initial' and id < @Id) and id <> @Id
            """,
            new { run.ProjectUuid, run.PipelineUuid, run.Id, trigger = run.TriggerId ?? 0, backfill = run.BackfillId ?? 0 });
        return ahead < limit ? null : new LimitReached($"{ahead} earlier runs of this pipeline and trigger are running or waiting; {limit} may run (pipeline_run_limit).");
    }

    /// <summary>FNV-1a of the pipeline's name: the same in every process, unlike a string's own hash code.</summary>
    private static long PipelineKey(PipelineRun run)
    {
        var hash = 14695981039346656037UL;
        foreach (var character in $"{run.ProjectUuid}/{run.PipelineUuid}")
        {
            hash = unchecked((hash ^ character) * 1099511628211UL);
        }

        return unchecked((long)hash);
    }
}

/// <summary>Why a run may not start now.</summary>
/// <param name="Reason">In words.</param>
/// <param name="IsBusy">Whether that could not be found out, and is worth another try at once.</param>
internal sealed record LimitReached(string Reason, bool IsBusy = false);
