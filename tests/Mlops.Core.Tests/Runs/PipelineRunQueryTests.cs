using Mlops.Core.Database;
using Mlops.Core.Runs;
using Mlops.Core.Tests.Database;

namespace Mlops.Core.Tests.Runs;

/// <summary>What can be asked of runs, their logs and outputs, and what is refused; a subclass says on which database.</summary>
public abstract class PipelineRunQueryTests : PipelineRunSuite
{
    private static readonly IEqualityComparer<(long[] Ids, long? Next, long Total)> TupleComparer =
        EqualityComparer<(long[] Ids, long? Next, long Total)>.Create((x, y) => x.Ids.SequenceEqual(y.Ids) && x.Next == y.Next && x.Total == y.Total);

    [Fact]
    public async Task Lines_are_numbered_in_order_and_durable_when_their_block_completed()
    {
        _world.Host.Scripts["a"] = (_, log, _) =>
        {
            for (var i = 1; i <= 3000; i++)
            {
                log(new BlockLogLine(TimeProvider.System.GetUtcNow(), i % 100 == 0 ? RunLogLevel.Warning : RunLogLevel.Info, $"Zeile {i} mit NUL \0 und halbem \ud800"));
            }

            return Task.FromResult(ScriptedBlockHost.Completed());
        };
        IReadOnlyList<RunLogLine> seenByB = [];
        _world.Host.Scripts["b"] = async (_, _, _) =>
        {
            seenByB = await ReadLogAsync(_world.Queue.Enqueued.Single());
            return ScriptedBlockHost.Completed();
        };

        var run = await _world.RunAsync("chain");

        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.Equal(Enumerable.Range(1, 3000).Select(i => (long)i), seenByB.Select(line => line.Number));
        Assert.Equal(Enumerable.Range(1, 3000).Select(i => $"Zeile {i} mit NUL \ufffd und halbem \ufffd"), seenByB.Select(line => line.Text));
        Assert.All(seenByB, line => Assert.Equal(("a", 1), (line.BlockUuid, line.Attempt)));

        var logs = _world.Get<RunLogStore>();
        Assert.Equal(
            new Dictionary<RunLogLevel, long> { [RunLogLevel.Info] = 2970, [RunLogLevel.Warning] = 30 },
            await logs.CountAsync(run.Id, new RunLogFilter(BlockUuid: "a"), Cancellation));
        Assert.Equal(["100", "200"], Numbers(await logs.ReadAsync(run.Id, new RunLogFilter(MinimumLevel: RunLogLevel.Warning), 0, 2, Cancellation)));
        Assert.Equal(["2100"], Numbers(await logs.ReadWindowAsync(run.Id, new RunLogFilter(MinimumLevel: RunLogLevel.Warning), 20, 1, Cancellation)));
        Assert.Equal(["21", "22"], Numbers(await logs.ReadWindowAsync(run.Id, new RunLogFilter(), 20, 2, Cancellation)));
        Assert.Equal(["2999"], Numbers(await logs.ReadAsync(run.Id, new RunLogFilter(Text: "ZEILE 2999"), 0, 10, Cancellation)));
        Assert.Empty(await logs.ReadAsync(run.Id, new RunLogFilter(BlockUuid: "b"), 0, 10, Cancellation));

        static IEnumerable<string> Numbers(IEnumerable<RunLogLine> lines) => lines.Select(line => line.Number.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Listeners_hear_of_every_step_after_it_is_durable()
    {
        var seen = new List<string>();
        var store = _world.Get<PipelineRunStore>();
        using var subscription = _world.Get<RunEvents>().Subscribe(change =>
        {
            var run = store.FindAsync(change.PipelineRunId, CancellationToken.None).GetAwaiter().GetResult()!;
            lock (seen)
            {
                seen.Add($"{run.Status}: {string.Join(' ', run.BlockRuns.Select(block => block.Status))}");
            }
        });
        using var failing = _world.Get<RunEvents>().Subscribe(_ => throw new InvalidOperationException("a page broke"));

        await _world.RunAsync("chain");

        Assert.Equal(
            [
                "Initial: Initial Initial Initial",
                "Running: Running Initial Initial",
                "Running: Completed Running Initial",
                "Running: Completed Completed Running",
                "Completed: Completed Completed Completed",
            ],
            seen);
    }

    [Fact]
    public async Task What_cannot_run_is_refused_with_all_reasons()
    {
        RunWorld.WritePipeline(_fixture, "broken", ["x < y", "y < x"]);
        RunWorld.WritePipeline(_fixture, "in_r", ["x", "y < x"], language: "r");
        await using var world = await RunWorld.CreateAsync(_fixture);

        var cycle = await Assert.ThrowsAsync<InvalidRequestException>(() => world.StartAsync("broken"));
        var inR = await Assert.ThrowsAsync<InvalidRequestException>(() => world.StartAsync("in_r"));
        var missing = await Assert.ThrowsAsync<NotFoundException>(() => world.StartAsync("nothing"));

        Assert.Equal("invalid_pipeline", cycle.Type);
        Assert.Equal(["Block 'x' cannot run: R has no runner yet.", "Block 'y' cannot run: R has no runner yet."], inR.Errors);
        Assert.Equal("pipeline", missing.Kind);
        Assert.Equal(0, (await world.Runs.ListAsync(new PipelineRunFilter(), Cancellation)).TotalCount);
    }

    [Fact]
    public async Task An_unknown_run_is_told_by_its_id()
    {
        Func<Task>[] calls =
        [
            () => _world.Runs.GetAsync(77, Cancellation),
            () => _world.Runs.CancelAsync(77, Cancellation),
            () => _world.Runs.RetryIncompleteAsync(77, Cancellation),
            () => _world.Runs.WaitAsync(77, TimeSpan.FromMinutes(1), Cancellation),
            () => _world.Get<RunLogStore>().ReadAsync(77, new RunLogFilter(), 0, 10, Cancellation),
            () => _world.Get<BlockOutputStore>().GetAsync(77, "a", "output_0", Cancellation),
        ];

        foreach (var call in calls)
        {
            var error = await Assert.ThrowsAsync<NotFoundException>(call);
            Assert.Equal(("pipeline_run", "77"), (error.Kind, error.Id));
        }
    }

    [Fact]
    public async Task Outputs_that_are_not_there_are_told_with_those_that_are()
    {
        var run = await _world.RunAsync("chain");
        var outputs = _world.Get<BlockOutputStore>();

        var block = await Assert.ThrowsAsync<NotFoundException>(() => outputs.GetAsync(run.Id, "z", "output_0", Cancellation));
        var output = await Assert.ThrowsAsync<NotFoundException>(() => outputs.GetAsync(run.Id, "a", "output_5", Cancellation));
        var gone = Assert.Throws<NotFoundException>(() => outputs.ResolvePath(Block(run, "a").Outputs[0]));
        var outside = Assert.Throws<ArgumentException>(() => outputs.ResolvePath(ScriptedBlockHost.Json("x") with { Path = "../../secret" }));

        Assert.Contains("it has a, b, c", block.Message, StringComparison.Ordinal);
        Assert.Contains("it has output_0", output.Message, StringComparison.Ordinal);
        Assert.Contains("is gone", gone.Message, StringComparison.Ordinal);
        Assert.Contains("leads out", outside.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_go_page_by_page_newest_first_with_totals()
    {
        var ids = new List<long>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add((await _world.RunAsync(i == 3 ? "diamond" : "chain")).Id);
        }

        var first = await _world.Runs.ListAsync(new PipelineRunFilter("p", "chain", Limit: 3), Cancellation);
        var second = await _world.Runs.ListAsync(new PipelineRunFilter("p", "chain", Before: first.NextBefore, Limit: 3), Cancellation);
        var failed = await _world.Runs.ListAsync(new PipelineRunFilter(Status: RunStatus.Failed), Cancellation);

        Assert.Equal((new[] { ids[4], ids[2], ids[1] }, (long?)ids[1], 4L), (first.Runs.Select(run => run.Id).ToArray(), first.NextBefore, first.TotalCount), TupleComparer);
        Assert.Equal((new[] { ids[0] }, (long?)null, 4L), (second.Runs.Select(run => run.Id).ToArray(), second.NextBefore, second.TotalCount), TupleComparer);
        Assert.Equal((0, 0L), (failed.Runs.Count, failed.TotalCount));
        Assert.All(first.Runs, run => Assert.Equal(3, run.BlockRuns.Count));
    }

    [Fact]
    public async Task Runs_are_found_by_each_of_several_values_and_all_filters_together()
    {
        var chain = (await _world.RunAsync("chain")).Id;
        _world.Host.Scripts["load"] = (_, _, _) => Task.FromResult(ScriptedBlockHost.Failed("no"));
        var diamond = (await _world.RunAsync("diamond")).Id;
        var waiting = await _world.StartAsync("chain");

        Assert.Equal([waiting.Id, diamond, chain], await FindAsync(new PipelineRunFilter()));
        Assert.Equal([chain, diamond, waiting.Id], await FindAsync(new PipelineRunFilter { OldestFirst = true }));
        Assert.Equal([diamond], await FindAsync(new PipelineRunFilter(Limit: 1) { Offset = 1 }));
        Assert.Equal([waiting.Id, chain], await FindAsync(new PipelineRunFilter { Ids = [chain, waiting.Id, 999] }));
        Assert.Equal([waiting.Id, diamond, chain], await FindAsync(new PipelineRunFilter { PipelineUuids = ["chain", "diamond"] }));
        Assert.Equal([diamond], await FindAsync(new PipelineRunFilter { Pipelines = ["p/diamond", "other/chain"] }));
        Assert.Equal([waiting.Id, diamond], await FindAsync(new PipelineRunFilter { Statuses = [RunStatus.Initial, RunStatus.Failed] }));
        Assert.Equal([waiting.Id], await FindAsync(new PipelineRunFilter { Statuses = [RunStatus.Initial, RunStatus.Failed], PipelineUuids = ["chain"], CreatedFrom = waiting.CreatedAt }));
        Assert.Equal([waiting.Id], await FindAsync(new PipelineRunFilter { CreatedFrom = waiting.CreatedAt, CreatedTo = waiting.CreatedAt }));
        Assert.Empty(await FindAsync(new PipelineRunFilter { CreatedTo = DateTimeOffset.UnixEpoch }));
        Assert.Empty(await FindAsync(new PipelineRunFilter { TriggerIds = [1, 2] }));
        Assert.Empty(await FindAsync(new PipelineRunFilter { Products = ["p/training_set"] }));
        Assert.Empty(await FindAsync(new PipelineRunFilter { Ids = [] }));

        async Task<IEnumerable<long>> FindAsync(PipelineRunFilter filter) => (await _world.Runs.ListAsync(filter, Cancellation)).Runs.Select(run => run.Id);
    }

    [Fact]
    public async Task A_run_is_found_by_one_of_its_block_runs()
    {
        await _world.RunAsync("chain");
        var run = await _world.RunAsync("diamond");

        Assert.Equal(run.Id, (await _world.Runs.GetOfBlockRunAsync(run.BlockRuns[2].Id, Cancellation)).Id);
        var error = await Assert.ThrowsAsync<NotFoundException>(() => _world.Runs.GetOfBlockRunAsync(999, Cancellation));
        Assert.Equal(("block_run", "999"), (error.Kind, error.Id));
    }

    [Fact]
    public async Task The_latest_runs_of_every_pipeline_are_found()
    {
        var chain = new[] { await _world.RunAsync("chain"), await _world.RunAsync("chain"), await _world.RunAsync("chain") };
        var diamond = await _world.RunAsync("diamond");

        var latest = await _world.Runs.ListLatestAsync("p", 2, Cancellation);

        Assert.Equal(["chain", "diamond"], latest.Keys.Order());
        Assert.Equal([chain[2].Id, chain[1].Id], latest["chain"].Select(run => run.Id));
        Assert.Equal([diamond.Id], latest["diamond"].Select(run => run.Id));
        Assert.Equal([3, 0], latest["chain"].Select(run => run.BlockRuns.Count));
        Assert.Empty(await _world.Runs.ListLatestAsync("other", 2, Cancellation));
    }

    [Fact]
    public async Task The_latest_runs_of_thousands_of_pipelines_are_found()
    {
        await _world.Get<MetadataDatabase>().WriteAsync(
            session => session.Execute(
                """
                with recursive number (n) as (select 1 union all select n + 1 from number where n < 35000)
                insert into pipeline_run (request_id, project_uuid, pipeline_uuid, status, origin, execution_date, created_at, started_at, completed_at)
                select 'r' || n, 'many', 'pipeline_' || (n % 3500), 'completed', 'once', 1, 1, 1, 2 from number
                """,
                new { }),
            Cancellation);

        var latest = await _world.Runs.ListLatestAsync("many", 10, Cancellation);

        Assert.Equal((3_500, 35_000), (latest.Count, latest.Values.Sum(runs => runs.Count)));
    }

    [Fact]
    public async Task Statistics_count_runs_by_outcome_and_hour()
    {
        await _world.RunAsync("chain");
        await _world.RunAsync("diamond");
        _world.Host.Scripts["a"] = (_, _, _) => Task.FromResult(ScriptedBlockHost.Failed("no"));
        await _world.RunAsync("chain");
        await _world.StartAsync("chain");

        var all = await _world.Runs.GetStatisticsAsync("p", null, DateTimeOffset.UnixEpoch, Cancellation);
        var chain = await _world.Runs.GetStatisticsAsync("p", "chain", DateTimeOffset.UnixEpoch, Cancellation);
        var none = await _world.Runs.GetStatisticsAsync("p", null, TimeProvider.System.GetUtcNow().AddHours(1), Cancellation);

        Assert.Equal((4L, 2L, 1L, 1L, 0L), (all.Total, all.Completed, all.Failed, all.FailedPipelines, all.Running));
        Assert.Equal((3L, 1L, 1L), (chain.Total, chain.Completed, chain.Failed));
        Assert.Equal((4L, 1L), (all.ByHour.Sum(hour => hour.Total), all.ByHour.Sum(hour => hour.Failed)));
        Assert.True(all.MedianDuration > TimeSpan.Zero && all.MedianDuration <= all.Percentile95Duration && all.MedianWait > TimeSpan.Zero);
        Assert.Equal((0L, (TimeSpan?)null), (none.Total, none.MedianDuration));
    }
}

public sealed class SqlitePipelineRunQueryTests : PipelineRunQueryTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());
}

public sealed class PostgresPipelineRunQueryTests : PipelineRunQueryTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => PostgresFixture.CreateAsync();
}
