using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Mlops.Chaos.Faults;
using Mlops.Core.Runs;
using Mlops.Core.Runs.Calls;
using Mlops.Core.Tests.Database;

namespace Mlops.Core.Tests.Runs;

/// <summary>Blocks that are runs of other pipelines; the clock stands until a test moves it.</summary>
public abstract class RunCallTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero));
    private DatabaseFixture _fixture = null!;
    private RunWorld _world = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _fixture = await CreateFixtureAsync();
        RunWorld.WritePipeline(_fixture, "train", ["fit"], "variables: {alpha: 1, beta: 2}\n");
        WriteCaller("nightly", "{uuid: train, variables: {alpha: 5}, inherit: [region]}", "variables: {region: north, secretive: 1}\nretry_config: {retries: 1, delay: 5}\n");
        _world = await RunWorld.CreateAsync(_fixture, _time);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _world.DisposeAsync();
        await _fixture.DisposeAsync();
    }

    [Fact]
    public async Task A_run_waits_for_the_run_that_is_its_block_and_holds_nothing_meanwhile()
    {
        var run = await _world.RunAsync("nightly");

        var child = await ChildAsync(run);
        Assert.Equal((RunStatus.Running, $"Block 'call' waits for run {child.Id} of pipeline 'train'.", null), (run.Status, run.WaitingFor, run.ResumeAt));
        Assert.Equal((true, 1, 0), (run.BlockRuns[1].WaitsForRun, run.BlockRuns[1].Attempt, _world.Host.OpenSessions));
        Assert.Equal((RunOrigin.Pipeline, run.Id, run.ExecutionDate), (child.Origin, child.ParentRunId, child.ExecutionDate));
        Assert.Equal("""{"alpha":5,"beta":2,"region":"north"}""", JsonSerializer.Serialize(child.Variables.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary()));
        Assert.Contains(child.Id, _world.Queue.Enqueued);
        await _world.Executor.ExecuteAsync(run.Id, Cancellation);
        Assert.Equal(["before#1"], _world.Host.Starts);

        await _world.Executor.ExecuteAsync(child.Id, Cancellation);
        Assert.Equal([run.Id], await _world.Get<RunClaims>().ListClaimableAsync(10, Cancellation));
        run = await ExecuteAsync(run.Id);

        Assert.Equal((RunStatus.Completed, BlockRunStatus.Completed, 1), (run.Status, run.BlockRuns[1].Status, run.BlockRuns[1].Attempt));
        Assert.Equal(["before#1", "fit#1", "after#1"], _world.Host.Starts);
        Assert.Equal(
            $$"""{"pipeline_run_id":{{child.Id}},"project_uuid":"p","pipeline_uuid":"train","status":"completed"}""",
            Assert.Single(_world.Host.Works["after"].Upstream[0].Outputs).Output.Value);
    }

    [Fact]
    public async Task A_run_that_fails_fails_its_block_which_is_tried_again_with_another_run()
    {
        var calls = 0;
        _world.Host.Scripts["fit"] = (_, _, _) => Task.FromResult(++calls == 1 ? ScriptedBlockHost.Failed("no") : ScriptedBlockHost.Completed());
        var run = await _world.RunAsync("nightly");
        var first = await ChildAsync(run);
        await ExecuteAsync(first.Id);

        run = await ExecuteAsync(run.Id);
        Assert.Equal((RunStatus.Running, 1, _time.GetUtcNow().AddSeconds(5)), (run.Status, run.BlockRuns[1].Failures, run.ResumeAt));
        _time.Advance(TimeSpan.FromSeconds(5));
        await ExecuteAsync(run.Id);
        var second = await ChildAsync(run);
        await ExecuteAsync(second.Id);
        run = await ExecuteAsync(run.Id);

        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal((RunStatus.Completed, 2), (run.Status, run.BlockRuns[1].Attempt));
        Assert.Equal(
            [new BlockError("pipeline_failed", $"Run {first.Id} of pipeline 'train' failed.")], run.BlockRuns[1].EarlierAttempts.Select(attempt => attempt.Error!));
    }

    [Fact]
    public async Task Whether_it_waits_and_whether_it_fails_with_the_run_is_said_in_the_file()
    {
        WriteCaller("careless", "{uuid: train, error_on_failure: false}");
        WriteCaller("hasty", "{uuid: train, check_status: false}");
        _world.Host.Scripts["fit"] = (_, _, _) => Task.FromResult(ScriptedBlockHost.Failed("no"));
        _time.Advance(TimeSpan.FromSeconds(2));

        var careless = await _world.RunAsync("careless");
        await ExecuteAsync((await ChildAsync(careless)).Id);
        careless = await ExecuteAsync(careless.Id);
        var hasty = await _world.RunAsync("hasty");

        Assert.Equal((RunStatus.Completed, RunStatus.Completed), (careless.Status, hasty.Status));
        Assert.Contains("\"failed\"", careless.BlockRuns[1].Outputs[0].Value, StringComparison.Ordinal);
        Assert.Equal(RunStatus.Failed, (await ExecuteAsync((await ChildAsync(hasty)).Id)).Status);
    }

    [Fact]
    public async Task A_cancel_passes_down_to_the_run_that_is_waited_for_and_what_that_waits_for()
    {
        WriteCaller("top", "{uuid: nightly}");
        var fit = new TaskCompletionSource<BlockResult>();
        _world.Host.Scripts["fit"] = async (_, _, token) => await fit.Task.WaitAsync(token);
        _time.Advance(TimeSpan.FromSeconds(2));
        var top = await _world.RunAsync("top");
        var middle = await ExecuteAsync((await ChildAsync(top)).Id);
        var bottom = await ChildAsync(middle);
        var execution = _world.Executor.ExecuteAsync(bottom.Id, Cancellation);
        await Until.TrueAsync(() => Task.FromResult(_world.Host.Starts.Contains("fit#1")));

        await _world.Runs.CancelAsync(top.Id, Cancellation);
        await ExecuteAsync(top.Id);
        await ExecuteAsync(middle.Id);
        await execution;

        Assert.All([top.Id, middle.Id, bottom.Id], id => Assert.Equal(RunStatus.Cancelled, GetAsync(id).GetAwaiter().GetResult().Status));
    }

    [Fact]
    public async Task A_run_that_is_cancelled_by_itself_fails_the_block_that_waits_for_it()
    {
        var run = await _world.RunAsync("nightly");
        var child = await ChildAsync(run);

        await _world.Runs.CancelAsync(child.Id, Cancellation);
        run = await ExecuteAsync(run.Id);

        Assert.Equal($"Run {child.Id} of pipeline 'train' was cancelled.", run.BlockRuns[1].EarlierAttempts[0].Error!.Message);
    }

    [Fact]
    public async Task A_block_that_waits_too_long_fails_and_recovery_cancels_the_run()
    {
        WriteCaller("patient", "{uuid: train}", timeout: 60);
        _time.Advance(TimeSpan.FromSeconds(2));
        var run = await _world.RunAsync("patient");
        var child = await ChildAsync(run);
        Assert.Equal(_time.GetUtcNow().AddSeconds(60), run.ResumeAt);

        _time.Advance(TimeSpan.FromSeconds(60));
        run = await ExecuteAsync(run.Id);
        await _world.Recovery.SweepAsync(isFirst: false, Cancellation);

        Assert.Equal((RunStatus.Failed, "timeout"), (run.Status, run.BlockRuns[1].Error!.Type));
        Assert.Equal(RunStatus.Cancelled, (await GetAsync(child.Id)).Status);
    }

    [Fact]
    public async Task A_worker_that_dies_after_it_started_the_run_leaves_it_to_the_next_which_waits_for_the_same_one()
    {
        var slow = new TaskCompletionSource<BlockResult>();
        _world.Host.Scripts["beside"] = (_, _, _) => slow.Task;
        WriteCaller("wide", "{uuid: train}");
        var path = Path.Combine(_fixture.Options.ProjectsPath, "p", "pipelines", "wide", "metadata.yaml");
        File.WriteAllText(path, File.ReadAllText(path).Replace("blocks:\n", "blocks:\n- {uuid: beside, name: beside, type: custom, language: csharp}\n", StringComparison.Ordinal));
        RunWorld.WriteFile(_fixture, "custom", "beside");
        _time.Advance(TimeSpan.FromSeconds(2));
        var run = await _world.StartAsync("wide");
        _ = _world.Executor.ExecuteAsync(run.Id, Cancellation);
        await Until.TrueAsync(async () => (await _world.Runs.ListCalledAsync(run.Id, Cancellation)).Count == 1);
        var child = await ChildAsync(run);

        // The worker is silent from here on; what it stored of the block may be that it runs, or that it waits.
        var later = new FakeTimeProvider(_time.GetUtcNow().AddMinutes(2));
        await using var other = await RunWorld.CreateAsync(_fixture, later);
        await other.Executor.ExecuteAsync(child.Id, Cancellation);
        await other.Executor.ExecuteToEndAsync(run.Id, Cancellation);

        run = await GetAsync(run.Id);
        Assert.Equal((RunStatus.Completed, 1), (run.Status, run.BlockRuns.Single(block => block.BlockUuid == "call").Attempt));
        Assert.Single(await _world.Runs.ListCalledAsync(run.Id, Cancellation));
    }

    [Theory]
    [InlineData(nameof(WriteFault.LandsWithoutAnswer))]
    [InlineData(nameof(WriteFault.FailsAtCommit))]
    public async Task The_run_is_started_once_though_every_transaction_meets_a_fault(string fault)
    {
        var fate = new EveryOther { Fault = Enum.Parse<WriteFault>(fault) };
        await using var world = await RunWorld.CreateAsync(_fixture, decorateWriter: connection => FaultyConnection.Wrap(connection, fate));
        var run = await world.StartAsync("nightly");

        await world.Executor.ExecuteToEndAsync(run.Id, Cancellation);

        Assert.Equal(RunStatus.Completed, (await GetAsync(run.Id)).Status);
        Assert.Single(await _world.Runs.ListCalledAsync(run.Id, Cancellation));
        Assert.Equal(["after#1", "before#1", "fit#1"], world.Host.Starts.Order());
    }

    [Fact]
    public async Task A_command_runs_what_its_run_waits_for_without_a_server()
    {
        WriteCaller("top", "{uuid: nightly}");
        await using var world = await RunWorld.CreateAsync(_fixture);

        var run = await world.StartAsync("top");
        await world.Executor.ExecuteToEndAsync(run.Id, Cancellation);

        Assert.Equal(RunStatus.Completed, (await GetAsync(run.Id)).Status);
        Assert.Equal(["before#1", "before#1", "fit#1", "after#1", "after#1"], world.Host.Starts);
    }

    [Theory]
    [InlineData("{uuid: nowhere}", "not_found", "Pipeline 'nowhere' cannot be run: The project 'p' has no pipeline 'nowhere'.")]
    [InlineData("{uuid: train, project: q}", "not_found", "Pipeline 'train' cannot be run: There is no project 'q'.")]
    public async Task A_pipeline_that_cannot_be_run_fails_the_block_in_words(string call, string type, string message)
    {
        WriteCaller("wrong", call);
        _time.Advance(TimeSpan.FromSeconds(2));

        var run = await _world.RunAsync("wrong");

        Assert.Equal((RunStatus.Failed, type), (run.Status, run.BlockRuns[1].Error!.Type));
        Assert.StartsWith(message, run.BlockRuns[1].Error!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[train]", "configuration.pipeline of block 'call' must be a pipeline's uuid, or a mapping with uuid; found a list.")]
    [InlineData("{uid: train}", "configuration.pipeline of block 'call' has the key 'uid', which is not known. Its keys are uuid, project, variables, inherit, check_status, error_on_failure.")]
    [InlineData("{uuid: train, variables: [a]}", "variables of the pipeline that block 'call' runs must be a mapping, found a list.")]
    [InlineData("{uuid: train, inherit: region}", "inherit of block 'call' must be true, or a list of names of variables; found the value 'region'.")]
    [InlineData("{uuid: train, check_status: soon}", "check_status of block 'call' must be true or false, found the value 'soon'.")]
    public async Task What_is_written_wrong_is_named(string call, string message)
    {
        WriteCaller("wrong", call);
        _time.Advance(TimeSpan.FromSeconds(2));

        var exception = await Assert.ThrowsAsync<InvalidRequestException>(() => _world.StartAsync("wrong"));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "before#1 ask#1 fit#1 after#1", "completed completed completed")]
    [InlineData(false, "before#1 ask#1", "completed condition_failed condition_failed")]
    public async Task A_block_that_is_a_run_is_left_out_by_its_condition_as_any_other(bool answer, string starts, string statuses)
    {
        WriteCaller("asked", "{uuid: train}", "conditionals:\n- {uuid: ask, type: conditional, language: csharp, upstream_blocks: [call]}\n");
        RunWorld.WriteFile(_fixture, "conditionals", "ask");
        await using var world = await RunWorld.CreateAsync(_fixture);
        world.Host.Scripts["ask"] = (_, _, _) => Task.FromResult(ScriptedBlockHost.Answer(answer));

        var run = await world.StartAsync("asked");
        await world.Executor.ExecuteToEndAsync(run.Id, Cancellation);

        run = await GetAsync(run.Id);
        Assert.Equal((RunStatus.Completed, starts), (run.Status, string.Join(' ', world.Host.Starts)));
        Assert.Equal(statuses, string.Join(' ', run.BlockRuns.Select(block => block.Status.ToWord())));
    }

    [Theory]
    [InlineData("before", "Block 'call' is a run of a pipeline and is run for each item of 'before', of which the run would not be told.")]
    [InlineData("call", "Block 'call' is a run of a pipeline and cannot be dynamic: it gives no list.")]
    public async Task A_block_that_is_a_run_is_neither_dynamic_nor_run_for_each_item(string dynamic, string message)
    {
        WriteCaller("many", "{uuid: train}");
        var path = Path.Combine(_fixture.Options.ProjectsPath, "p", "pipelines", "many", "metadata.yaml");
        File.WriteAllText(path, dynamic == "before"
            ? File.ReadAllText(path).Replace("- uuid: before\n", "- uuid: before\n  configuration: {dynamic: true}\n", StringComparison.Ordinal)
            : File.ReadAllText(path).Replace("configuration: {pipeline:", "configuration: {dynamic: true, pipeline:", StringComparison.Ordinal));
        _time.Advance(TimeSpan.FromSeconds(2));

        var exception = await Assert.ThrowsAsync<InvalidRequestException>(() => _world.StartAsync("many"));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pipelines_that_run_each_other_without_end_are_refused()
    {
        WriteCaller("ping", "{uuid: pong}");
        WriteCaller("pong", "{uuid: ping}");
        WriteCaller("self", "{uuid: self}");
        _time.Advance(TimeSpan.FromSeconds(2));

        var ping = await Assert.ThrowsAsync<InvalidRequestException>(() => _world.StartAsync("ping"));
        var self = await Assert.ThrowsAsync<InvalidRequestException>(() => _world.StartAsync("self"));

        Assert.Contains("Pipeline 'ping' would run itself without end: ping -> pong -> ping.", ping.Message, StringComparison.Ordinal);
        Assert.Contains("self -> self", self.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_was_removed_does_not_let_the_block_wait_for_ever()
    {
        var run = await _world.RunAsync("nightly");
        var child = await ChildAsync(run);
        await _world.Get<Mlops.Core.Database.MetadataDatabase>().WriteAsync(
            session => session.Execute("delete from pipeline_run where id = @Id", new { child.Id }) + session.Execute("update pipeline_run set resume_at = null where id = @Id", new { run.Id }),
            Cancellation);

        run = await ExecuteAsync(run.Id);

        Assert.Equal("The run that the block waits for was removed.", run.BlockRuns[1].EarlierAttempts[0].Error!.Message);
    }

    [Fact]
    public async Task Code_that_starts_its_own_pipeline_again_and_again_comes_to_an_end()
    {
        RunWorld.WritePipeline(_fixture, "deep", ["deeper"]);
        _time.Advance(TimeSpan.FromSeconds(2));
        string? error = null;
        _world.Host.Scripts["deeper"] = async (work, _, token) =>
        {
            var answer = await _world.Host.Sessions.Last().Calls!(new PipelineCallMessage(work.BlockUuid, work.Attempt, 1, "deep", null, work.Variables, false), token);
            error = answer.Error;
            return ScriptedBlockHost.Completed();
        };

        var run = await _world.RunAsync("deep");
        for (var called = await _world.Runs.ListCalledAsync(run.Id, Cancellation); called.Count > 0; called = await _world.Runs.ListCalledAsync(called[0].Id, Cancellation))
        {
            await _world.Executor.ExecuteAsync(called[0].Id, Cancellation);
        }

        Assert.Contains("20 times over", error, StringComparison.Ordinal);
        Assert.Equal(21, (await _world.Runs.ListAsync(new PipelineRunFilter(PipelineUuid: "deep"), Cancellation)).TotalCount);
    }

    [Fact]
    public async Task A_run_that_code_waits_for_has_its_turn_although_no_other_run_may_start()
    {
        RunWorld.WritePipeline(_fixture, "code", ["caller"]);
        await using var world = await RunWorld.CreateAsync(_fixture, options: _fixture.Options with { RunLimit = 1 });
        PipelineCallAnswer? answer = null;
        world.Host.Scripts["caller"] = async (work, _, token) =>
        {
            answer = await world.Host.Sessions.First().Calls!(new PipelineCallMessage("caller", 1, 1, "nightly", null, new Dictionary<string, JsonElement>(), true), token);
            return ScriptedBlockHost.Completed();
        };
        var run = await world.StartAsync("code");

        await world.Executor.ExecuteToEndAsync(run.Id, Cancellation);

        Assert.Equal("completed", answer?.Status);
        Assert.Equal(["caller#1", "before#1", "fit#1", "after#1"], world.Host.Starts);
    }

    [Fact]
    public async Task Code_that_asks_twice_for_the_same_call_starts_one_run_and_a_block_that_is_over_none()
    {
        RunWorld.WritePipeline(_fixture, "code", ["caller"]);
        _time.Advance(TimeSpan.FromSeconds(2));
        var answers = new List<PipelineCallAnswer>();
        var message = new PipelineCallMessage("caller", 1, 1, "train", null, new Dictionary<string, JsonElement>(), false);
        _world.Host.Scripts["caller"] = async (_, _, token) =>
        {
            foreach (var number in new[] { 1, 1, 2 })
            {
                answers.Add(await _world.Host.Sessions.Last().Calls!(message with { Number = number }, token));
            }

            return ScriptedBlockHost.Completed();
        };

        var run = await _world.RunAsync("code");
        var late = await _world.Host.Sessions.Last().Calls!(message with { Number = 3 }, Cancellation);

        Assert.Equal(answers[0].PipelineRunId, answers[1].PipelineRunId);
        Assert.Equal([answers[0].PipelineRunId, answers[2].PipelineRunId], (await _world.Runs.ListCalledAsync(run.Id, Cancellation)).Select(called => called.Id));
        Assert.Equal((0, "Attempt 1 of block 'caller' is not running any more."), (late.PipelineRunId, late.Error));
    }

    private protected abstract Task<DatabaseFixture> CreateFixtureAsync();

    private static string CallBlock(string uuid, string call, string upstream, double? timeout = null) =>
        $"- {{uuid: {uuid}, name: {uuid}, type: pipeline, language: yaml, upstream_blocks: [{upstream}], configuration: {{pipeline: {call}}}{(timeout is null ? "" : $", timeout: {timeout}")}}}\n";

    private void WriteCaller(string uuid, string call, string extra = "", double? timeout = null)
    {
        RunWorld.WritePipeline(_fixture, uuid, ["before"], extra);
        RunWorld.WriteFile(_fixture, "custom", "after");
        var path = Path.Combine(_fixture.Options.ProjectsPath, "p", "pipelines", uuid, "metadata.yaml");
        File.WriteAllText(path, File.ReadAllText(path).Replace(
            $"name: {uuid}\ntype: python",
            CallBlock("call", call, "before", timeout)
                + $"- {{uuid: after, name: after, type: custom, language: csharp, upstream_blocks: [call]}}\nname: {uuid}\ntype: python",
            StringComparison.Ordinal));
    }

    private async Task<PipelineRun> ChildAsync(PipelineRun run) => await GetAsync((await _world.Runs.ListCalledAsync(run.Id, Cancellation))[^1].Id);

    private Task<PipelineRun> GetAsync(long id) => _world.Runs.GetAsync(id, Cancellation);

    private async Task<PipelineRun> ExecuteAsync(long id)
    {
        await _world.Executor.ExecuteAsync(id, Cancellation);
        return await GetAsync(id);
    }
}

public sealed class SqliteRunCallTests : RunCallTests
{
    private protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());
}

public sealed class PostgresRunCallTests : RunCallTests
{
    private protected override Task<DatabaseFixture> CreateFixtureAsync() => PostgresFixture.CreateAsync();
}
