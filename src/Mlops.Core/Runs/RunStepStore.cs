using System.Text.Json;
using Mlops.Core.Database;
using Mlops.Core.Runs.Approvals;
using Mlops.Core.Runs.Calls;

namespace Mlops.Core.Runs;

/// <summary>
/// The steps of a worker through a run, each one operation of the group-commit writer: compare-and-set on status, attempt and lease. Every operation
/// may be executed twice (see <see cref="DatabaseWriter"/>): a change that is there already, by the same lease and attempt, counts as made.
/// </summary>
internal sealed class RunStepStore(MetadataDatabase database, RunEvents events, TimeProvider timeProvider)
{
    /// <summary>Stores a step and then tells of it.</summary>
    /// <param name="run">The run that the step is of.</param>
    /// <param name="step">The step.</param>
    /// <param name="earlier">Ends when lines that come before the step are durable; awaited before the step is told of.</param>
    /// <returns>False where the lease is lost: nothing was changed, and the worker must let go of the run.</returns>
    public async Task<bool> WriteAsync(PipelineRun run, RunStep step, Task? earlier = null)
    {
        // Not cancellable: what a block did is stored although the worker is stopping.
        IReadOnlyList<InsertedBlock> inserted = [];
        var written = await database.WriteAsync(
            session => RunStepSql.WriteIfLeased(session, step, out inserted) && Tell(session, run, step),
            CancellationToken.None);
        if (written)
        {
            if (inserted.Count > 0)
            {
                step.Inserted?.Invoke(inserted);
            }

            await (earlier ?? Task.CompletedTask);
            if (step.Lines.Count > 0)
            {
                events.Publish(Change(run, RunChangeKind.Log));
            }

            if (step.Blocks.Count > 0 || step.Status.IsFinal() || step.ReleasesLease)
            {
                events.Publish(Change(run));
            }
        }

        return written;
    }

    /// <summary>Ends a run that cannot go on, whatever its blocks are doing: running ones are failed with the same error, others not started.</summary>
    public async Task AbandonAsync(long pipelineRunId, string leaseToken, string error)
    {
        var now = timeProvider.GetStorableNow().ToMicroseconds();
        var blockError = JsonSerializer.Serialize(new BlockError("internal_error", error), RunJson.Default.BlockError);
        var run = await database.WriteAsync(
            session =>
            {
                if (!RunStepSql.HoldsLease(session, pipelineRunId, leaseToken, RunStatus.Failed))
                {
                    return null;
                }

                session.Execute(
                    """
                    update block_run set
                        error = case when status = 'running' then @blockError end, completed_at = @now,
                        status = case when status = 'running' then 'failed' else 'cancelled' end
                    where pipeline_run_id = @pipelineRunId and status in ('initial', 'running')
                    """,
                    new { pipelineRunId, blockError, now });
                var row = session.QueryFirst<PipelineRunRow>(
                    $"""
                    update pipeline_run set status = 'failed', error = @error, completed_at = @now, lease_expires_at = null
                    where id = @pipelineRunId returning {PipelineRunRow.Columns}
                    """,
                    new { pipelineRunId, error, now });
                ApprovalSql.Withdraw(session, pipelineRunId, now);
                CalledRunSql.WakeFor(session, row);
                Tell(session, RunNoticeKind.Status, row);
                return row;
            },
            CancellationToken.None);
        Publish(run);
    }

    /// <summary>
    /// Notes the wish to cancel; a run that did not start is cancelled at once. A final run stays as it is, and one that waits for a retry wants to be
    /// taken by a worker, who then ends it.
    /// </summary>
    public async Task RequestCancelAsync(long pipelineRunId, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetStorableNow();
        var run = await database.RequestAsync(session => RunCancelSql.Request(session, pipelineRunId, now), cancellationToken);
        Publish(run);
    }

    /// <summary>What others told the run, after approvals whose time is over are ended.</summary>
    public Task<RunNews> ReadNewsAsync(long pipelineRunId)
    {
        var now = timeProvider.GetStorableNow();
        return database.WriteAsync(
            session =>
            {
                // The count first: what comes in between is then looked at twice and never missed.
                var wakeUps = session.QueryFirst<long>("select wake_ups from pipeline_run where id = @pipelineRunId", new { pipelineRunId });
                return new RunNews(wakeUps, ApprovalSql.Read(session, pipelineRunId, now), CalledRunSql.Read(session, pipelineRunId));
            },
            CancellationToken.None);
    }

    /// <inheritdoc cref="RunResetSql.Reset"/>
    public async Task ResetAsync(long pipelineRunId, string? fromBlock, CancellationToken cancellationToken)
    {
        var run = await database.RequestAsync(
            session =>
            {
                var row = RunResetSql.Reset(session, pipelineRunId, fromBlock);
                Tell(session, RunNoticeKind.Waiting, row);
                return row;
            },
            cancellationToken);
        Publish(run);
    }

    /// <summary>Extends the leases of a process and brings the news of them.</summary>
    /// <returns>The runs among <paramref name="ids"/> that the process still holds: token, and whether a cancel was asked for.</returns>
    public Task<IReadOnlyList<RenewedLease>> RenewAsync(long[] ids, string owner, DateTimeOffset expiresAt) =>
        database.WriteAsync(
            session => session.Query<RenewedLease>(
                $"""
                update pipeline_run set lease_expires_at = @expiresAt where {session.Dialect.IsAmong("id", "@ids")} and lease_owner = @owner and status = 'running'
                returning id, lease_token as Token, cancel_requested_at as CancelRequestedAt, wake_ups as WakeUps
                """,
                new { ids, owner, expiresAt = expiresAt.ToMicroseconds() }),
            CancellationToken.None);

    /// <summary>Lets a lease expire whose owner is known to be dead.</summary>
    /// <returns>False where it is not that lease any more.</returns>
    public Task<bool> ReleaseAsync(long pipelineRunId, string leaseToken, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session => session.Execute(
                """
                update pipeline_run set lease_expires_at = null where id = @pipelineRunId and lease_token = @leaseToken and status = 'running'
                """,
                new { pipelineRunId, leaseToken }) > 0,
            cancellationToken);

    /// <summary>Runs that are not final with an id above <paramref name="after"/>, ascending, at most <paramref name="limit"/>.</summary>
    public Task<IReadOnlyList<OpenRun>> ListOpenAsync(long after, int limit, CancellationToken cancellationToken) =>
        database.QueryAsync<OpenRun>(
            """
            select id, status, lease_token as LeaseToken, lease_owner as LeaseOwner, lease_expires_at as LeaseExpiresAt, created_at as CreatedAt,
                resume_at as ResumeAt, waiting_for as WaitingFor
            from pipeline_run where status in ('initial', 'running') and id > @after order by id limit @limit
            """,
            new { after, limit }, cancellationToken);

    /// <summary>Tells other processes with the commit; a run that is given back for now can be taken by them.</summary>
    private static bool Tell(WriteSession session, PipelineRun run, RunStep step)
    {
        if (step.Lines.Count > 0)
        {
            RunNotices.Tell(session, RunNoticeKind.Log, Change(run, RunChangeKind.Log));
        }

        if (step.Blocks.Count > 0 || step.Status.IsFinal() || step.ReleasesLease)
        {
            RunNotices.Tell(session, step is { ReleasesLease: true, ResumeAt: null } ? RunNoticeKind.Waiting : RunNoticeKind.Status, Change(run));
        }

        return true;
    }

    private static RunChange Change(PipelineRun run, RunChangeKind kind = RunChangeKind.Status) => new(run.Id, run.ProjectUuid, run.PipelineUuid, kind);

    private static RunChange Change(PipelineRunRow run) => new(run.Id, run.ProjectUuid, run.PipelineUuid, RunChangeKind.Status);

    private static void Tell(WriteSession session, RunNoticeKind kind, PipelineRunRow? run)
    {
        if (run is not null)
        {
            RunNotices.Tell(session, kind, Change(run));
        }
    }

    private void Publish(PipelineRunRow? run)
    {
        if (run is not null)
        {
            events.Publish(Change(run));
        }
    }
}

/// <summary>A lease that was extended.</summary>
internal sealed class RenewedLease
{
    public long Id { get; init; }
    public string Token { get; init; } = "";
    public long? CancelRequestedAt { get; init; }
    public long WakeUps { get; init; }
}
