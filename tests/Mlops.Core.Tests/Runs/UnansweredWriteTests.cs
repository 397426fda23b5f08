using Mlops.Chaos.Faults;
using Mlops.Core.Database;
using Mlops.Core.Runs;
using Mlops.Core.Tests.Database;

namespace Mlops.Core.Tests.Runs;

/// <summary>Every transaction of the writer meets a fault once before it succeeds: the first time it lands without an answer, or fails, or its commit does.</summary>
public abstract class UnansweredWriteTests : IAsyncLifetime
{
    private readonly EveryOther _fate = new();
    private DatabaseFixture _fixture = null!;
    private RunWorld _world = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _fixture = await CreateFixtureAsync();
        RunWorld.WritePipeline(_fixture, "chain", ["a", "b < a", "c < b"]);
        RunWorld.WritePipeline(_fixture, "diamond", ["a", "b < a", "c < a", "d < b, c"]);
        RunWorld.WritePipeline(_fixture, "again", ["a"], "retry_config: {retries: 2, delay: 0}\n");
        RunWorld.WritePipeline(_fixture, "one", ["a"], "concurrency_config: {pipeline_run_limit: 1}\n");
        _world = await RunWorld.CreateAsync(_fixture, decorateWriter: connection => FaultyConnection.Wrap(connection, _fate));
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _world.DisposeAsync();
        await _fixture.DisposeAsync();
    }

    [Theory]
    [InlineData(nameof(WriteFault.LandsWithoutAnswer))]
    [InlineData(nameof(WriteFault.FailsAtCommit))]
    [InlineData(nameof(WriteFault.FailsAtStatement))]
    public async Task A_run_starts_each_block_once_and_stores_each_thing_once(string fault)
    {
        _fate.Fault = Enum.Parse<WriteFault>(fault);
        _world.Host.Scripts["b"] = (_, log, _) =>
        {
            log(new BlockLogLine(TimeProvider.System.GetUtcNow(), RunLogLevel.Info, "from b"));
            return Task.FromResult(ScriptedBlockHost.Completed(ScriptedBlockHost.Json("output_0")));
        };

        var chain = await _world.RunAsync("chain");
        var diamond = await _world.RunAsync("diamond");

        Assert.Equal((RunStatus.Completed, RunStatus.Completed), (chain.Status, diamond.Status));
        Assert.Equal(["a#1", "a#1", "b#1", "b#1", "c#1", "c#1", "d#1"], _world.Host.Starts.Order());
        Assert.All(chain.BlockRuns.Concat(diamond.BlockRuns), block => Assert.Equal(
            (BlockRunStatus.Completed, 1, 1, 0), (block.Status, block.Attempt, block.Outputs.Count, block.Interruptions)));
        Assert.Equal(2, (await _world.Runs.ListAsync(new PipelineRunFilter(), Cancellation)).TotalCount);
        var lines = await _world.Get<MetadataDatabase>().QueryAsync<string>(
            "select text from run_log where pipeline_run_id = @Id and block_uuid = 'b' and text = 'from b'", new { chain.Id }, Cancellation);
        Assert.Equal(["from b"], lines);
        Assert.True(_fate.Met >= 6, $"Only {_fate.Met} transactions met a fault.");
    }

    [Theory]
    [InlineData(nameof(WriteFault.LandsWithoutAnswer))]
    [InlineData(nameof(WriteFault.FailsAtCommit))]
    public async Task Every_attempt_of_a_block_that_is_retried_is_counted_once(string fault)
    {
        _fate.Fault = Enum.Parse<WriteFault>(fault);
        _world.Host.Scripts["a"] = (work, _, _) =>
            Task.FromResult(work.Attempt < 3 ? ScriptedBlockHost.Failed($"attempt {work.Attempt}") : ScriptedBlockHost.Completed());

        var run = await _world.StartAsync("again");
        await Until.TrueAsync(async () =>
        {
            await _world.Executor.ExecuteAsync(run.Id, Cancellation);
            return (await _world.Runs.GetAsync(run.Id, Cancellation)).Status.IsFinal();
        });

        run = await _world.Runs.GetAsync(run.Id, Cancellation);
        var block = Assert.Single(run.BlockRuns);
        Assert.Equal((RunStatus.Completed, BlockRunStatus.Completed, 3, 2), (run.Status, block.Status, block.Attempt, block.Failures));
        Assert.Equal(["a#1", "a#2", "a#3"], _world.Host.Starts);
        Assert.Equal([(1, "attempt 1"), (2, "attempt 2")], block.EarlierAttempts.Select(each => (each.Attempt, each.Error!.Message)));
    }

    [Fact]
    public async Task A_claim_that_lands_without_an_answer_takes_one_place_of_a_limit()
    {
        _fate.Fault = WriteFault.LandsWithoutAnswer;

        var first = await _world.RunAsync("one");
        var second = await _world.RunAsync("one");

        Assert.Equal((RunStatus.Completed, RunStatus.Completed), (first.Status, second.Status));
        Assert.Equal(["a#1", "a#1"], _world.Host.Starts);
    }

    private protected abstract Task<DatabaseFixture> CreateFixtureAsync();
}

public sealed class SqliteUnansweredWriteTests : UnansweredWriteTests
{
    private protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());
}

public sealed class PostgresUnansweredWriteTests : UnansweredWriteTests
{
    private protected override Task<DatabaseFixture> CreateFixtureAsync() => PostgresFixture.CreateAsync();
}
