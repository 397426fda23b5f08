using System.Diagnostics;
using System.Globalization;

namespace Mlops.Server.Tests.Runners;

/// <summary>Users' code that ends its process, in every way it can: the blocks of its run fail and say why, all others go on.</summary>
public sealed class RunnerDeathTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    // The body ends the process; before that it writes the file "begun", from when on the time is taken.
    public static TheoryData<string, string, string> Deaths => new()
    {
        { "StackOverflow", "return Dive(0);", "stack overflow in StackOverflow.Dive" },
        { "Exit", "Environment.Exit(3); return 1;", "Environment.Exit(3) was called by block 'Exit' or 'Sibling'" },
        { "ExitLikeSignal", "Environment.Exit(137); return 1;", "Environment.Exit(137) was called by block 'ExitLikeSignal' or 'Sibling'" },
        { "FailFast", "Environment.FailFast(\"enough of it\"); return 1;", "Environment.FailFast in FailFast.Run: enough of it" },
        { "Abort", "abort(); return 1; [DllImport(\"libc\")] static extern void abort();", "killed by signal 6 (SIGABRT)" },
        { "NullRead", "return strlen(16); [DllImport(\"libc\")] static extern nint strlen(nint text);", "signal" },
        { "Thrower", "new Thread(() => throw new InvalidOperationException(\"unseen\")).Start(); Thread.Sleep(-1); return 1;", "an exception that nobody caught, on a thread that a block started: System.InvalidOperationException: unseen" },
    };

    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task A_death_fails_the_blocks_of_its_run_within_a_second_and_says_why(string uuid, string body, string reason)
    {
        await using var runners = new RunnersUnderTest(count: 2);
        await using var other = await runners.OpenAsync(run: 1);
        await using var doomed = await runners.OpenAsync(run: 2);
        var bystander = runners.RunAsync(other, "Bystander", "while (!File.Exists(context.ResolvePath(\"go\"))) Thread.Sleep(10); return 7;");
        var sibling = runners.RunAsync(doomed, "Sibling", "Thread.Sleep(-1); return 1;");

        var dying = runners.RunAsync(doomed, uuid, $"File.WriteAllText(context.ResolvePath(\"begun\"), \"\"); {body}");
        await Until(() => File.Exists(runners.File("begun")));
        var begun = Stopwatch.GetTimestamp();
        var (died, siblingDied) = (await dying, await sibling);

        var took = Stopwatch.GetElapsedTime(begun);
        Assert.True(died.Error?.Message.Contains(reason, StringComparison.Ordinal), $"{died.Error?.Message}\n{died.Error?.StackTrace}");
        Assert.Equal(("runner_died", true, "runner_died", true), (died.Error?.Type, died.RunnerDied, siblingDied.Error?.Type, siblingDied.RunnerDied));
        Assert.True(took < Soon, $"{uuid}: {took}");
        await File.WriteAllTextAsync(runners.File("go"), "");
        Assert.Null((await bystander).Error);
        Assert.Null((await runners.RunAsync(doomed, "Next", "return 8;")).Error);
        Assert.Equal("8", runners.Output("Next"));
    }

    [Fact]
    public async Task A_kill_from_outside_is_told_with_the_memory_that_it_had()
    {
        await using var runners = new RunnersUnderTest();
        await using var session = await runners.OpenAsync();
        var block = runners.RunAsync(session, "Waiter", "File.WriteAllText(context.ResolvePath(\"pid\"), $\"{Environment.ProcessId}.\"); Thread.Sleep(-1); return 1;");
        var processId = await ReadPidAsync(runners);

        using var runner = Process.GetProcessById(processId);
        runner.Kill();

        var result = await block;
        Assert.True(result.RunnerDied);
        Assert.Matches(@"killed by signal 9 \(SIGKILL\) by another program, or by the system for want of memory", result.Error!.Message);
    }

    [Fact]
    public async Task Code_that_is_deaf_to_its_token_is_ended_by_an_abort()
    {
        await using var runners = new RunnersUnderTest();
        await using var session = await runners.OpenAsync();
        using var cancel = new CancellationTokenSource();
        var block = runners.RunAsync(
            session, "Deaf", "File.WriteAllText(context.ResolvePath(\"pid\"), $\"{Environment.ProcessId}.\"); while (true) { }", cancellationToken: cancel.Token);
        var processId = await ReadPidAsync(runners);

        await cancel.CancelAsync();
        Assert.False(block.IsCompleted);
        var asked = Stopwatch.GetTimestamp();
        await session.AbortAsync("the block ran longer than its timeout of 1 s");

        Assert.False(Directory.Exists($"/proc/{processId}"));
        var result = await block;
        Assert.True(Stopwatch.GetElapsedTime(asked) < Soon);
        Assert.True(result.RunnerDied);
        Assert.Contains("the block ran longer than its timeout of 1 s", result.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Code_that_heeds_its_token_ends_as_cancelled_and_its_runner_lives()
    {
        await using var runners = new RunnersUnderTest();
        await using var session = await runners.OpenAsync();
        using var cancel = new CancellationTokenSource();
        var block = runners.RunAsync(
            session, "Polite", "File.WriteAllText(context.ResolvePath(\"pid\"), $\"{Environment.ProcessId}.\"); stop.WaitHandle.WaitOne(); stop.ThrowIfCancellationRequested(); return 1;",
            cancellationToken: cancel.Token);
        var processId = await ReadPidAsync(runners);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => block);
        Assert.Null((await runners.RunAsync(session, "Next", "return Environment.ProcessId;")).Error);
        Assert.Equal(processId.ToString(CultureInfo.InvariantCulture), runners.Output("Next"));
    }

    internal static async Task Until(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    /// <summary>The pid that a block wrote, with a full stop behind it, into the file <c>pid</c>.</summary>
    internal static async Task<int> ReadPidAsync(RunnersUnderTest runners, string file = "pid")
    {
        await Until(() => File.Exists(runners.File(file)) && File.ReadAllText(runners.File(file)).EndsWith('.'));
        return int.Parse((await File.ReadAllTextAsync(runners.File(file))).TrimEnd('.'), CultureInfo.InvariantCulture);
    }
}
