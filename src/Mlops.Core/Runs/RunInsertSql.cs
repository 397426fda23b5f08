using System.Text.Json;
using Mlops.Core.Database;

namespace Mlops.Core.Runs;

/// <summary>Inserting a run, for use inside an operation.</summary>
internal static class RunInsertSql
{
    /// <summary>The blocks as a parameter; made once for all runs that have the same.</summary>
    public static string Serialize(IReadOnlyList<NewBlockRun> blocks) => JsonSerializer.Serialize(blocks.Select(ToItem), RunJson.Default.NewBlockItems);

    /// <summary>Inserts a run that no trigger makes, or finds the one of the same request.</summary>
    public static PipelineRunRow Insert(WriteSession session, NewPipelineRun run) => Insert(session, run, Serialize(run.Blocks))!.Value.Run;

    /// <summary>Inserts a run with its block runs.</summary>
    /// <param name="session">The session of the operation.</param>
    /// <param name="run">The run.</param>
    /// <param name="blocks">Its blocks, by <see cref="Serialize"/>.</param>
    /// <returns>The rows, or those of the same request that landed before; null where another process made the run of its instant.</returns>
    public static (PipelineRunRow Run, IReadOnlyList<BlockRunRow> Blocks)? Insert(WriteSession session, NewPipelineRun run, string blocks)
    {
        var row = session.QueryFirst<PipelineRunRow>(
            $"""
            insert into pipeline_run (
                request_id, project_uuid, pipeline_uuid, status, origin, trigger_id, trigger_name, scheduled_at, execution_date, variables,
                settings, created_at, started_at, completed_at, error, sla_at, lease_token, lease_owner, lease_expires_at,
                parent_run_id, parent_block_run_id, parent_attempt, is_awaited, product, backfill_id, backfill_instant)
            values (
                @RequestId, @ProjectUuid, @PipelineUuid, @status, @origin, @TriggerId, @TriggerName, @scheduledAt, @executionDate, @variables,
                @settings, @createdAt, @startedAt, @completedAt, @error, @slaAt, @token, @owner, @expiresAt,
                @parentRunId, @parentBlockRunId, @parentAttempt, @isAwaited, @Product, @backfillId, @backfillInstant)
            on conflict do nothing
            returning {PipelineRunRow.Columns}
            """,
            new
            {
                run.RequestId,
                run.ProjectUuid,
                run.PipelineUuid,
                run.TriggerId,
                run.TriggerName,
                run.Product,
                status = (run.SkippedBecause is not null ? RunStatus.Cancelled : run.Lease is null ? RunStatus.Initial : RunStatus.Running).ToWord(),
                origin = run.Origin.ToString().ToLowerInvariant(),
                scheduledAt = run.ScheduledAt?.ToMicroseconds(),
                executionDate = (run.ExecutionDate ?? run.ScheduledAt ?? run.CreatedAt).ToMicroseconds(),
                createdAt = run.CreatedAt.ToMicroseconds(),
                startedAt = run.Lease is null ? (long?)null : run.CreatedAt.ToMicroseconds(),
                completedAt = run.SkippedBecause is null ? (long?)null : run.CreatedAt.ToMicroseconds(),
                error = run.SkippedBecause,
                slaAt = run.Sla is { } sla ? ((run.ScheduledAt ?? run.CreatedAt) + sla).ToMicroseconds() : (long?)null,
                variables = JsonSerializer.Serialize(run.Variables, RunJson.Default.IReadOnlyDictionaryStringJsonElement),
                settings = run.Terms.ToJson(),
                token = run.Lease?.Token,
                owner = run.Lease?.Owner,
                expiresAt = run.Lease?.ExpiresAt.ToMicroseconds(),
                parentRunId = run.Caller?.PipelineRunId,
                parentBlockRunId = run.Caller?.BlockRunId,
                parentAttempt = run.Caller?.Attempt,
                isAwaited = run.Caller is { IsAwaited: true },
                backfillId = run.Backfill?.BackfillId,
                backfillInstant = run.Backfill?.Instant.ToMicroseconds(),
            });
        if (row is null)
        {
            return FindByRequest(session, run.RequestId);
        }

        var rows = session.Query<BlockRunRow>(
            $"""
            insert into block_run (pipeline_run_id, position, block_uuid, name, type, language, upstream_blocks, file_path, settings, status, completed_at)
            select @Id, cast(item.value ->> 'position' as integer), item.value ->> 'block_uuid', item.value ->> 'name', item.value ->> 'type',
                item.value ->> 'language', item.value ->> 'upstream_blocks', item.value ->> 'file_path', item.value ->> 'settings', @status, @completedAt
            from {session.Dialect.JsonItems("@blocks")}
            returning {BlockRunRow.Columns}
            """,
            new { row.Id, blocks, status = run.SkippedBecause is null ? "initial" : "cancelled", completedAt = row.CompletedAt });
        return (row, [.. rows.OrderBy(block => block.Position)]);
    }

    /// <summary>The run of a request that landed before, its answer having been lost; null where another process made the run of this instant.</summary>
    public static (PipelineRunRow Run, IReadOnlyList<BlockRunRow> Blocks)? FindByRequest(WriteSession session, string requestId)
    {
        var row = session.QueryFirst<PipelineRunRow>(
            $"select {PipelineRunRow.Columns} from pipeline_run where request_id = @requestId", new { requestId });
        return row is null
            ? null
            : (row, session.Query<BlockRunRow>(
                $"select {BlockRunRow.Columns} from block_run where pipeline_run_id = @Id order by position, fan_index", new { row.Id }));
    }

    private static NewBlockItem ToItem(NewBlockRun run, int position) => new(
        position, run.Block.Uuid, run.Block.Name, run.Block.Type.Word, run.Block.Language.Word,
        JsonSerializer.Serialize(run.UpstreamBlocks, RunJson.Default.IReadOnlyListString), run.FilePath,
        run.Terms.ToJson());
}
