using Mlops.Core.Runs;
using Mlops.Server.Components.Shared;

namespace Mlops.Server.Tests.Components.Shared;

public sealed class RunBarScaleTests
{
    [Theory]
    [InlineData(1, 4)]
    [InlineData(10, 4)]
    [InlineData(6_000, 14)]
    [InlineData(3_600_000, 24)]
    [InlineData(86_400_000, 24)]
    public void A_bar_grows_with_the_logarithm_of_the_run_time(int milliseconds, int expected) =>
        Assert.Equal(expected, RunBarScale.Height(Runs.Run(RunStatus.Completed) with { CompletedAt = Runs.Start.AddMilliseconds(milliseconds) }));

    [Fact]
    public void A_run_that_never_started_has_half_a_bar() =>
        Assert.Equal(12, RunBarScale.Height(Runs.Run(RunStatus.Cancelled) with { StartedAt = null, CompletedAt = Runs.Start }));
}
