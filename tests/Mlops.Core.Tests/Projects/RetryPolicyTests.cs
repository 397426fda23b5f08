using Mlops.Core.Projects;

namespace Mlops.Core.Tests.Projects;

public sealed class RetryPolicyTests
{
    [Fact]
    public void Waits_double_up_to_the_longest_and_end_with_the_retries()
    {
        var policy = new RetryPolicy(5, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), ExponentialBackoff: true);

        Assert.Equal([5, 10, 20, 30, 30, null], Enumerable.Range(1, 6).Select(failures => policy.DelayAfter(failures)?.TotalSeconds));
    }

    [Fact]
    public void Waits_stay_the_same_without_backoff()
    {
        var policy = new RetryPolicy(2, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60), ExponentialBackoff: false);

        Assert.Equal([5, 5, null], Enumerable.Range(1, 3).Select(failures => policy.DelayAfter(failures)?.TotalSeconds));
    }

    [Fact]
    public void A_thousand_doublings_stay_at_the_longest_wait()
    {
        var policy = new RetryPolicy(1000, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), ExponentialBackoff: true);

        Assert.Equal(TimeSpan.FromDays(1), policy.DelayAfter(1000));
    }

    [Fact]
    public void What_a_block_leaves_open_its_pipeline_says_and_then_its_project()
    {
        var block = new RetrySettings(Retries: 1);
        var pipeline = new RetrySettings(Retries: 7, Delay: TimeSpan.FromSeconds(2));
        var project = new RetrySettings(Delay: TimeSpan.FromSeconds(9), ExponentialBackoff: false);

        Assert.Equal(
            new RetryPolicy(1, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(60), ExponentialBackoff: false),
            block.Over(pipeline).Over(project).Resolve());
    }

    [Fact]
    public void A_delay_beyond_the_usual_longest_wait_is_kept() =>
        Assert.Equal(TimeSpan.FromMinutes(5), new RetrySettings(Retries: 1, Delay: TimeSpan.FromMinutes(5)).Resolve().DelayAfter(1));
}
