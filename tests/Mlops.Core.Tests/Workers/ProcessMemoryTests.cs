using System.Diagnostics;
using Mlops.Core.Workers;

namespace Mlops.Core.Tests.Workers;

public sealed class ProcessMemoryTests
{
    [Fact]
    public async Task The_memory_of_processes_that_a_process_started_counts_with_their_own()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        const long Held = 1L << 30;

        // A shell's child that holds 1 GiB: the grandchild of this process. Others of this machine may come and go, but not of that size.
        var start = new ProcessStartInfo("sh", ["-c", "(head -c 1073741824 /dev/zero | tail -c 1073741824 | { head -c 1; sleep 600; }); true"])
        {
            RedirectStandardOutput = true,
        };
        var before = ProcessMemory.ReadTree();
        using var process = Process.Start(start)!;
        try
        {
            await process.StandardOutput.BaseStream.ReadExactlyAsync(new byte[1], cancellationToken);
            var during = ProcessMemory.ReadTree();
            Assert.True(during - before > Held * 9 / 10, $"{before} bytes before, {during} bytes while 1 GiB is held");
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }

        await process.WaitForExitAsync(cancellationToken);
    }
}
