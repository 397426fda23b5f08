using System.Text.Json;
using Mlops.Core.Database;
using Mlops.Core.Runs.Approvals;
using Mlops.Core.Runs.Calls;

namespace Mlops.Core.Runs;

/// <summary>The statements of a step, for use inside an operation.</summary>
internal static class RunStepSql
{
    /// <summary>
    /// Whether the run is still leased by <paramref name="leaseToken"/>; locks its row, so that this stays true until the transaction ends. A run that
    /// is already <paramref name="target"/> counts: the step may have landed without an answer.
    /// </summary>
    public static bool HoldsLease(WriteSession session, long pipelineRunId, string leaseToken, RunStatus target) =>
        session.QueryFirst<long?>(
            $"""
            select id from pipeline_run where id = @pipelineRunId and lease_token = @leaseToken and status in ('running', @target)
            {session.Dialect.ForUpdate}
            """,
            new { pipelineRunId, leaseToken, target = target.ToWord() }) is not null;

    /// <summary>
    /// Writes the step where the run is still leased by its worker. The lease is looked at, and locked, by the statement that changes the blocks: a query
    /// of its own would be a round trip more in every step.
    /// </summary>
    /// <param name="session">The session of the operation.</param>
    /// <param name="step">The step.</param>
    /// <param name="inserted">The ids of its new blocks.</param>
    /// <returns>False where the lease is lost: nothing was changed.</returns>
    public static bool WriteIfLeased(WriteSession session, RunStep step, out IReadOnlyList<InsertedBlock> inserted)
    {
        inserted = [];
        if (step.Blocks.Count == 0)
        {
            return HoldsLease(session, step.PipelineRunId, step.LeaseToken, step.Status) && Write(session, step);
        }

        var changed = UpdateBlocks(session, step, isFenced: true);
        if (changed == 0 && !HoldsLease(session, step.PipelineRunId, step.LeaseToken, step.Status))
        {
            return false;
        }

        RequireAll(step, changed);
        inserted = BlockChildrenSql.Insert(session, step);
        WriteAllButBlocks(session, step);
        return true;
    }

    /// <summary>Writes the step; the caller has made sure of the lease.</summary>
    /// <returns>True, so that it can end a condition.</returns>
    public static bool Write(WriteSession session, RunStep step)
    {
        if (step.Blocks.Count > 0)
        {
            RequireAll(step, UpdateBlocks(session, step, isFenced: false));
        }

        if (BlockChildrenSql.Insert(session, step) is { Count: > 0 } inserted)
        {
            // Where this is rolled back and done again, the ids of that time are taken.
            step.Inserted?.Invoke(inserted);
        }

        WriteAllButBlocks(session, step);
        return true;
    }

    private static void WriteAllButBlocks(WriteSession session, RunStep step)
    {
        WriteAttempts(session, [.. step.Blocks.SelectMany(change => change.Ended.Select(attempt => ToItem(change.After.Id, attempt)))]);
        WriteOutputs(session, step);
        WriteLines(session, step.PipelineRunId, step.Lines);
        ApprovalSql.Ask(session, step);
        if (step.Parked is not null)
        {
            Park(session, step);
            return;
        }

        if (step.Status.IsFinal() || step.ReleasesLease)
        {
            session.ExecuteLater(
                """
                update pipeline_run set status = @status, completed_at = @completedAt, error = @Error, lease_expires_at = null,
                    resume_at = @resumeAt, waiting_for = @WaitingFor
                where id = @PipelineRunId
                """,
                new
                {
                    step.PipelineRunId,
                    status = step.Status.ToWord(),
                    completedAt = step.CompletedAt?.ToMicroseconds(),
                    step.Error,
                    resumeAt = step.ResumeAt?.ToMicroseconds(),
                    step.WaitingFor,
                });
        }

        if (step is { ParentRunId: { } parent, CompletedAt: not null })
        {
            CalledRunSql.WakeParent(session, parent);
        }

        if (step is { MakesProduct: true, CompletedAt: not null })
        {
            CalledRunSql.WakeWaiting(session, step.PipelineRunId);
        }

        if (step is { HasApprovals: true, CompletedAt: { } completedAt })
        {
            ApprovalSql.Withdraw(session, step.PipelineRunId, completedAt.ToMicroseconds());
        }
    }

    /// <summary>Gives the run back until an instant, or at once where somebody told it something that its worker does not know yet.</summary>
    private static void Park(WriteSession session, RunStep step)
    {
        var resumeAt = session.QueryFirst<long?>(
            """
            update pipeline_run set lease_expires_at = null, resume_at = case when wake_ups = @WakeUps then cast(@resumeAt as bigint) end,
                waiting_for = case when wake_ups = @WakeUps then @WaitingFor end
            where id = @PipelineRunId returning resume_at
            """,
            new { step.PipelineRunId, step.WakeUps, step.WaitingFor, resumeAt = step.ResumeAt?.ToMicroseconds() });
        step.Parked!(Timestamps.FromMicroseconds(resumeAt));
    }

    /// <summary>Adds lines to a run's log; lines that are there already stay.</summary>
    public static void WriteLines(WriteSession session, long pipelineRunId, IReadOnlyList<RunLogLine> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        var items = lines.Select(line => new RunLogItem(
            line.Number, line.At.ToMicroseconds(), (int)line.Level, line.BlockUuid, line.Attempt, line.Text));
        session.ExecuteLater(
            $"""
            insert into run_log (pipeline_run_id, number, at, level, block_uuid, attempt, text)
            select @pipelineRunId, cast(item.value ->> 'number' as bigint), cast(item.value ->> 'at' as bigint),
                cast(item.value ->> 'level' as integer), item.value ->> 'block_uuid', cast(item.value ->> 'attempt' as integer), item.value ->> 'text'
            from {session.Dialect.JsonItems("@items")} where true
            on conflict (pipeline_run_id, number) do nothing
            """,
            new { pipelineRunId, items = JsonSerializer.Serialize(items, RunJson.Default.RunLogItems) });
    }

    /// <summary>Adds attempts that ended; those that are there already stay.</summary>
    public static void WriteAttempts(WriteSession session, IReadOnlyList<BlockAttemptItem> attempts)
    {
        if (attempts.Count == 0)
        {
            return;
        }

        session.ExecuteLater(
            $"""
            insert into block_attempt (block_run_id, attempt, status, started_at, completed_at, error)
            select cast(item.value ->> 'block_run_id' as bigint), cast(item.value ->> 'attempt' as integer), item.value ->> 'status',
                cast(item.value ->> 'started_at' as bigint), cast(item.value ->> 'completed_at' as bigint), item.value ->> 'error'
            from {session.Dialect.JsonItems("@items")} where true
            on conflict (block_run_id, attempt) do nothing
            """,
            new { items = JsonSerializer.Serialize(attempts, RunJson.Default.BlockAttemptItems) });
    }

    /// <returns>How many of the blocks were in the expected status and were changed; none without the lease where <paramref name="isFenced"/>.</returns>
    private static int UpdateBlocks(WriteSession session, RunStep step, bool isFenced)
    {
        var items = JsonSerializer.Serialize(step.Blocks.Select(ToItem), RunJson.Default.BlockRunItems);
        var update =
            $"""
            update block_run set
                status = item.value ->> 'status', attempt = cast(item.value ->> 'attempt' as integer),
                started_at = cast(item.value ->> 'started_at' as bigint), completed_at = cast(item.value ->> 'completed_at' as bigint),
                error = item.value ->> 'error', tests = item.value ->> 'tests', failures = cast(item.value ->> 'failures' as integer),
                interruptions = cast(item.value ->> 'interruptions' as integer), next_attempt_at = cast(item.value ->> 'next_attempt_at' as bigint),
                fan_items = item.value ->> 'fan_items'
            from {session.Dialect.JsonItems("@items")}{(isFenced ? ", lease" : "")}
            where block_run.id = cast(item.value ->> 'id' as bigint) and (status = item.value ->> 'expected'
                or (status = item.value ->> 'status' and attempt = cast(item.value ->> 'attempt' as integer)))
            """;
        return isFenced
            ? session.Execute(
                $"""
                with lease as (
                    select id from pipeline_run where id = @PipelineRunId and lease_token = @LeaseToken and status in ('running', @target)
                    {session.Dialect.ForUpdate})
                {update} and block_run.pipeline_run_id = lease.id
                """,
                new { step.PipelineRunId, step.LeaseToken, target = step.Status.ToWord(), items })
            : session.Execute(update, new { items });
    }

    private static void RequireAll(RunStep step, int changed)
    {
        if (changed != step.Blocks.Count)
        {
            throw new InvalidOperationException(
                $"Run {step.PipelineRunId}: {changed} of {step.Blocks.Count} blocks were in the expected status "
                + $"({string.Join(", ", step.Blocks.Select(block => $"{block.After.BlockUuid}: {block.Expected.ToWord()}"))}).");
        }
    }

    private static void WriteOutputs(WriteSession session, RunStep step)
    {
        var items = step.Blocks.SelectMany(change => change.After.Outputs.Select((output, position) => ToItem(change.After.Id, position, output))).ToList();
        if (items.Count == 0)
        {
            return;
        }

        session.ExecuteLater(
            $"""
            insert into block_output (block_run_id, position, name, kind, path, size_bytes, hash, row_count, details)
            select cast(item.value ->> 'block_run_id' as bigint), cast(item.value ->> 'position' as integer), item.value ->> 'name',
                item.value ->> 'kind', item.value ->> 'path', cast(item.value ->> 'size_bytes' as bigint), item.value ->> 'hash',
                cast(item.value ->> 'row_count' as bigint), item.value ->> 'details'
            from {session.Dialect.JsonItems("@items")} where true
            on conflict (block_run_id, position) do nothing
            """,
            new { items = JsonSerializer.Serialize(items, RunJson.Default.BlockOutputItems) });
    }

    private static BlockRunItem ToItem(BlockChange change) => new(
        change.After.Id, change.Expected.ToWord(), change.After.Status.ToWord(), change.After.Attempt,
        change.After.Failures, change.After.Interruptions, change.After.NextAttemptAt?.ToMicroseconds(), change.After.StartedAt?.ToMicroseconds(), change.After.CompletedAt?.ToMicroseconds(),
        ToJson(change.After.Error),
        change.After.Tests.Count > 0 ? JsonSerializer.Serialize(change.After.Tests, RunJson.Default.IReadOnlyListBlockTestResult) : null,
        change.After.FanItems is { } items ? JsonSerializer.Serialize(items, RunJson.Default.IReadOnlyListString) : null);

    private static BlockOutputItem ToItem(long blockRunId, int position, BlockOutput output) => new(
        blockRunId, position, output.Name, output.Kind.ToString().ToLowerInvariant(), output.Path, output.SizeBytes, output.Hash, output.RowCount,
        JsonSerializer.Serialize(
            new OutputDetails(output.Columns, output.Metrics, output.Curves, output.Value), RunJson.Default.OutputDetails));

    private static BlockAttemptItem ToItem(long blockRunId, BlockAttempt attempt) => new(
        blockRunId, attempt.Attempt, attempt.Status.ToWord(), attempt.StartedAt?.ToMicroseconds(), attempt.CompletedAt?.ToMicroseconds(), ToJson(attempt.Error));

    private static string? ToJson(BlockError? error) => error is null ? null : JsonSerializer.Serialize(error, RunJson.Default.BlockError);
}
