using Mlops.Core.Runs;
using Mlops.Core.Tests.Database;

namespace Mlops.Core.Tests.Runs;

/// <summary>Conditions of blocks in real runs.</summary>
public abstract class RunConditionTests : PipelineRunSuite
{
    [Fact]
    public async Task A_block_whose_condition_does_not_hold_is_left_out_with_what_depends_on_it_and_the_run_completes()
    {
        WriteGuarded("a", "b < a", "c < b", "d < a");
        _world.Host.Scripts["is_due"] = (_, _, _) => Task.FromResult(ScriptedBlockHost.Answer(false));

        var run = await _world.RunAsync("guarded");

        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.Equal(["completed", "condition_failed", "condition_failed", "completed"], run.BlockRuns.Select(block => block.Status.ToWord()));
        Assert.DoesNotContain("b#1", _world.Host.Starts);
        Assert.Contains(await ReadLogAsync(run.Id), line => line is { BlockUuid: "b", Text: "Condition 'is_due' does not hold: the block is left out." });
    }

    [Fact]
    public async Task A_condition_is_asked_with_what_its_block_would_get_and_lets_it_run()
    {
        WriteGuarded("a", "b < a");
        _world.Host.Scripts["is_due"] = (work, log, _) =>
        {
            log(new BlockLogLine(DateTimeOffset.UnixEpoch, RunLogLevel.Info, "thinking"));
            return Task.FromResult(ScriptedBlockHost.Answer(work is { BlockType: "conditional", ParentUuid: "b", Upstream: [{ BlockUuid: "a", Outputs.Count: 1 }] }));
        };

        var run = await _world.RunAsync("guarded");

        Assert.Equal((RunStatus.Completed, BlockRunStatus.Completed), (run.Status, Block(run, "b").Status));
        Assert.Equal(["a#1", "is_due#1", "b#1"], _world.Host.Starts);
        Assert.Contains(await ReadLogAsync(run.Id), line => line is { BlockUuid: "b", Text: "thinking" });
    }

    [Fact]
    public async Task A_condition_that_throws_fails_its_block_in_words_and_is_asked_again_with_its_retry()
    {
        WriteGuarded("a", "b < a");
        RunWorld.WriteBlockKey(_fixture, "guarded", "b", "retry_config: {retries: 1, delay: 0}");
        _world.Host.Scripts["is_due"] = (_, _, _) => Task.FromResult(ScriptedBlockHost.Failed("no calendar"));

        var run = await _world.StartAsync("guarded");
        await _world.Executor.ExecuteToEndAsync(run.Id, Cancellation);
        run = await _world.Runs.GetAsync(run.Id, Cancellation);

        Assert.Equal((RunStatus.Failed, 2), (run.Status, Block(run, "b").Failures));
        Assert.Equal("Condition 'is_due' of block 'b' failed: no calendar", Block(run, "b").Error!.Message);
        Assert.Equal(["a#1", "is_due#1", "is_due#2"], _world.Host.Starts);
    }

    private void WriteGuarded(params string[] blocks)
    {
        RunWorld.WritePipeline(_fixture, "guarded", blocks, "conditionals: [{uuid: is_due, type: conditional, language: csharp, upstream_blocks: [b]}]\n");
        RunWorld.WriteFile(_fixture, "conditionals", "is_due");
    }
}

public sealed class SqliteRunConditionTests : RunConditionTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());
}

public sealed class PostgresRunConditionTests : RunConditionTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => PostgresFixture.CreateAsync();
}
