using System.Collections.Concurrent;
using System.Diagnostics;

namespace Mlops.Server.Tests.Runners;

public sealed class RunnerLogTests
{
    [Fact]
    public async Task A_million_lines_arrive_in_order_while_another_block_goes_on_and_memory_stays()
    {
        await using var runners = new RunnersUnderTest();
        await using var session = await runners.OpenAsync();
        var (count, wrong) = (0, 0);
        var chatty = runners.RunAsync(
            session, "Chatty", """
            long Peak() { using var me = Process.GetCurrentProcess(); return me.PeakWorkingSet64; }
            var before = Peak();
            for (var i = 0; i < 1_000_000; i++) Console.WriteLine($"{i,400}");
            return Peak() - before;
            """,
            line => wrong += line.Text == $"{count++,400}" ? 0 : 1);

        for (var i = 0; i < 10; i++)
        {
            Assert.Null((await runners.RunAsync(session, $"Quiet{i}", "return 1;")).Error);
        }

        Assert.False(chatty.IsCompleted);
        Assert.Null((await chatty).Error);
        Assert.Equal((1_000_000, 0), (count, wrong));

        // The lines alone are more than 800 MB; what the collector lets grow meanwhile is a fraction of it, however long they are.
        Assert.InRange(long.Parse(runners.Output("Chatty"), System.Globalization.CultureInfo.InvariantCulture), 0, 500L << 20);
    }

    [Fact]
    public async Task A_block_whose_lines_are_not_taken_waits_and_others_do_not()
    {
        await using var runners = new RunnersUnderTest();
        await using var session = await runners.OpenAsync();
        using var take = new ManualResetEventSlim();
        var lines = new ConcurrentQueue<string>();
        var held = runners.RunAsync(
            session, "Held", "for (var i = 0; i < 40; i++) { Console.WriteLine(new string('x', 60_000)); File.AppendAllText(context.ResolvePath(\"printed\"), \"x\"); } return 1;",
            line =>
            {
                take.Wait();
                lines.Enqueue(line.Text);
            });
        await RunnerDeathTests.Until(() => File.Exists(runners.File("printed")));

        Assert.Null((await runners.RunAsync(session, "Quiet", "return 1;")).Error);
        Assert.False(held.IsCompleted);
        Assert.Empty(lines);
        Assert.True(new FileInfo(runners.File("printed")).Length < 40);

        take.Set();
        Assert.Null((await held).Error);
        Assert.Equal(40, lines.Count);
    }

    [Fact]
    public async Task Lines_leave_as_they_are_written_and_those_before_a_death_are_kept()
    {
        await using var runners = new RunnersUnderTest();
        await using var session = await runners.OpenAsync();
        var lines = new ConcurrentQueue<string>();

        var block = runners.RunAsync(
            session, "Speaker", "Console.WriteLine(\"first\"); while (!File.Exists(context.ResolvePath(\"go\"))) Thread.Sleep(5); Environment.FailFast(\"x\"); return 1;",
            line => lines.Enqueue(line.Text));
        await RunnerDeathTests.Until(() => !lines.IsEmpty);
        await File.WriteAllTextAsync(runners.File("go"), "");

        Assert.True((await block).RunnerDied);
        Assert.Equal(["first"], lines);
    }

    [Fact]
    public async Task What_native_code_prints_goes_to_the_log_of_the_server()
    {
        await using var runners = new RunnersUnderTest();
        await using var session = await runners.OpenAsync();

        Assert.Null((await runners.RunAsync(
            session, "Native", "write(1, \"from native code\\n\", 17); return 1; [DllImport(\"libc\")] static extern nint write(int file, string text, nint length);")).Error);

        await RunnerDeathTests.Until(() => runners.Printed.Any(line => line.EndsWith(": from native code", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Code_that_takes_every_thread_does_not_keep_other_blocks_from_answering()
    {
        await using var runners = new RunnersUnderTest();
        await using var session = await runners.OpenAsync();
        var hog = runners.RunAsync(session, "Hog", """
            var tasks = Enumerable.Range(0, 60).Select(_ => Task.Run(() => { while (!stop.IsCancellationRequested && !File.Exists(context.ResolvePath("go"))) Thread.Sleep(20); })).ToArray();
            File.WriteAllText(context.ResolvePath("hogged"), "");
            Task.WaitAll(tasks);
            return 1;
            """);
        await RunnerDeathTests.Until(() => File.Exists(runners.File("hogged")));
        var start = Stopwatch.GetTimestamp();
        var lines = new ConcurrentQueue<string>();

        var other = await runners.RunAsync(session, "Other", "Console.WriteLine(\"hello\"); return 1;", line => lines.Enqueue(line.Text));

        Assert.Null(other.Error);
        Assert.Equal(["hello"], lines);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5), $"{Stopwatch.GetElapsedTime(start)}");
        await File.WriteAllTextAsync(runners.File("go"), "");
        Assert.Null((await hog).Error);
    }
}
