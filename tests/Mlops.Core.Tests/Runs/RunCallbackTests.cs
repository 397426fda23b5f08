using Mlops.Core.Runs;
using Mlops.Core.Tests.Database;

namespace Mlops.Core.Tests.Runs;

/// <summary>Callbacks of blocks in real runs.</summary>
public abstract class RunCallbackTests : PipelineRunSuite
{
    [Fact]
    public async Task A_callback_is_called_with_the_outputs_of_its_block_and_its_failure_changes_nothing_of_the_run()
    {
        WriteWatched("a", "b < a");
        _world.Host.Scripts["tell:a"] = (_, _, _) => Task.FromResult(ScriptedBlockHost.Failed("no mail"));

        var run = await _world.RunAsync("watched");

        Assert.Equal((RunStatus.Completed, null), (run.Status, run.Error));
        Assert.Equal(
            [("a", "completed"), ("b", "completed"), ("tell:a", "failed")], run.BlockRuns.Select(block => (block.BlockUuid, block.Status.ToWord())));
        Assert.Equal("no mail", Block(run, "tell:a").Error!.Message);
        Assert.Contains(await ReadLogAsync(run.Id), line => line is { BlockUuid: "tell:a", Level: RunLogLevel.Error });
        var work = _world.Host.Works["tell:a"];
        Assert.Equal(("a", new CallbackWork("success", null)), (work.ParentUuid, work.Callback));
        Assert.Equal(("a", 1), (Assert.Single(work.Upstream).BlockUuid, work.Upstream[0].Outputs.Count));
    }

    [Fact]
    public async Task A_callback_hears_of_a_failure_once_after_the_last_retry()
    {
        WriteWatched("a", "b < a");
        RunWorld.WriteBlockKey(_fixture, "watched", "a", "retry_config: {retries: 1, delay: 0}");
        _world.Host.Scripts["a"] = (work, _, _) => Task.FromResult(ScriptedBlockHost.Failed($"no {work.Attempt}"));

        var run = await _world.StartAsync("watched");
        await _world.Executor.ExecuteToEndAsync(run.Id, Cancellation);
        run = await _world.Runs.GetAsync(run.Id, Cancellation);

        Assert.Equal((RunStatus.Failed, BlockRunStatus.Completed), (run.Status, Block(run, "tell:a").Status));
        Assert.Equal(["a#1", "a#2", "tell:a#1"], _world.Host.Starts);
        Assert.Equal(("failure", "no 2"), (_world.Host.Works["tell:a"].Callback!.Outcome, _world.Host.Works["tell:a"].Callback!.Error!.Message));
    }

    [Fact]
    public async Task A_cancelled_run_calls_the_callbacks_of_the_blocks_that_ran_and_no_others()
    {
        WriteWatched("a", "b < a");
        _world.Host.Scripts["a"] = async (_, _, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return ScriptedBlockHost.Completed();
        };
        RunWorld.WritePipeline(
            _fixture, "watched", ["a", "b < a"], "callbacks: [{uuid: tell, type: callback, language: csharp, upstream_blocks: [a, b]}]\n");
        var run = await _world.StartAsync("watched");
        var execution = _world.Executor.ExecuteAsync(run.Id, Cancellation);
        await Until.TrueAsync(() => Task.FromResult(!_world.Host.Starts.IsEmpty));

        await _world.Runs.CancelAsync(run.Id, Cancellation);
        await execution;
        run = await _world.Runs.GetAsync(run.Id, Cancellation);

        Assert.Equal(RunStatus.Cancelled, run.Status);
        Assert.Equal(["cancelled", "cancelled", "completed", "cancelled"], run.BlockRuns.Select(block => block.Status.ToWord()));
        Assert.Equal(["a#1", "tell:a#1"], _world.Host.Starts);
        Assert.Equal("cancelled", _world.Host.Works["tell:a"].Callback!.Outcome);
    }

    [Fact]
    public async Task A_callback_without_a_method_for_the_outcome_is_left_out_and_leaves_nothing_to_retry()
    {
        WriteWatched("a");
        _world.Host.Scripts["tell:a"] = (_, _, _) => Task.FromResult(ScriptedBlockHost.Answer(false));

        var run = await _world.RunAsync("watched");

        Assert.Equal((RunStatus.Completed, BlockRunStatus.ConditionFailed), (run.Status, Block(run, "tell:a").Status));
        var error = await Assert.ThrowsAsync<InvalidRequestException>(() => _world.Runs.RetryIncompleteAsync(run.Id, Cancellation));
        Assert.Contains("there is nothing to retry", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_callback_whose_worker_is_stopped_is_called_again_by_the_next_one()
    {
        WriteWatched("a");
        using var stopping = new CancellationTokenSource();
        _world.Host.Scripts["tell:a"] = async (work, _, token) =>
        {
            if (work.Attempt == 1)
            {
                await stopping.CancelAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            }

            return ScriptedBlockHost.Answer(true);
        };
        var run = await _world.StartAsync("watched");

        await _world.Executor.ExecuteAsync(run.Id, stopping.Token);
        Assert.Equal(RunStatus.Running, (await _world.Runs.GetAsync(run.Id, Cancellation)).Status);
        await _world.Executor.ExecuteAsync(run.Id, Cancellation);

        run = await _world.Runs.GetAsync(run.Id, Cancellation);
        Assert.Equal((RunStatus.Completed, BlockRunStatus.Completed), (run.Status, Block(run, "tell:a").Status));
        Assert.Equal(["a#1", "tell:a#1", "tell:a#2"], _world.Host.Starts);
    }

    private void WriteWatched(params string[] blocks)
    {
        RunWorld.WritePipeline(_fixture, "watched", blocks, "callbacks: [{uuid: tell, type: callback, language: csharp, upstream_blocks: [a]}]\n");
        RunWorld.WriteFile(_fixture, "callbacks", "tell");
    }
}

public sealed class SqliteRunCallbackTests : RunCallbackTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());
}

public sealed class PostgresRunCallbackTests : RunCallbackTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => PostgresFixture.CreateAsync();
}
