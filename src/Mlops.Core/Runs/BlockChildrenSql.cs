using System.Text.Json;
using Mlops.Core.Database;

namespace Mlops.Core.Runs;

/// <summary>The statements for children of blocks that are fanned out, for use inside an operation.</summary>
internal static class BlockChildrenSql
{
    /// <summary>Adds the new blocks of a step, all in one statement; those that are there already stay.</summary>
    /// <returns>The ids of all children of the run; none where the step has no new blocks.</returns>
    public static IReadOnlyList<InsertedBlock> Insert(WriteSession session, RunStep step)
    {
        if (step.NewBlocks.Count == 0)
        {
            return [];
        }

        session.Execute(
            $"""
            insert into block_run (pipeline_run_id, position, block_uuid, name, type, language, upstream_blocks, file_path, settings, status, attempt,
                started_at, completed_at, fan_of, fan_index)
            select @PipelineRunId, block_group.position, item.value ->> 'block_uuid', item.value ->> 'name', block_group.type, block_group.language,
                item.value ->> 'upstream_blocks', block_group.file_path, item.value ->> 'settings', item.value ->> 'status',
                cast(item.value ->> 'attempt' as integer), cast(item.value ->> 'started_at' as bigint), cast(item.value ->> 'completed_at' as bigint),
                block_group.block_uuid, cast(item.value ->> 'fan_index' as integer)
            from {session.Dialect.JsonItems("@items")}
            join block_run block_group on block_group.pipeline_run_id = @PipelineRunId and block_group.block_uuid = item.value ->> 'fan_of'
            where true
            on conflict (pipeline_run_id, block_uuid) do nothing
            """,
            new { step.PipelineRunId, items = JsonSerializer.Serialize(step.NewBlocks.Select(ToItem), RunJson.Default.NewChildItems) });
        return session.Query<InsertedBlock>(
            "select id, block_uuid as BlockUuid from block_run where pipeline_run_id = @PipelineRunId and fan_of is not null", new { step.PipelineRunId });
    }

    /// <summary>
    /// Removes the children of blocks that are to be fanned out anew. What their attempts were counted to is kept by the block that stands for them, so that
    /// children of the same name write to folders of their own.
    /// </summary>
    public static void Remove(WriteSession session, long[] groupIds)
    {
        session.Execute(
            $"""
            update block_run set attempt = coalesce((
                select max(child.attempt) from block_run child
                where child.pipeline_run_id = block_run.pipeline_run_id and child.fan_of = block_run.block_uuid), attempt)
            where {session.Dialect.IsAmong("id", "@groupIds")}
            """,
            new { groupIds });
        session.Execute(
            $"""
            delete from block_run where fan_of is not null and exists (
                select 1 from block_run parent
                where parent.pipeline_run_id = block_run.pipeline_run_id and parent.block_uuid = block_run.fan_of and {session.Dialect.IsAmong("parent.id", "@groupIds")})
            """,
            new { groupIds });
    }

    private static NewChildItem ToItem(BlockRun block) => new(
        block.BlockUuid, block.Name, JsonSerializer.Serialize(block.UpstreamBlocks, RunJson.Default.IReadOnlyListString), block.Terms.ToJson(),
        block.Status.ToWord(), block.Attempt, block.StartedAt?.ToMicroseconds(), block.CompletedAt?.ToMicroseconds(), block.FanOf!, block.FanIndex);
}
