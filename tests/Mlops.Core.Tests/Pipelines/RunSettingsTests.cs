using Mlops.Core.Pipelines;
using Mlops.Core.Projects;
using Mlops.Core.Tests.Projects;
using Mlops.Core.Triggers;

namespace Mlops.Core.Tests.Pipelines;

/// <summary>Retries, timeouts and limits as they stand in files.</summary>
public sealed class RunSettingsTests
{
    [Fact]
    public void A_pipeline_and_its_blocks_say_how_often_how_long_and_how_many()
    {
        var pipeline = Read("""
            blocks:
            - {uuid: a, type: custom, language: csharp, timeout: 2.5, retry_config: {retries: 3, delay: 1, max_delay: 8, exponential_backoff: false}}
            - {uuid: b, type: custom, language: csharp, timeout: null, retry_config: null}
            retry_config: {retries: 1}
            concurrency_config: {block_run_limit: 2, pipeline_run_limit: 3, pipeline_run_limit_all_triggers: 4, on_pipeline_run_limit_reached: skip}
            timeout: 3600
            """);

        Assert.DoesNotContain(pipeline.Problems, problem => problem.IsError && problem.BlockUuid is null);
        Assert.Equal(new RetrySettings(3, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8), ExponentialBackoff: false), pipeline.Blocks[0].Retry);
        Assert.Equal((TimeSpan.FromSeconds(2.5), null), (pipeline.Blocks[0].Timeout, pipeline.Blocks[1].Timeout));
        Assert.Equal((new RetrySettings(1), new RetrySettings()), (pipeline.Retry, pipeline.Blocks[1].Retry));
        Assert.Equal((new RunLimits(2, 3, 4, RunLimitAction.Skip), TimeSpan.FromHours(1)), (pipeline.Limits, pipeline.Timeout));
    }

    [Theory]
    [InlineData("retry_config: 3", "retry_config must be a mapping, found the value '3'.")]
    [InlineData("retry_config: {retries: -1}", "retries must be a whole number from 0 to 1,000, found the value '-1'.")]
    [InlineData("retry_config: {delay: soon}", "delay must be a number of seconds from 0 to 86400, found the value 'soon'.")]
    [InlineData("retry_config: {exponential_backoff: perhaps}", "exponential_backoff must be true or false, found the value 'perhaps'.")]
    [InlineData("timeout: 0", "timeout must be a number of seconds from 0.001 to 31622400, found the value '0'.")]
    [InlineData("concurrency_config: {block_run_limit: 0}", "block_run_limit must be a whole number of at least 1, found the value '0'.")]
    [InlineData("concurrency_config: {on_pipeline_run_limit_reached: drop}", "on_pipeline_run_limit_reached is 'drop'; write wait or skip.")]
    public void What_is_wrong_is_named_with_its_place(string line, string message)
    {
        var pipeline = Read("blocks: []\n" + line);

        var problem = Assert.Single(pipeline.Problems, problem => problem.Message == message);
        Assert.Equal((true, 2), (problem.IsError, problem.Line));
    }

    [Theory]
    [InlineData("""{"timeout": "long"}""", "settings.timeout is \"long\"; a number of seconds is wanted.")]
    [InlineData("""{"timeout_status": "ended"}""", "settings.timeout_status is \"ended\"; failed or cancelled is wanted.")]
    [InlineData("""{"allow_blocks_to_fail": 1}""", "settings.allow_blocks_to_fail is 1; true or false is wanted.")]
    [InlineData("""{"pipeline_run_limit": 0}""", "settings.pipeline_run_limit is 0; a whole number of at least 1 is wanted.")]
    [InlineData("""{"skip_if_previous_running": "yes"}""", "settings.skip_if_previous_running is \"yes\"; true or false is wanted.")]
    [InlineData("""{"catch_up": "some"}""", "settings.catch_up is \"some\"; latest, none or all is wanted.")]
    [InlineData("""{"time_zone": 1}""", "settings.time_zone is 1; the IANA name of a time zone, such as Europe/London is wanted.")]
    public void A_wrong_setting_of_a_trigger_is_named(string settings, string message) => Assert.Equal(message, TriggerSettings.FindProblem(settings));

    [Fact]
    public void A_trigger_goes_before_its_pipeline()
    {
        var terms = TriggerSettings.Read("""{"timeout": 60, "timeout_status": "cancelled", "allow_blocks_to_fail": false, "pipeline_run_limit": 2, "skip_if_previous_running": true}""").Terms;

        var run = terms.Over(new Core.Runs.RunTerms { Timeout = TimeSpan.FromHours(1), Limits = new RunLimits(7, 8) });

        Assert.Equal(
            new Core.Runs.RunTerms { Timeout = TimeSpan.FromMinutes(1), TimeoutCancels = true, AllowBlocksToFail = false, Limits = new RunLimits(7, 2) }, run);
        Assert.Null(TriggerSettings.FindProblem("""{"timeout": null, "timeout_status": null, "pipeline_run_limit": null}"""));
    }

    private static Pipeline Read(string yaml)
    {
        using var platform = new TestPlatform();
        return platform.WithPipeline("x", yaml).Read("x");
    }
}
