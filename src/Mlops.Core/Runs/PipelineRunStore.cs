using System.Data.Common;
using Dapper;
using Mlops.Core.Database;
using Mlops.Core.Runs.Calls;

namespace Mlops.Core.Runs;

/// <summary>Pipeline runs in the metadata database: inserting them, finding and listing them. What a worker changes is in <see cref="RunStepStore"/>.</summary>
internal sealed class PipelineRunStore(MetadataDatabase database, RunEvents events, TimeProvider timeProvider)
{
    /// <summary>SQLite takes 32,766 parameters a statement, and binds many of them ever more slowly.</summary>
    private const int IdsPerQuery = 500;

    /// <summary>Inserts the run with its block runs in one transaction.</summary>
    public async Task<PipelineRun> InsertAsync(NewPipelineRun run, CancellationToken cancellationToken) =>
        (await InsertAsync(run, _ => RunAdmission.Taken, cancellationToken))!; // Only the run of a trigger may not be inserted.

    /// <summary>Inserts the run with its block runs in one transaction, where <paramref name="admit"/>, executed in it, says so.</summary>
    /// <returns>The run; null where it was not admitted, or a run for the same trigger and instant exists already.</returns>
    public async Task<PipelineRun?> InsertAsync(NewPipelineRun run, Func<WriteSession, RunAdmission> admit, CancellationToken cancellationToken)
    {
        var blocks = RunInsertSql.Serialize(run.Blocks);
        var inserted = await database.RequestAsync(
            session =>
            {
                // Not admitted the second time, since the first time landed and its answer was lost: then it is there.
                var admission = admit(session);
                var rows = admission.IsTaken
                    ? RunInsertSql.Insert(session, run with { SkippedBecause = admission.SkippedBecause }, blocks)
                    : RunInsertSql.FindByRequest(session, run.RequestId);
                if (rows is { } made)
                {
                    RunNotices.Tell(session, made.Run.Status == "initial" ? RunNoticeKind.Waiting : RunNoticeKind.Status, Change(run, made.Run.Id));
                }

                return rows;
            },
            cancellationToken);
        if (inserted is not { } row)
        {
            return null;
        }

        events.Publish(Change(run, row.Run.Id));
        return ToRun(row);
    }

    /// <summary>
    /// Inserts the run with the lease that it is born with, and makes the first step that <paramref name="begin"/> decides on, in one transaction: what is
    /// accepted by a process with a free slot runs at once. Nobody is told yet.
    /// </summary>
    /// <returns>What <paramref name="begin"/> returned beside its step.</returns>
    public Task<T> InsertBegunAsync<T>(NewPipelineRun run, Func<ClaimedRun, (T Result, RunStep Step)> begin, CancellationToken cancellationToken)
        where T : class
    {
        var blocks = RunInsertSql.Serialize(run.Blocks);
        (T Result, RunStep Step)? first = null;
        return database.RequestAsync(
            session =>
            {
                // Only the run of a trigger can be there already, and such a run is not begun here.
                var claimed = new ClaimedRun(ToRun(RunInsertSql.Insert(session, run, blocks)!.Value), run.Lease!.Token, LastLine: 0);
                if (first is not { } made || !made.Step.HasLanded(claimed.Run))
                {
                    first = made = begin(claimed);
                    RunStepSql.Write(session, made.Step);
                }

                RunNotices.Tell(session, RunNoticeKind.Status, Change(run, claimed.Run.Id));
                return made.Result;
            },
            cancellationToken);
    }

    /// <summary>The run with its block runs and outputs; null where there is none.</summary>
    public async Task<PipelineRun?> FindAsync(long pipelineRunId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenReaderAsync(cancellationToken);

        // The run is read before its blocks: what the run's status promises of them holds in what is read later.
        var row = await connection.QueryFirstOrDefaultAsync<PipelineRunRow>(new CommandDefinition(
            $"select {PipelineRunRow.Columns} from pipeline_run where id = @pipelineRunId", new { pipelineRunId }, cancellationToken: cancellationToken));
        if (row is null)
        {
            return null;
        }

        var blocks = (await ReadBlocksAsync(connection, [pipelineRunId], withChildren: true, cancellationToken)).AsList();
        var outputs = await connection.QueryAsync<BlockOutputRow>(new CommandDefinition(
            BlockOutputRow.SelectOfBlocks(database.Dialect), new { ids = blocks.Select(block => block.Id).ToArray() }, cancellationToken: cancellationToken));
        var outputsByBlock = outputs.ToLookup(output => output.BlockRunId, output => output.ToBlockOutput());
        var attempts = await connection.QueryAsync<BlockAttemptRow>(new CommandDefinition(
            BlockAttemptRow.SelectOfBlocks(database.Dialect),
            new { ids = blocks.Where(block => block.Attempt > (block.Status == "initial" ? 0 : 1)).Select(block => block.Id).ToArray() }, cancellationToken: cancellationToken));
        var attemptsByBlock = attempts.ToLookup(attempt => attempt.BlockRunId, attempt => attempt.ToAttempt());
        var now = timeProvider.GetUtcNow();
        var run = row.ToRun(
            [.. blocks.Select(block => block.ToBlockRun([.. outputsByBlock[block.Id]]) with { EarlierAttempts = [.. attemptsByBlock[block.Id]] })], now);
        run = await AddParentAsync(await AddCalledAsync(run, connection, cancellationToken), connection, cancellationToken);
        return (await WorkerPresence.ExplainAsync([run], connection, now, cancellationToken))[0];
    }

    /// <summary>The runs that are blocks of a run, in the order of their creation.</summary>
    public async Task<IReadOnlyList<CalledRun>> ListCalledAsync(long pipelineRunId, CancellationToken cancellationToken) =>
        [.. (await database.QueryAsync<CalledRunRow>($"{CalledRunSql.Select} order by id", new { pipelineRunId }, cancellationToken)).Select(row => row.ToCalledRun())];

    /// <summary>Runs that go on although the block that waited for them does not any more: of one run, or with null of any.</summary>
    public Task<IReadOnlyList<long>> ListForsakenAsync(long? parentRunId, CancellationToken cancellationToken) => database.QueryAsync<long>(
        CalledRunSql.SelectForsaken(parentRunId is null ? "" : "and child.parent_run_id = @parentRunId"), new { parentRunId }, cancellationToken);

    /// <summary>Where the run stands; null where there is none.</summary>
    public async Task<RunStatus?> FindStatusAsync(long pipelineRunId, CancellationToken cancellationToken)
    {
        var words = await database.QueryAsync<string>(
            "select status from pipeline_run where id = @pipelineRunId", new { pipelineRunId }, cancellationToken);
        return words is [var word] ? PipelineRunRow.RunStatusOf(word) : null;
    }

    /// <summary>The run of a block run; null where there is none.</summary>
    public async Task<long?> FindIdOfBlockRunAsync(long blockRunId, CancellationToken cancellationToken)
    {
        var ids = await database.QueryAsync<long>("select pipeline_run_id from block_run where id = @blockRunId", new { blockRunId }, cancellationToken);
        return ids is [var id] ? id : null;
    }

    /// <summary>Runs by filter, in its order.</summary>
    public async Task<PipelineRunPage> ListAsync(PipelineRunFilter filter, CancellationToken cancellationToken)
    {
        var limit = Math.Clamp(filter.Limit, 1, 200);
        var all = filter.ToConditions(database.Dialect);
        var page = filter.Before is null ? all : $"{all} and id < @Before";
        var parameters = filter.ToParameters(limit + 1);

        await using var connection = await database.OpenReaderAsync(cancellationToken);
        var total = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            $"select count(*) from pipeline_run where {all}", parameters, cancellationToken: cancellationToken));
        var rows = (await connection.QueryAsync<PipelineRunRow>(new CommandDefinition(
            $"select {PipelineRunRow.Columns} from pipeline_run where {page} order by id {(filter.OldestFirst ? "asc" : "desc")} limit @take offset @Offset",
            parameters, cancellationToken: cancellationToken))).AsList();
        var runs = await AddBlocksAsync(connection, rows.GetRange(0, Math.Min(limit, rows.Count)), cancellationToken);
        return new PipelineRunPage(runs, rows.Count > limit ? runs[^1].Id : null, total);
    }

    /// <summary>The last runs of every pipeline of a project, newest first, by pipeline uuid; only the newest of each has its block runs.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<PipelineRun>>> ListLatestAsync(
        string projectUuid, int perPipeline, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenReaderAsync(cancellationToken);

        // Steps from pipeline to pipeline through the index (project, pipeline, id), so that a long history costs nothing.
        var rows = (await connection.QueryAsync<PipelineRunRow>(new CommandDefinition(
            $"""
            with recursive pipeline (uuid) as (
                select min(pipeline_uuid) from pipeline_run where project_uuid = @projectUuid
                union all
                select (select min(pipeline_uuid) from pipeline_run where project_uuid = @projectUuid and pipeline_uuid > pipeline.uuid)
                from pipeline where pipeline.uuid is not null),
            latest (uuid, first_id) as (
                select pipeline.uuid, coalesce((
                    select id from pipeline_run where project_uuid = @projectUuid and pipeline_uuid = pipeline.uuid order by id desc limit 1 offset @others), 0)
                from pipeline where pipeline.uuid is not null)
            select {PipelineRunRow.Columns} from latest join pipeline_run
                on pipeline_run.project_uuid = @projectUuid and pipeline_run.pipeline_uuid = latest.uuid and pipeline_run.id >= latest.first_id
            order by pipeline_run.id desc
            """,
            new { projectUuid, others = perPipeline - 1 }, cancellationToken: cancellationToken))).AsList();
        var newest = await AddBlocksAsync(connection, [.. rows.DistinctBy(row => row.PipelineUuid)], cancellationToken);
        var byId = newest.ToDictionary(run => run.Id);
        var now = timeProvider.GetUtcNow();
        return rows.Select(row => byId.GetValueOrDefault(row.Id) ?? row.ToRun([], now))
            .GroupBy(run => run.PipelineUuid, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, IReadOnlyList<PipelineRun> (group) => [.. group], StringComparer.Ordinal);
    }

    /// <summary>Figures of a project or pipeline since an instant.</summary>
    public async Task<RunStatistics> GetStatisticsAsync(
        string projectUuid, string? pipelineUuid, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenReaderAsync(cancellationToken);
        return await RunStatisticsSql.ReadAsync(connection, projectUuid, pipelineUuid, since, cancellationToken);
    }

    /// <summary>How many runs of a project were created each day of UTC, by status.</summary>
    public async Task<IReadOnlyList<RunDayCount>> CountByDayAsync(string projectUuid, DateOnly from, DateOnly until, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenReaderAsync(cancellationToken);
        return await RunDayCountSql.ReadAsync(connection, projectUuid, from, until, cancellationToken);
    }

    private static async Task<PipelineRun> AddCalledAsync(PipelineRun run, DbConnection connection, CancellationToken cancellationToken)
    {
        if (!run.BlockRuns.Any(block => block.Terms.IsRun))
        {
            return run;
        }

        var rows = await connection.QueryAsync<CalledRunRow>(new CommandDefinition(CalledRunSql.Select, new { pipelineRunId = run.Id }, cancellationToken: cancellationToken));
        var called = rows.Select(row => row.ToCalledRun()).OrderBy(each => each.Id).GroupBy(each => (each.BlockRunId, each.Attempt)).ToDictionary(group => group.Key, group => group.Last());
        return run with { BlockRuns = [.. run.BlockRuns.Select(block => block with { Called = called.GetValueOrDefault((block.Id, block.Attempt)) })] };
    }

    private static async Task<PipelineRun> AddParentAsync(PipelineRun run, DbConnection connection, CancellationToken cancellationToken) => run.ParentRunId is null
        ? run
        : run with
        {
            Parent = await connection.QueryFirstOrDefaultAsync<ParentRun>(new CommandDefinition(
                "select id as Id, project_uuid as ProjectUuid, pipeline_uuid as PipelineUuid from pipeline_run where id = @ParentRunId", new { run.ParentRunId }, cancellationToken: cancellationToken)),
        };

    private static RunChange Change(NewPipelineRun run, long id) => new(id, run.ProjectUuid, run.PipelineUuid, RunChangeKind.Status);

    private PipelineRun ToRun((PipelineRunRow Run, IReadOnlyList<BlockRunRow> Blocks) rows) =>
        rows.Run.ToRun([.. rows.Blocks.Select(block => block.ToBlockRun([]))], timeProvider.GetUtcNow());

    private async Task<IEnumerable<BlockRunRow>> ReadBlocksAsync(
        DbConnection connection, long[] ids, bool withChildren, CancellationToken cancellationToken)
    {
        var children = withChildren ? "" : "and fan_of is null";
        var blocks = new List<BlockRunRow>();
        foreach (var some in ids.Chunk(IdsPerQuery))
        {
            blocks.AddRange(await connection.QueryAsync<BlockRunRow>(new CommandDefinition(
                $"select {BlockRunRow.Columns} from block_run where {database.Dialect.IsAmong("pipeline_run_id", "@ids")} {children} order by pipeline_run_id, position, fan_index",
                new { ids = some }, cancellationToken: cancellationToken)));
        }

        return blocks;
    }

    private async Task<IReadOnlyList<PipelineRun>> AddBlocksAsync(
        DbConnection connection, IReadOnlyList<PipelineRunRow> rows, CancellationToken cancellationToken)
    {
        var blocks = await ReadBlocksAsync(connection, [.. rows.Select(row => row.Id)], withChildren: false, cancellationToken);
        var byRun = blocks.ToLookup(block => block.PipelineRunId, block => block.ToBlockRun([]));
        var now = timeProvider.GetUtcNow();
        return await WorkerPresence.ExplainAsync([.. rows.Select(row => row.ToRun([.. byRun[row.Id]], now))], connection, now, cancellationToken);
    }
}
