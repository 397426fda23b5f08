using Mlops.Core.Database;
using Mlops.Core.Runs.Approvals;
using Mlops.Core.Runs.Calls;

namespace Mlops.Core.Runs;

/// <summary>
/// How workers come to runs. Claiming is compare-and-set and makes the run's first step in the same transaction; every operation may be executed twice
/// (see <see cref="DatabaseWriter"/>).
/// </summary>
internal sealed class RunClaims(MetadataDatabase database, RunEvents events, MlopsCoreOptions options, TimeProvider timeProvider)
{
    /// <summary>
    /// Takes the run if it is initial and within its limits, or its lease has expired, and makes the first step that <paramref name="begin"/> decides on.
    /// Blocks that a former worker left running are handed over as running: <paramref name="begin"/> decides what becomes of them.
    /// </summary>
    public async Task<ClaimResult<T>> ClaimAsync<T>(
        long pipelineRunId, RunLease lease, Func<ClaimedRun, (T Result, RunStep Step)> begin, CancellationToken cancellationToken)
        where T : class
    {
        var now = timeProvider.GetStorableNow();
        (T Result, RunStep Step)? first = null;
        var result = await database.WriteAsync(
            session =>
            {
                if (Claim(session, pipelineRunId, lease, now) is not { } claimed)
                {
                    return new ClaimResult<T>(null, null, IsBusy: false);
                }

                var isFirstStart = claimed.Run.StartedAt == now;
                if (isFirstStart && RunLimitSql.Check(session, claimed.Run, options.RunLimit) is { } reached)
                {
                    return new ClaimResult<T>(null, Refuse(session, claimed.Run, reached, now), reached.IsBusy);
                }

                if (first is not { } made || !made.Step.HasLanded(claimed.Run))
                {
                    first = made = begin(claimed);
                    RunStepSql.Write(session, made.Step);
                }

                RunNotices.Tell(session, RunNoticeKind.Status, ChangeOf(claimed.Run));
                return new ClaimResult<T>(made.Result, ChangeOf(claimed.Run), IsBusy: false);
            },
            cancellationToken);
        if (result.Change is { } change)
        {
            events.Publish(change);
        }

        return result;
    }

    /// <summary>
    /// Ids of runs that any worker may take now, oldest first: those that wait for a worker, whose retry is due, or that were given back. Runs that wait for a
    /// limit are not among them; they are woken when a place becomes free.
    /// </summary>
    public Task<IReadOnlyList<long>> ListClaimableAsync(int limit, CancellationToken cancellationToken) =>
        database.QueryAsync<long>(
            """
            select id from pipeline_run
            where status in ('initial', 'running') and (status = 'initial' and waiting_for is null
                or status = 'running' and lease_expires_at is null and (resume_at is null or resume_at <= @now))
            order by id limit @limit
            """,
            new { limit, now = timeProvider.GetStorableNow().ToMicroseconds() }, cancellationToken);

    /// <summary>
    /// Lets runs that wait for a limit be taken again, the oldest of each trigger: whoever takes one finds out whether there is a place for it now.
    /// </summary>
    /// <param name="pipeline">Those of one pipeline; null for all.</param>
    /// <param name="cancellationToken">Gives up before the write.</param>
    public Task<bool> WakeLimitedAsync((string ProjectUuid, string PipelineUuid)? pipeline, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var rows = session.Query<PipelineRunRow>(
                $"""
                update pipeline_run set waiting_for = null where id in (
                    select min(id) from pipeline_run where status = 'initial' and waiting_for is not null
                        {(pipeline is null ? "" : "and project_uuid = @projectUuid and pipeline_uuid = @pipelineUuid")}
                    group by project_uuid, pipeline_uuid, trigger_id)
                returning {PipelineRunRow.Columns}
                """,
                pipeline is { } name ? new { projectUuid = name.ProjectUuid, pipelineUuid = name.PipelineUuid } : null);
            foreach (var row in rows)
            {
                RunNotices.Tell(session, RunNoticeKind.Waiting, new RunChange(row.Id, row.ProjectUuid, row.PipelineUuid, RunChangeKind.Status));
            }

            return rows.Count > 0;
        },
        cancellationToken);

    private static RunChange ChangeOf(PipelineRun run) => new(run.Id, run.ProjectUuid, run.PipelineUuid, RunChangeKind.Status);

    /// <summary>Takes the claim back, or cancels the run where its pipeline says so.</summary>
    private static RunChange Refuse(WriteSession session, PipelineRun run, LimitReached reached, DateTimeOffset now)
    {
        var skips = !reached.IsBusy && run.Terms.Limits.OnPipelineRunLimitReached == Projects.RunLimitAction.Skip;
        session.Execute(
            """
            update pipeline_run set status = @status, started_at = null, lease_token = null, lease_owner = null, lease_expires_at = null,
                completed_at = @completedAt, error = @error, waiting_for = @waitingFor
            where id = @Id
            """,
            new
            {
                run.Id,
                status = skips ? "cancelled" : "initial",
                completedAt = skips ? now.ToMicroseconds() : (long?)null,
                error = skips ? $"Skipped: {reached.Reason}" : null,
                waitingFor = skips || reached.IsBusy ? null : $"Waits for its turn: {reached.Reason}",
            });
        if (skips)
        {
            session.Execute(
                "update block_run set status = 'cancelled', completed_at = @now where pipeline_run_id = @Id and status = 'initial'",
                new { run.Id, now = now.ToMicroseconds() });
        }

        return ChangeOf(run);
    }

    private static ClaimedRun? Claim(WriteSession session, long id, RunLease lease, DateTimeOffset now)
    {
        // The same token may claim again: a run that was born with this lease, or this very operation whose commit got no answer.
        var row = session.QueryFirst<PipelineRunRow>(
            $"""
            update pipeline_run set
                status = 'running', started_at = coalesce(started_at, @now), waiting_for = null, resume_at = null,
                lease_token = @Token, lease_owner = @Owner, lease_expires_at = @expiresAt
            where id = @id and (status = 'initial' or status = 'running' and (resume_at is null or resume_at <= @now)
                and (lease_expires_at is null or lease_expires_at < @now or lease_token = @Token))
            returning {PipelineRunRow.Columns}
            """,
            new { id, now = now.ToMicroseconds(), lease.Token, lease.Owner, expiresAt = lease.ExpiresAt.ToMicroseconds() });
        if (row is null)
        {
            return null;
        }

        var blocks = session.Query<BlockRunRow>(
            $"select {BlockRunRow.Columns} from block_run where pipeline_run_id = @id order by position, fan_index", new { id });
        if (row.StartedAt == now.ToMicroseconds() && blocks.All(block => block.Attempt == 0))
        {
            return new ClaimedRun(row.ToRun([.. blocks.Select(block => block.ToBlockRun([]))], now), lease.Token, LastLine: 0);
        }

        var outputs = session.Query<BlockOutputRow>(
            BlockOutputRow.SelectOfBlocks(session.Dialect), new { ids = blocks.Select(block => block.Id).ToArray() });
        var outputsByBlock = outputs.ToLookup(output => output.BlockRunId, output => output.ToBlockOutput());
        var lastLine = session.QueryFirst<long?>("select max(number) from run_log where pipeline_run_id = @id", new { id }) ?? 0;
        var run = row.ToRun([.. blocks.Select(block => block.ToBlockRun([.. outputsByBlock[block.Id]]))], now);
        return new ClaimedRun(run, lease.Token, lastLine)
        {
            News = new RunNews(
                run.WakeUps,
                run.BlockRuns.Any(block => block.Terms.Approval is not null && !block.Status.IsFinal()) ? ApprovalSql.Read(session, id, now) : [],
                run.BlockRuns.Any(block => block.Terms.IsRun && !block.Status.IsFinal()) ? CalledRunSql.Read(session, id) : []),
        };
    }
}

/// <summary>What came of a claim.</summary>
/// <param name="Begun">What the first step began; null where the run is final, another worker holds it, or it has to wait.</param>
/// <param name="Change">What became of the run; null where nothing did.</param>
/// <param name="IsBusy">Whether it is worth another try at once.</param>
internal readonly record struct ClaimResult<T>(T? Begun, RunChange? Change, bool IsBusy)
    where T : class;
