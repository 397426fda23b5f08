using Mlops.Core.Runs;

namespace Mlops.Server.Tests.Runners;

public sealed class RunnerMemoryTests
{
    private const long Limit = 512L << 20;

    [Fact]
    public async Task Objects_without_end_meet_an_exception_and_the_next_run_has_a_new_runner()
    {
        await using var runners = new RunnersUnderTest(change: options => options with { MemoryBytes = Limit });
        BlockResult greedy, before, after;
        await using (var session = await runners.OpenAsync())
        {
            before = await runners.RunAsync(session, "Before", "return Environment.ProcessId;");
            greedy = await runners.RunAsync(session, "Greedy", "var all = new List<byte[]>(); while (true) { all.Add(new byte[1 << 20]); }");
        }

        await using (var session = await runners.OpenAsync(run: 2))
        {
            after = await runners.RunAsync(session, "After", "return Environment.ProcessId;");
        }

        Assert.Equal(("System.OutOfMemoryException", false), (greedy.Error?.Type, greedy.RunnerDied));
        Assert.Null(before.Error);
        Assert.Null(after.Error);
        Assert.NotEqual(runners.Output("Before"), runners.Output("After"));
    }

    [Fact]
    public async Task Native_memory_without_end_ends_the_runner_with_the_reason()
    {
        await using var runners = new RunnersUnderTest(change: options => options with { MemoryBytes = Limit });
        await using var session = await runners.OpenAsync();

        var greedy = await runners.RunAsync(session, "Greedy", """
            while (true)
            {
                unsafe { NativeMemory.Fill(NativeMemory.Alloc(1 << 20), 1 << 20, 1); }
                Thread.Sleep(1);
            }
            """);

        Assert.True(greedy.RunnerDied);
        Assert.Matches(@"it took \d+ MiB of memory, more than the 512 MiB of MLOPS_RUNNER_MEMORY", greedy.Error!.Message);
        Assert.Null((await runners.RunAsync(session, "Next", "return 1;")).Error);
    }

    [Fact]
    public async Task A_runner_that_holds_much_memory_after_a_run_is_replaced()
    {
        await using var runners = new RunnersUnderTest(change: options => options with { MemoryBytes = Limit });
        await using (var session = await runners.OpenAsync())
        {
            Assert.Null((await runners.RunAsync(session, "Keeper", """
                unsafe { NativeMemory.Fill(NativeMemory.Alloc(280 << 20), 280 << 20, 1); }
                return Environment.ProcessId;
                """)).Error);
        }

        await using (var session = await runners.OpenAsync(run: 2))
        {
            Assert.Null((await runners.RunAsync(session, "After", "return Environment.ProcessId;")).Error);
        }

        Assert.NotEqual(runners.Output("Keeper"), runners.Output("After"));
    }
}
