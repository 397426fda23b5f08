using Mlops.Core.Database;

namespace Mlops.Core.Runs.Calls;

/// <summary>The statements for runs that are blocks of other runs, for use inside operations.</summary>
internal static class CalledRunSql
{
    /// <summary>The query of the runs that are, or were, blocks of the run <c>@pipelineRunId</c>, or that blocks of it wait for.</summary>
    public const string Select =
        """
        select id, parent_block_run_id as BlockRunId, parent_attempt as Attempt, project_uuid as ProjectUuid, pipeline_uuid as PipelineUuid, status, error
        from pipeline_run where parent_run_id = @pipelineRunId
        union all
        select run.id, wait.block_run_id, wait.attempt, run.project_uuid, run.pipeline_uuid, run.status, run.error
        from run_wait wait join pipeline_run run on run.id = wait.awaited_run_id where wait.pipeline_run_id = @pipelineRunId
        """;

    /// <summary>
    /// A condition on a <c>child</c>: its block, <c>block</c>, does not wait for it any more, though it did; the run was cancelled, or took too long.
    /// </summary>
    private const string IsForsaken =
        """
        child.is_awaited and child.status in ('initial', 'running') and child.cancel_requested_at is null
            and (block.status not in ('initial', 'running', 'completed') or block.attempt > child.parent_attempt)
        """;

    /// <summary>The query of runs that go on although the block that waited for them does not any more; with a condition in addition or without.</summary>
    public static string SelectForsaken(string condition = "") =>
        $"select child.id from pipeline_run child join block_run block on block.id = child.parent_block_run_id where {IsForsaken} {condition} order by child.id limit 500";

    /// <summary>The runs that are blocks of a run.</summary>
    public static IReadOnlyList<CalledRun> Read(WriteSession session, long pipelineRunId) =>
        [.. session.Query<CalledRunRow>(Select, new { pipelineRunId }).Select(row => row.ToCalledRun())];

    /// <summary>A run ended: whoever waits for it can be taken up.</summary>
    public static void WakeFor(WriteSession session, PipelineRunRow? run)
    {
        if (run?.ParentRunId is { } parent)
        {
            WakeParent(session, parent);
        }

        if (run?.Product is not null)
        {
            WakeWaiting(session, run.Id);
        }
    }

    /// <summary>A run ended that another one may wait for: that one can be taken up.</summary>
    public static void WakeParent(WriteSession session, long parentRunId) => Wake(session, "id = @parentRunId", new { parentRunId });

    /// <summary>A run ended that several others may wait for: they can be taken up.</summary>
    public static void WakeWaiting(WriteSession session, long awaitedRunId) =>
        Wake(session, "id in (select pipeline_run_id from run_wait where awaited_run_id = @awaitedRunId)", new { awaitedRunId });

    private static void Wake(WriteSession session, string which, object parameters)
    {
        var rows = session.Query<PipelineRunRow>(
            $"""
            update pipeline_run set wake_ups = wake_ups + 1, resume_at = null, waiting_for = null where {which} and status = 'running'
            returning {PipelineRunRow.Columns}
            """,
            parameters);
        foreach (var row in rows)
        {
            RunNotices.Tell(session, RunNoticeKind.Woken, new RunChange(row.Id, row.ProjectUuid, row.PipelineUuid, RunChangeKind.Status));
        }
    }
}

/// <summary>A called run as the driver gives it.</summary>
internal sealed class CalledRunRow
{
    public long Id { get; init; }
    public long BlockRunId { get; init; }
    public int Attempt { get; init; }
    public string ProjectUuid { get; init; } = "";
    public string PipelineUuid { get; init; } = "";
    public string Status { get; init; } = "";
    public string? Error { get; init; }

    public CalledRun ToCalledRun() => new(Id, BlockRunId, Attempt, ProjectUuid, PipelineUuid, PipelineRunRow.RunStatusOf(Status), Error);
}
