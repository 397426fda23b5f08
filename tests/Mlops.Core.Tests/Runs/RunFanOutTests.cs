using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Mlops.Core.Runs;
using Mlops.Core.Tests.Database;

namespace Mlops.Core.Tests.Runs;

/// <summary>Dynamic blocks in real runs.</summary>
public abstract class RunFanOutTests : PipelineRunSuite
{
    [Fact]
    public async Task A_block_is_run_for_each_item_and_so_are_those_after_it_until_one_gathers()
    {
        WriteFan("fan", ["d", "side", "b < d, side", "c < b", "e < c, side"], "d", gathers: "c");
        Fan("d", "x", "y 1", "z");

        var run = await _world.RunAsync("fan");

        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.Equal(
            ["d", "side", "b", "b:x", "b:y_1", "b:z", "c", "c:x", "c:y_1", "c:z", "e"], run.BlockRuns.Select(block => block.BlockUuid));
        Assert.All(run.BlockRuns, block => Assert.Equal(BlockRunStatus.Completed, block.Status));
        Assert.Equal([("d", 1), ("side", (int?)null)], _world.Host.Works["b:y_1"].Upstream.Select(upstream => (upstream.BlockUuid, upstream.Item)));
        Assert.Equal(["b:y_1"], _world.Host.Works["c:y_1"].Upstream.Select(upstream => upstream.BlockUuid));
        var gathered = _world.Host.Works["e"].Upstream[0];
        Assert.Equal(("c", 0), (gathered.BlockUuid, gathered.Outputs.Count));
        Assert.Equal(["c:x", "c:y_1", "c:z"], gathered.Parts!.Select(part => part.BlockUuid));
        Assert.All(gathered.Parts!, part => Assert.Single(part.Outputs));
        Assert.Equal(["b · x", "b · y_1", "b · z"], run.BlockRuns.Where(block => block.FanOf == "b").Select(block => block.Name));
        Assert.DoesNotContain("b#1", _world.Host.Starts);
    }

    [Fact]
    public async Task Two_dynamic_blocks_make_every_pair_once()
    {
        WriteFan("product", ["d", "f", "b < d, f", "c < b, f"], "d");
        RunWorld.WriteBlockKey(_fixture, "product", "f", "configuration: {dynamic: true}");
        Fan("d", "0", "1");
        Fan("f", "x", "y", "z");

        var run = await _world.RunAsync("product");

        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.Equal(["b:0:x", "b:0:y", "b:0:z", "b:1:x", "b:1:y", "b:1:z"], run.BlockRuns.Where(block => block.FanOf == "b").Select(block => block.BlockUuid));
        Assert.Equal([("d", 1), ("f", (int?)2)], _world.Host.Works["b:1:z"].Upstream.Select(upstream => (upstream.BlockUuid, upstream.Item)));
        Assert.Equal([("b:1:z", null), ("f", (int?)2)], _world.Host.Works["c:1:z"].Upstream.Select(upstream => (upstream.BlockUuid, upstream.Item)));
        Assert.Equal(6, run.BlockRuns.Count(block => block.FanOf == "c"));
    }

    [Fact]
    public async Task No_items_make_no_children_and_what_gathers_them_gets_none()
    {
        WriteFan("fan", ["d", "b < d", "e < b"], "d", gathers: "b");
        Fan("d");

        var run = await _world.RunAsync("fan");

        Assert.Equal((RunStatus.Completed, 3), (run.Status, run.BlockRuns.Count));
        Assert.Empty(_world.Host.Works["e"].Upstream[0].Parts!);
    }

    [Fact]
    public async Task A_child_that_fails_fails_its_block_and_alone_is_run_again()
    {
        WriteFan("fan", ["d", "b < d", "e < b"], "d", gathers: "b");
        Fan("d", "0", "1", "2");
        _world.Host.Scripts["b:1"] = (work, _, _) => Task.FromResult(work.Attempt == 1 ? ScriptedBlockHost.Failed("no") : ScriptedBlockHost.Completed());

        var run = await _world.RunAsync("fan");

        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal((BlockRunStatus.Failed, "1 of 3 blocks failed: 'b:1'."), (Block(run, "b").Status, Block(run, "b").Error!.Message));
        Assert.Equal(BlockRunStatus.UpstreamFailed, Block(run, "e").Status);

        await _world.Runs.RetryIncompleteAsync(run.Id, Cancellation);
        await _world.Executor.ExecuteAsync(run.Id, Cancellation);

        run = await _world.Runs.GetAsync(run.Id, Cancellation);
        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.Equal(["b:1#2", "e#1"], _world.Host.Starts.Skip(4));
    }

    [Fact]
    public async Task A_dynamic_block_that_is_run_again_fans_out_anew()
    {
        WriteFan("fan", ["d", "b < d", "c < b"], "d");
        _world.Host.Scripts["d"] = (work, _, _) => Task.FromResult(ScriptedBlockHost.Completed(ScriptedBlockHost.Json("output_0")) with { FanItems = work.Attempt == 1 ? ["0", "1"] : ["1", "2", "3"] });
        var run = await _world.RunAsync("fan");

        await _world.Runs.RetryFromAsync(run.Id, "d", Cancellation);
        await _world.Executor.ExecuteAsync(run.Id, Cancellation);

        run = await _world.Runs.GetAsync(run.Id, Cancellation);
        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.Equal(["d", "b", "b:1", "b:2", "b:3", "c", "c:1", "c:2", "c:3"], run.BlockRuns.Select(block => block.BlockUuid));
        Assert.Equal(2, Block(run, "b:1").Attempt);
    }

    [Fact]
    public async Task A_block_that_was_given_up_before_it_was_fanned_out_is_when_it_is_retried()
    {
        WriteFan("fan", ["d", "side", "b < d, side"], "d");
        Fan("d", "0", "1");
        _world.Host.Scripts["side"] = (work, _, _) => Task.FromResult(work.Attempt == 1 ? ScriptedBlockHost.Failed("no") : ScriptedBlockHost.Completed(ScriptedBlockHost.Json("output_0")));
        _world.Host.Scripts["d"] = async (_, _, _) =>
        {
            await Until.TrueAsync(async () => (await _world.Runs.ListAsync(new PipelineRunFilter("p", "fan"), Cancellation)).Runs[0].BlockRuns[1].Status == BlockRunStatus.Failed);
            return ScriptedBlockHost.Completed(ScriptedBlockHost.Json("output_0")) with { FanItems = ["0", "1"] };
        };
        var run = await _world.RunAsync("fan");
        Assert.Equal(["completed", "failed", "upstream_failed"], run.BlockRuns.Select(block => block.Status.ToWord()));

        await _world.Runs.RetryIncompleteAsync(run.Id, Cancellation);
        await _world.Executor.ExecuteAsync(run.Id, Cancellation);

        run = await _world.Runs.GetAsync(run.Id, Cancellation);
        Assert.Equal((RunStatus.Completed, 2), (run.Status, run.BlockRuns.Count(block => block.FanOf == "b")));
    }

    [Fact]
    public async Task Items_that_cannot_be_told_apart_or_are_none_fail_the_dynamic_block_in_words()
    {
        WriteFan("fan", ["d", "b < d"], "d");
        Fan("d", "a b", "a_b");
        var twice = await _world.RunAsync("fan");
        _world.Host.Scripts["d"] = (_, _, _) => Task.FromResult(ScriptedBlockHost.Completed(ScriptedBlockHost.Json("output_0")));
        var none = await _world.RunAsync("fan");
        Fan("d", [.. Enumerable.Range(0, 10_001).Select(i => i.ToString(CultureInfo.InvariantCulture))]);
        var many = await _world.RunAsync("fan");

        Assert.StartsWith("Block 'd' names two items 'a_b'. ", Block(twice, "d").Error!.Message, StringComparison.Ordinal);
        Assert.StartsWith("Block 'd' is dynamic, but its runner did not say what its items are.", Block(none, "d").Error!.Message, StringComparison.Ordinal);
        Assert.StartsWith("Block 'd' returned 10,001 items; at most 10,000 blocks are run for them.", Block(many, "d").Error!.Message, StringComparison.Ordinal);
        Assert.All(new[] { twice, none, many }, run => Assert.Equal(BlockRunStatus.UpstreamFailed, Block(run, "b").Status));
    }

    [Fact]
    public async Task Behind_a_dynamic_block_that_is_fanned_out_itself_a_block_is_run_for_each_item_of_each_of_its_lists()
    {
        WriteNested();
        Fan("b:x", "1", "2");
        Fan("b:y");
        Fan("b:z", "2");

        var run = await _world.RunAsync("nested");

        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.Equal(
            ["d", "b", "b:x", "b:y", "b:z", "c", "c:x:1", "c:x:2", "c:z:2", "g", "g:x:1", "g:x:2", "g:z:2", "e"], run.BlockRuns.Select(block => block.BlockUuid));
        Assert.All(run.BlockRuns, block => Assert.Equal(BlockRunStatus.Completed, block.Status));
        Assert.Equal([("b:x", 1), ("d", (int?)0)], _world.Host.Works["c:x:2"].Upstream.Select(upstream => (upstream.BlockUuid, upstream.Item)));
        Assert.Equal([("b:z", 0), ("d", (int?)2)], _world.Host.Works["c:z:2"].Upstream.Select(upstream => (upstream.BlockUuid, upstream.Item)));
        Assert.Equal(["c:x:2"], _world.Host.Works["g:x:2"].Upstream.Select(upstream => upstream.BlockUuid));
        Assert.Equal(["g:x:1", "g:x:2", "g:z:2"], _world.Host.Works["e"].Upstream[0].Parts!.Select(part => part.BlockUuid));
    }

    [Fact]
    public async Task Names_that_are_too_long_together_for_a_folder_are_cut_and_stay_apart()
    {
        WriteNested();
        var (one, other) = (new string('\u6771', 99) + "1", new string('\u6771', 99) + "2");
        Fan("d", one);
        Fan($"b:{one}", one, other);

        var run = await _world.RunAsync("nested");

        Assert.Equal(RunStatus.Completed, run.Status);
        var folders = new[] { one, other }.Select(name => Path.GetFileName(Path.GetDirectoryName(_world.Host.Works[$"c:{one}:{name}"].OutputDirectory))!).ToList();
        Assert.Equal(2, folders.Distinct().Count());
        Assert.All(folders, folder => Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(folder), 1, 255));
    }

    [Fact]
    public async Task Lists_that_are_all_empty_end_what_is_behind_them()
    {
        WriteNested();
        Fan("b:x");
        Fan("b:y");
        Fan("b:z");
        var none = await _world.RunAsync("nested");
        Fan("d");
        var nothing = await _world.RunAsync("nested");

        Assert.Equal((RunStatus.Completed, 8), (none.Status, none.BlockRuns.Count));
        Assert.Equal((RunStatus.Completed, 5), (nothing.Status, nothing.BlockRuns.Count));
        Assert.Empty(_world.Host.Works["e"].Upstream[0].Parts!);
    }

    [Fact]
    public async Task A_list_that_failed_is_made_again_before_what_is_behind_it_is_fanned_out()
    {
        WriteNested();
        Fan("b:x", "1");
        Fan("b:y", "1");
        _world.Host.Scripts["b:z"] = (work, _, _) => Task.FromResult(work.Attempt == 1
            ? ScriptedBlockHost.Failed("no")
            : ScriptedBlockHost.Completed(ScriptedBlockHost.Json("output_0")) with { FanItems = ["1"] });

        var run = await _world.RunAsync("nested");
        Assert.Equal((RunStatus.Failed, BlockRunStatus.UpstreamFailed), (run.Status, Block(run, "c").Status));

        await _world.Runs.RetryIncompleteAsync(run.Id, Cancellation);
        await _world.Executor.ExecuteAsync(run.Id, Cancellation);
        run = await _world.Runs.GetAsync(run.Id, Cancellation);

        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.Equal(["c:x:1", "c:y:1", "c:z:1"], run.BlockRuns.Where(block => block.FanOf == "c").Select(block => block.BlockUuid));
        Assert.Equal(1, _world.Host.Starts.Count(start => start.StartsWith("b:x#", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task One_list_that_is_made_again_fans_out_anew_what_is_behind_it()
    {
        WriteNested();
        Fan("b:x", "1", "2");
        Fan("b:y", "1");
        Fan("b:z", "1");
        var run = await _world.RunAsync("nested");
        Fan("b:x", "2", "3");

        await _world.Runs.RetryFromAsync(run.Id, "b:x", Cancellation);
        await _world.Executor.ExecuteAsync(run.Id, Cancellation);
        run = await _world.Runs.GetAsync(run.Id, Cancellation);

        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.Equal(["c:x:2", "c:x:3", "c:y:1", "c:z:1"], run.BlockRuns.Where(block => block.FanOf == "c").Select(block => block.BlockUuid));
        Assert.Equal(4, _world.Host.Works["e"].Upstream[0].Parts!.Count);
    }

    [Fact]
    public async Task Too_many_combinations_of_items_and_a_list_that_is_gathered_where_it_is_made_are_refused_in_words()
    {
        WriteNested();
        WriteFan("gathered", ["d", "b < d"], "d");
        RunWorld.WriteBlockKey(_fixture, "gathered", "b", "configuration: {dynamic: true, reduce_output: true}");
        foreach (var child in new[] { "b:x", "b:y", "b:z" })
        {
            Fan(child, [.. Enumerable.Range(0, 4_000).Select(i => i.ToString(CultureInfo.InvariantCulture))]);
        }

        var many = await _world.RunAsync("nested");
        var error = await Assert.ThrowsAsync<InvalidRequestException>(() => _world.StartAsync("gathered"));

        Assert.StartsWith("Block 'c' would be run more than 10,000 times, once for every combination", Block(many, "c").Error!.Message, StringComparison.Ordinal);
        Assert.Equal((RunStatus.Failed, BlockRunStatus.UpstreamFailed), (many.Status, Block(many, "e").Status));
        Assert.Contains("Block 'b' is dynamic, is itself run for each item of 'd', and has reduce_output", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_thousand_children_complete_and_lists_of_runs_leave_them_out()
    {
        WriteFan("fan", ["d", "b < d", "e < b"], "d", gathers: "b");
        Fan("d", [.. Enumerable.Range(0, 1000).Select(i => i.ToString(CultureInfo.InvariantCulture))]);

        var run = await _world.RunAsync("fan");

        Assert.Equal((RunStatus.Completed, 1003), (run.Status, run.BlockRuns.Count));
        Assert.Equal(1002, _world.Host.Starts.Distinct().Count());
        Assert.Equal(1002, _world.Host.Starts.Count);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"b:{i}"), _world.Host.Works["e"].Upstream[0].Parts!.Select(part => part.BlockUuid));
        var listed = await _world.Runs.ListAsync(new PipelineRunFilter("p", "fan"), Cancellation);
        Assert.Equal(["d", "b", "e"], listed.Runs[0].BlockRuns.Select(block => block.BlockUuid));
    }

    [Fact]
    public async Task A_run_whose_worker_dies_in_the_midst_of_the_children_goes_on_without_running_one_twice()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var dying = await RunWorld.CreateAsync(_fixture, time);
        WriteFan("fan", ["d", "b < d", "e < b"], "d", gathers: "b");
        dying.Host.Scripts["d"] = (_, _, _) => Task.FromResult(ScriptedBlockHost.Completed(ScriptedBlockHost.Json("output_0")) with { FanItems = ["0", "1", "2"] });
        dying.Host.Scripts["b:1"] = (_, _, _) => new TaskCompletionSource<BlockResult>().Task;
        var run = await dying.StartAsync("fan");
        _ = dying.Executor.ExecuteAsync(run.Id, Cancellation);
        await Until.TrueAsync(async () => (await dying.Runs.GetAsync(run.Id, Cancellation)).BlockRuns.Count(block => block.Status == BlockRunStatus.Completed) == 3);
        var before = await dying.Runs.GetAsync(run.Id, Cancellation);
        Assert.Equal((BlockRunStatus.Running, BlockRunStatus.Running), (Block(before, "b").Status, Block(before, "b:1").Status));

        await using var other = await RunWorld.CreateAsync(_fixture, new FakeTimeProvider(time.GetUtcNow().AddMinutes(2)));
        await other.Executor.ExecuteAsync(run.Id, Cancellation);

        run = await _world.Runs.GetAsync(run.Id, Cancellation);
        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.Equal(["b:1#2", "e#1"], other.Host.Starts);
        Assert.Equal(3, other.Host.Works["e"].Upstream[0].Parts!.Count);
    }

    [Fact]
    public async Task Cancelling_ends_the_children_and_what_stands_for_them()
    {
        WriteFan("fan", ["d", "b < d", "e < b"], "d", gathers: "b");
        Fan("d", [.. Enumerable.Range(0, 100).Select(i => i.ToString(CultureInfo.InvariantCulture))]);
        for (var i = 0; i < 100; i++)
        {
            _world.Host.Scripts[$"b:{i}"] = async (_, _, token) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
                return ScriptedBlockHost.Completed();
            };
        }

        var run = await _world.StartAsync("fan");
        var execution = _world.Executor.ExecuteAsync(run.Id, Cancellation);
        await Until.TrueAsync(() => Task.FromResult(_world.Host.Starts.Count > 1));
        await _world.Runs.CancelAsync(run.Id, Cancellation);
        await execution;

        run = await _world.Runs.GetAsync(run.Id, Cancellation);
        Assert.Equal((RunStatus.Cancelled, 103), (run.Status, run.BlockRuns.Count));
        Assert.All(run.BlockRuns.Skip(1), block => Assert.Equal(BlockRunStatus.Cancelled, block.Status));
    }

    private void WriteFan(string pipeline, string[] blocks, string dynamic, string? gathers = null)
    {
        RunWorld.WritePipeline(_fixture, pipeline, blocks);
        RunWorld.WriteBlockKey(_fixture, pipeline, dynamic, "configuration: {dynamic: true}");
        if (gathers is not null)
        {
            RunWorld.WriteBlockKey(_fixture, pipeline, gathers, "configuration: {reduce_output: true}");
        }
    }

    /// <summary>d and b are dynamic, b for each item of d; c and g are run for each item of b, and e once.</summary>
    private void WriteNested()
    {
        WriteFan("nested", ["d", "b < d", "c < b, d", "g < c", "e < g"], "d", gathers: "g");
        RunWorld.WriteBlockKey(_fixture, "nested", "b", "configuration: {dynamic: true}");
        Fan("d", "x", "y", "z");
    }

    private void Fan(string block, params string[] items) =>
        _world.Host.Scripts[block] = (_, _, _) => Task.FromResult(ScriptedBlockHost.Completed(ScriptedBlockHost.Json("output_0")) with { FanItems = items });
}

public sealed class SqliteRunFanOutTests : RunFanOutTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());
}

public sealed class PostgresRunFanOutTests : RunFanOutTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => PostgresFixture.CreateAsync();
}
