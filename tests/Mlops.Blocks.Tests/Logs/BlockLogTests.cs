using System.Text;
using Mlops.Blocks.Logs;
using Mlops.Core.Runs;

namespace Mlops.Blocks.Tests.Logs;

public sealed class BlockLogTests
{
    [Fact]
    public async Task What_a_block_prints_and_logs_goes_to_its_own_log_line_by_line()
    {
        await using var project = new BlockProject();

        (await project.RunAsync("transformer", "block", Code.Transformer(
            """
            public static async Task Run(ILogger logger)
            {
                Console.Write("a");
                Console.WriteLine("b\nc");
                Console.Error.WriteLine("bad");
                await Task.Run(() => Console.WriteLine("from a thread"));
                logger.LogDebug("fine {N}", 1);
                logger.LogWarning("careful\ntwice");
                Console.Write("no end");
            }
            """))).Completed();

        Assert.Equal(
            [
                (RunLogLevel.Info, "ab"), (RunLogLevel.Info, "c"), (RunLogLevel.Error, "bad"), (RunLogLevel.Info, "from a thread"),
                (RunLogLevel.Debug, "fine 1"), (RunLogLevel.Warning, "careful"), (RunLogLevel.Warning, "twice"), (RunLogLevel.Info, "no end"),
            ],
            project.Log.Select(line => (line.Level, line.Text)));
    }

    [Fact]
    public async Task Blocks_that_run_at_the_same_time_never_mix_their_lines()
    {
        await using var first = new BlockProject();
        await using var second = new BlockProject();

        static string CodeOf(char letter) => Code.Transformer($$"""
            public static async Task Run()
            {
                for (var i = 0; i < 200; i++)
                {
                    Console.Write(new string('{{letter}}', 10));
                    await Task.Yield();
                    Console.WriteLine();
                }
            }
            """);
        await Task.WhenAll(first.RunAsync("transformer", "a", CodeOf('a')), second.RunAsync("transformer", "b", CodeOf('b')));

        Assert.Equal(Enumerable.Repeat("aaaaaaaaaa", 200), first.Log.Select(line => line.Text));
        Assert.Equal(Enumerable.Repeat("bbbbbbbbbb", 200), second.Log.Select(line => line.Text));
    }

    [Fact]
    public async Task Whoever_takes_the_lines_may_write_to_the_console_itself()
    {
        await using var project = new BlockProject();
        project.OnLine = line => Console.WriteLine(line.Text);

        (await project.RunAsync("transformer", "block", Code.Transformer(
            """
            public static Task Run(ILogger logger) => Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(() =>
            {
                for (var i = 0; i < 100; i++)
                {
                    Console.WriteLine($"printed {n} {i}");
                    logger.LogInformation("logged {N} {I}", n, i);
                }
            })));
            """))).Completed();

        var expected = from n in Enumerable.Range(0, 8)
                       from i in Enumerable.Range(0, 100)
                       from how in new[] { "printed", "logged" }
                       select $"{how} {n} {i}";
        Assert.Equal(expected.Order(StringComparer.Ordinal), project.Log.Select(line => line.Text).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_long_line_is_cut_with_a_remark()
    {
        List<BlockLogLine> lines = [];
        var log = new BlockLog(lines.Add, TimeProvider.System);

        log.Append(isError: false, new string('é', 100_000));
        log.Append(isError: false, "end\nnext\r\n");
        log.Write(RunLogLevel.Debug, new string('x', LineBuffer.MaxLineBytes));

        Assert.Equal(3, lines.Count);
        Assert.EndsWith(" more characters)", lines[0].Text, StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(lines[0].Text), LineBuffer.MaxLineBytes - 128, LineBuffer.MaxLineBytes);
        Assert.Equal(("next", LineBuffer.MaxLineBytes), (lines[1].Text, lines[2].Text.Length));
    }

    [Fact]
    public void Nothing_is_taken_after_the_end()
    {
        List<BlockLogLine> lines = [];
        var log = new BlockLog(lines.Add, TimeProvider.System);

        Assert.True(log.Append(isError: true, "rest"));
        log.Close();

        Assert.False(log.Append(isError: false, "late\n"));
        log.Write(RunLogLevel.Info, "late");
        Assert.Equal(["rest"], lines.Select(line => line.Text));
    }
}
