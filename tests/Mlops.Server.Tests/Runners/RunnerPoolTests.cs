using Mlops.Server.Runners;

namespace Mlops.Server.Tests.Runners;

public sealed class RunnerPoolTests
{
    [Fact]
    public async Task A_pool_that_is_closed_leaves_nothing_of_a_runner_that_is_being_started()
    {
        await using var runners = new RunnersUnderTest();
        var start = runners.Pool.StartSpare(RunnerEnvironment.For("demo", RunnerGrants.None));
        Assert.NotNull(start);
        while (runners.RunnerFolders is not [var folder] || !File.Exists(Path.Combine(folder, "runner")))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        await runners.Pool.DisposeAsync();

        Assert.Empty(runners.RunnerFolders);
        Assert.True(start.IsCompleted);
    }
}
