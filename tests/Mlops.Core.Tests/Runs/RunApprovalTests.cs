using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Mlops.Chaos.Faults;
using Mlops.Core.Runs;
using Mlops.Core.Runs.Approvals;
using Mlops.Core.Tests.Database;

namespace Mlops.Core.Tests.Runs;

/// <summary>Blocks that wait for people in real runs; the clock stands until a test moves it.</summary>
public abstract class RunApprovalTests : IAsyncLifetime
{
    private static readonly ApprovalDecision Yes = new(true, "ann");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero));
    private DatabaseFixture _fixture = null!;
    private RunWorld _world = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ApprovalService Approvals => _world.Get<ApprovalService>();

    public async ValueTask InitializeAsync()
    {
        _fixture = await CreateFixtureAsync();
        RunWorld.WritePipeline(_fixture, "asking", ["a", "b < a", "c < b"], "retry_config: {retries: 1, delay: 5}\n");
        RunWorld.WriteBlockKey(_fixture, "asking", "b", "configuration: {approval: {message: \"Send it?\"}}");
        RunWorld.WritePipeline(_fixture, "brief", ["a", "b < a", "other"]);
        RunWorld.WriteBlockKey(_fixture, "brief", "a", "configuration: {approval: {timeout: 60}}");
        RunWorld.WritePipeline(_fixture, "both", ["ask", "slow", "last < ask, slow"]);
        RunWorld.WriteBlockKey(_fixture, "both", "ask", "configuration: {approval: true}");
        _world = await RunWorld.CreateAsync(_fixture, _time);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _world.DisposeAsync();
        await _fixture.DisposeAsync();
    }

    [Fact]
    public async Task A_block_waits_for_a_person_and_holds_nothing_meanwhile()
    {
        var run = await _world.RunAsync("asking");

        Assert.Equal((RunStatus.Running, "Block 'b' waits for somebody to approve it.", null), (run.Status, run.WaitingFor, run.ResumeAt));
        Assert.Equal((true, 0, 0), (run.BlockRuns[1].WaitsForApproval, run.BlockRuns[1].Attempt, _world.Host.OpenSessions));
        var approval = Assert.Single(await Approvals.ListAsync(new ApprovalFilter(IsOpen: true), Cancellation));
        Assert.Equal((run.Id, "p", "asking", "b", "Send it?", ApprovalStatus.Open), (
            approval.PipelineRunId, approval.ProjectUuid, approval.PipelineUuid, approval.BlockUuid, approval.Message, approval.Status));
        Assert.Equal((_time.GetUtcNow(), null, 1), (approval.RequestedAt, approval.ExpiresAt, await Approvals.CountOpenAsync("p", Cancellation)));

        _time.Advance(TimeSpan.FromDays(400));
        await _world.Executor.ExecuteAsync(run.Id, Cancellation);
        Assert.Equal(["a#1"], _world.Host.Starts);
        approval = await Approvals.DecideAsync(approval.Id, new ApprovalDecision(true, "ann", " fine "), Cancellation);
        Assert.Contains(run.Id, _world.Queue.Enqueued);
        run = await ExecuteAsync(run.Id);

        Assert.Equal((ApprovalStatus.Approved, "ann", "fine", _time.GetUtcNow()), (approval.Status, approval.DecidedBy, approval.Comment, approval.DecidedAt));
        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.Equal(["a#1", "b#1", "c#1"], _world.Host.Starts);
        Assert.Equal(0, await Approvals.CountOpenAsync(null, Cancellation));
        var lines = await _world.Get<RunLogStore>().ReadAsync(run.Id, new RunLogFilter(), 0, 100, Cancellation);
        Assert.Equal(lines.Count, lines.Select(line => line.Number).Distinct().Count());
        Assert.Equal([("b", 1, "Waits for approval: Send it?"), ("b", 1, "Approved by ann: fine")], lines.Where(line => line.BlockUuid == "b").Select(line => (line.BlockUuid!, line.Attempt, line.Text)));
    }

    [Fact]
    public async Task A_block_that_is_rejected_fails_without_having_run_and_without_retries()
    {
        var run = await _world.RunAsync("asking");

        await DecideAsync(new ApprovalDecision(false, "ann", "the prices are wrong"));
        run = await ExecuteAsync(run.Id);

        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal(["completed", "failed", "upstream_failed"], run.BlockRuns.Select(block => block.Status.ToWord()));
        Assert.Equal(new BlockError("rejected", "Rejected by ann: the prices are wrong"), run.BlockRuns[1].Error);
        Assert.Equal(["a#1"], _world.Host.Starts);
    }

    [Fact]
    public async Task A_block_that_nobody_approves_in_time_fails_and_others_go_on()
    {
        var run = await _world.RunAsync("brief");
        Assert.Equal((RunStatus.Running, _time.GetUtcNow().AddSeconds(60)), (run.Status, run.ResumeAt));
        Assert.Equal(["other#1"], _world.Host.Starts);

        _time.Advance(TimeSpan.FromSeconds(60));
        var approval = Assert.Single(await Approvals.ListAsync(new ApprovalFilter(PipelineRunId: run.Id), Cancellation));
        var late = await Assert.ThrowsAsync<InvalidRequestException>(() => Approvals.DecideAsync(approval.Id, Yes, Cancellation));
        run = await ExecuteAsync(run.Id);

        Assert.Equal("The time to approve block 'a' of run 1 was over at 2026-05-04 12:01:00 UTC; retry the run to be asked again.", late.Message);
        Assert.Equal((RunStatus.Failed, "approval_timeout"), (run.Status, run.BlockRuns[0].Error!.Type));
        Assert.Equal(ApprovalStatus.Expired, (await Approvals.GetAsync(approval.Id, Cancellation)).Status);
    }

    [Fact]
    public async Task A_block_is_approved_while_another_one_of_the_run_is_running_elsewhere_and_starts_at_once()
    {
        var slow = new TaskCompletionSource<BlockResult>();
        _world.Host.Scripts["slow"] = (_, _, _) => slow.Task;
        var run = await _world.StartAsync("both");
        var execution = _world.Executor.ExecuteAsync(run.Id, Cancellation);
        await Until.TrueAsync(() => Task.FromResult(!_world.Host.Starts.IsEmpty));
        await using var other = await RunWorld.CreateAsync(_fixture, _time);

        // As another server's notice does where there are several.
        await other.Get<ApprovalService>().DecideAsync((await Approvals.ListAsync(new ApprovalFilter(), Cancellation))[0].Id, Yes, Cancellation);
        _world.Get<RunLeases>().TellWoken(run.Id);

        await Until.TrueAsync(() => Task.FromResult(_world.Host.Starts.Contains("ask#1")));
        slow.SetResult(ScriptedBlockHost.Completed());
        await execution;
        Assert.Equal(RunStatus.Completed, (await GetAsync(run.Id)).Status);
    }

    [Fact]
    public async Task A_decision_that_comes_while_the_run_is_given_back_is_not_missed()
    {
        // The decision lands, and what tells of it comes too early: before the run waits.
        var slow = new TaskCompletionSource<BlockResult>();
        _world.Host.Scripts["slow"] = (_, _, _) => slow.Task;
        var run = await _world.StartAsync("both");
        var execution = _world.Executor.ExecuteAsync(run.Id, Cancellation);
        await Until.TrueAsync(() => Task.FromResult(!_world.Host.Starts.IsEmpty));
        await using var other = await RunWorld.CreateAsync(_fixture, _time);
        await other.Get<ApprovalService>().DecideAsync((await Approvals.ListAsync(new ApprovalFilter(), Cancellation))[0].Id, Yes, Cancellation);

        slow.SetResult(ScriptedBlockHost.Completed());
        var outcome = await execution;

        Assert.Equal((false, _time.GetUtcNow()), (outcome.IsFinal, outcome.ResumeAt));
        Assert.Equal([run.Id], await _world.Get<RunClaims>().ListClaimableAsync(10, Cancellation));
        Assert.Equal(RunStatus.Completed, (await ExecuteAsync(run.Id)).Status);
    }

    [Fact]
    public async Task A_retry_of_the_block_does_not_ask_again_but_a_retry_of_the_run_does()
    {
        var calls = 0;
        _world.Host.Scripts["b"] = (_, _, _) => Task.FromResult(++calls < 3 ? ScriptedBlockHost.Failed("no") : ScriptedBlockHost.Completed());
        var run = await _world.RunAsync("asking");
        await DecideAsync(Yes);
        await ExecuteAsync(run.Id);
        _time.Advance(TimeSpan.FromSeconds(5));
        run = await ExecuteAsync(run.Id);
        Assert.Equal((RunStatus.Failed, 2), (run.Status, run.BlockRuns[1].Attempt));

        await _world.Runs.RetryIncompleteAsync(run.Id, Cancellation);
        run = await ExecuteAsync(run.Id);
        Assert.Equal((RunStatus.Running, true), (run.Status, run.BlockRuns[1].WaitsForApproval));
        await DecideAsync(Yes);
        run = await ExecuteAsync(run.Id);

        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.Equal(["a#1", "b#1", "b#2", "b#3", "c#1"], _world.Host.Starts);
        Assert.Equal(2, (await Approvals.ListAsync(new ApprovalFilter(PipelineRunId: run.Id), Cancellation)).Count);
    }

    [Fact]
    public async Task A_run_that_waits_for_a_person_is_cancelled_at_once_and_nobody_is_asked_any_more()
    {
        var run = await _world.RunAsync("asking");
        var approval = (await Approvals.ListAsync(new ApprovalFilter(), Cancellation))[0];

        await _world.Runs.CancelAsync(run.Id, Cancellation);
        run = await ExecuteAsync(run.Id);

        Assert.Equal((RunStatus.Cancelled, ApprovalStatus.Withdrawn), (run.Status, (await Approvals.GetAsync(approval.Id, Cancellation)).Status));
        var late = await Assert.ThrowsAsync<InvalidRequestException>(() => Approvals.DecideAsync(approval.Id, Yes, Cancellation));
        Assert.Equal(("conflict", $"Run {run.Id} ended before anybody decided; retry the run to be asked again."), (late.Type, late.Message));
        Assert.Empty(await Approvals.ListAsync(new ApprovalFilter(IsOpen: true), Cancellation));
    }

    [Fact]
    public async Task Of_two_people_the_first_decides_and_the_second_is_told_by_whom()
    {
        await _world.RunAsync("asking");
        var id = (await Approvals.ListAsync(new ApprovalFilter(), Cancellation))[0].Id;

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(async number =>
        {
            try
            {
                return (await Approvals.DecideAsync(id, new ApprovalDecision(number % 2 == 0, $"person {number}"), Cancellation)).DecidedBy;
            }
            catch (InvalidRequestException exception) when (exception.Type == "conflict")
            {
                return null;
            }
        }));

        var winner = Assert.Single(results, name => name is not null);
        Assert.Equal(winner, (await Approvals.GetAsync(id, Cancellation)).DecidedBy);
        var late = await Assert.ThrowsAsync<InvalidRequestException>(() => Approvals.DecideAsync(id, Yes, Cancellation));
        Assert.Contains($"by {winner} at 2026-05-04 12:00:00 UTC already.", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_waits_on_through_a_restart_of_the_server_and_recovery_finds_a_decision()
    {
        var run = await _world.RunAsync("asking");
        await using var other = await RunWorld.CreateAsync(_fixture, _time);
        await other.Recovery.SweepAsync(isFirst: true, Cancellation);
        Assert.Empty(other.Queue.Enqueued);

        await DecideAsync(Yes);
        await other.Recovery.SweepAsync(isFirst: false, Cancellation);

        Assert.Equal([run.Id], other.Queue.Enqueued);
        await other.Executor.ExecuteAsync(run.Id, Cancellation);
        Assert.Equal(RunStatus.Completed, (await GetAsync(run.Id)).Status);
    }

    [Theory]
    [InlineData(nameof(WriteFault.LandsWithoutAnswer))]
    [InlineData(nameof(WriteFault.FailsAtCommit))]
    [InlineData(nameof(WriteFault.FailsAtStatement))]
    public async Task Each_is_asked_and_decided_once_though_every_transaction_meets_a_fault(string fault)
    {
        var fate = new EveryOther { Fault = Enum.Parse<WriteFault>(fault) };
        await using var world = await RunWorld.CreateAsync(_fixture, _time, decorateWriter: connection => FaultyConnection.Wrap(connection, fate));
        var run = await world.RunAsync("brief");
        var asked = Assert.Single(await Approvals.ListAsync(new ApprovalFilter(), Cancellation));

        await world.Get<ApprovalService>().DecideAsync(asked.Id, Yes, Cancellation);
        await world.Executor.ExecuteAsync(run.Id, Cancellation);

        Assert.Equal(RunStatus.Completed, (await GetAsync(run.Id)).Status);
        Assert.Equal(["a#1", "b#1", "other#1"], world.Host.Starts.Order());
    }

    [Theory]
    [InlineData("configuration: {approval: maybe}", "approval of block 'b' must be true, false, or a mapping with message and timeout; found 'maybe'.")]
    [InlineData("configuration: {approval: [ann]}", "approval of block 'b' must be true, false, or a mapping with message and timeout; found a list.")]
    [InlineData("configuration: {approval: {timeout: never}}", "timeout must be a number of seconds from 0.001 to 31622400, found the value 'never'.")]
    [InlineData("configuration: {approval: {who: ann}}", "approval of block 'b' has the key 'who', which is not known. Its keys are message and timeout.")]
    public async Task What_is_written_wrong_is_named(string key, string message)
    {
        RunWorld.WritePipeline(_fixture, "wrong", ["a", "b < a"]);
        RunWorld.WriteBlockKey(_fixture, "wrong", "b", key);
        await using var world = await RunWorld.CreateAsync(_fixture, _time);

        var exception = await Assert.ThrowsAsync<InvalidRequestException>(() => world.StartAsync("wrong"));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_block_that_is_run_for_each_item_cannot_ask()
    {
        RunWorld.WritePipeline(_fixture, "many", ["a", "b < a"]);
        RunWorld.WriteBlockKey(_fixture, "many", "a", "configuration: {dynamic: true}");
        RunWorld.WriteBlockKey(_fixture, "many", "b", "configuration: {approval: true}");
        await using var world = await RunWorld.CreateAsync(_fixture, _time);

        var exception = await Assert.ThrowsAsync<InvalidRequestException>(() => world.StartAsync("many"));

        Assert.Contains("Block 'b' waits for an approval and is run for each item of 'a'", exception.Message, StringComparison.Ordinal);
    }

    private protected RunWorld World => _world;

    /// <summary>Another server on the database, with the same clock.</summary>
    private protected Task<RunWorld> OtherAsync() => RunWorld.CreateAsync(_fixture, _time);

    private protected abstract Task<DatabaseFixture> CreateFixtureAsync();

    private async Task DecideAsync(ApprovalDecision decision) =>
        await Approvals.DecideAsync((await Approvals.ListAsync(new ApprovalFilter(IsOpen: true), Cancellation))[0].Id, decision, Cancellation);

    private Task<PipelineRun> GetAsync(long id) => _world.Runs.GetAsync(id, Cancellation);

    private async Task<PipelineRun> ExecuteAsync(long id)
    {
        await _world.Executor.ExecuteAsync(id, Cancellation);
        return await GetAsync(id);
    }
}

public sealed class SqliteRunApprovalTests : RunApprovalTests
{
    private protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());
}

public sealed class PostgresRunApprovalTests : RunApprovalTests
{
    [Fact]
    public async Task A_server_that_runs_the_run_hears_at_once_what_was_decided_on_another_one()
    {
        var slow = new TaskCompletionSource<BlockResult>();
        World.Host.Scripts["slow"] = (_, _, _) => slow.Task;
        using var feed = ActivatorUtilities.CreateInstance<RunChangeFeed>(World.Services);
        await feed.StartAsync(TestContext.Current.CancellationToken);
        var run = await World.StartAsync("both");
        var execution = World.Executor.ExecuteAsync(run.Id, TestContext.Current.CancellationToken);
        await Until.TrueAsync(() => Task.FromResult(!World.Host.Starts.IsEmpty));
        await using var other = await OtherAsync();

        // The clock stands: no heartbeat brings the news.
        await other.Get<ApprovalService>().DecideAsync(
            (await other.Get<ApprovalService>().ListAsync(new ApprovalFilter(), TestContext.Current.CancellationToken))[0].Id,
            new ApprovalDecision(true, "ann"), TestContext.Current.CancellationToken);

        await Until.TrueAsync(() => Task.FromResult(World.Host.Starts.Contains("ask#1")));
        slow.SetResult(ScriptedBlockHost.Completed());
        await execution;
        await feed.StopAsync(TestContext.Current.CancellationToken);
    }

    private protected override Task<DatabaseFixture> CreateFixtureAsync() => PostgresFixture.CreateAsync();
}
