using System.Diagnostics;
using System.Globalization;

namespace Mlops.Benchmarks.Engine;

/// <summary>The runners of this process: when they have warmed up, and what they compute.</summary>
internal static class RunnerRest
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <exception cref="TimeoutException">They were not within 3 minutes.</exception>
    public static async Task WaitAsync(int count)
    {
        var start = Stopwatch.GetTimestamp();
        var before = -1L;
        while (Stopwatch.GetElapsedTime(start) < Patience)
        {
            await Task.Delay(Interval, TimeProvider.System);
            var ticks = ReadTicks();
            if (ticks.Count == count && ticks.Sum() == before)
            {
                return;
            }

            before = ticks.Sum();
        }

        throw new TimeoutException($"{count} runners were not ready within {Patience}.");
    }

    /// <summary>Processor time of this process and of the runners that live.</summary>
    public static TimeSpan ProcessorTime()
    {
        using var self = Process.GetCurrentProcess();
        return self.TotalProcessorTime + TimeSpan.FromSeconds(ReadTicks().Sum() / 100.0);
    }

    /// <summary>Clock ticks (hundredths of a second) that each child process of this one has computed.</summary>
    private static List<long> ReadTicks()
    {
        var ticks = new List<long>();
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(folder, "cmdline")).Contains("Mlops.Runner.dll", StringComparison.Ordinal))
                {
                    // 4711 (dotnet) S 4700 ...: state and parent follow the name, times of user and system are the 12th and 13th after it.
                    var fields = File.ReadAllText(Path.Combine(folder, "stat")).Split(") ")[^1].Split(' ');
                    ticks.AddRange(fields[1] == Own ? [Parse(fields[11]) + Parse(fields[12])] : []);
                }
            }
            catch (IOException)
            {
                // It has just ended.
            }
        }

        return ticks;
    }

    private static string Own => Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    private static long Parse(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
