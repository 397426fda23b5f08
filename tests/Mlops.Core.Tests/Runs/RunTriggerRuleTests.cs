using Mlops.Core.Database;
using Mlops.Core.Runs;
using Mlops.Core.Tests.Database;

namespace Mlops.Core.Tests.Runs;

/// <summary>Trigger rules of real runs.</summary>
public abstract class RunTriggerRuleTests : PipelineRunSuite
{
    [Fact]
    public async Task A_block_that_is_to_run_after_a_failure_does_so_without_the_output_that_is_not_there()
    {
        WriteRules("rules", ["load", "alarm < load", "tidy < load, alarm"], ("alarm", "one_failed"), ("tidy", "all_done"));
        _world.Host.Scripts["load"] = (_, _, _) => Task.FromResult(ScriptedBlockHost.Failed("no data"));

        var run = await _world.RunAsync("rules");

        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal([BlockRunStatus.Failed, BlockRunStatus.Completed, BlockRunStatus.Completed], run.BlockRuns.Select(block => block.Status));
        Assert.Equal([0, 1], _world.Host.Works["tidy"].Upstream.Select(upstream => upstream.Outputs.Count));
    }

    [Fact]
    public async Task A_block_that_completed_after_a_failure_runs_again_when_the_failure_is_retried()
    {
        WriteRules("again", ["load", "tidy < load"], ("tidy", "all_done"));
        _world.Host.Scripts["load"] = (work, _, _) => Task.FromResult(work.Attempt == 1 ? ScriptedBlockHost.Failed("no data") : ScriptedBlockHost.Completed(ScriptedBlockHost.Json("output_0")));
        var run = await _world.RunAsync("again");

        await _world.Runs.RetryIncompleteAsync(run.Id, Cancellation);
        await _world.Executor.ExecuteAsync(run.Id, Cancellation);

        Assert.Equal(RunStatus.Completed, (await _world.Runs.GetAsync(run.Id, Cancellation)).Status);
        Assert.Equal(["load#1", "tidy#1", "load#2", "tidy#2"], _world.Host.Starts);
        Assert.Single(_world.Host.Works["tidy"].Upstream[0].Outputs);
    }

    [Fact]
    public async Task A_block_of_which_nothing_is_said_stores_no_terms()
    {
        WriteRules("plain", ["a", "b < a"], ("b", "all_done"));

        var run = await _world.RunAsync("plain");

        var settings = await _world.Get<MetadataDatabase>().QueryAsync<string>(
            "select settings from block_run where pipeline_run_id = @Id order by position", new { run.Id }, Cancellation);
        Assert.Equal("{}", settings[0]);
        Assert.Contains("trigger_rule", settings[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_rule_keeps_the_pipeline_from_running_and_names_the_known_ones()
    {
        WriteRules("wrong", ["load"], ("load", "sometimes"));

        var error = await Assert.ThrowsAsync<InvalidRequestException>(() => _world.StartAsync("wrong"));

        Assert.Contains("'sometimes', which is not known. Write one of all_success, all_done, one_failed, one_success.", error.Message, StringComparison.Ordinal);
    }

    private void WriteRules(string pipeline, string[] blocks, params (string Block, string Rule)[] rules)
    {
        RunWorld.WritePipeline(_fixture, pipeline, blocks);
        foreach (var (block, rule) in rules)
        {
            RunWorld.WriteBlockKey(_fixture, pipeline, block, $"trigger_rule: {rule}");
        }
    }
}

public sealed class SqliteRunTriggerRuleTests : RunTriggerRuleTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());
}

public sealed class PostgresRunTriggerRuleTests : RunTriggerRuleTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => PostgresFixture.CreateAsync();
}
