using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Mlops.Benchmarks;

/// <summary>Prints figures, one JSON line each.</summary>
internal static class Figures
{
    /// <summary>What the figures were measured on.</summary>
    public static void PrintMachine() => Print(new
    {
        machine = RuntimeInformation.OSDescription,
        architecture = RuntimeInformation.ProcessArchitecture.ToString(),
        cores = Environment.ProcessorCount,
        memory_gib = Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1024.0 / 1024 / 1024, 1),
        runtime = RuntimeInformation.FrameworkDescription,
    });

    /// <summary>Median, 95th percentile, least and greatest of times.</summary>
    public static void PrintTimes(string figure, IEnumerable<TimeSpan> times) => PrintValues(figure, "ms", times.Select(time => time.TotalMilliseconds));

    /// <summary>Median, 95th percentile, least and greatest of values.</summary>
    public static void PrintValues(string figure, string unit, IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        Print(new
        {
            figure,
            unit,
            count = sorted.Length,
            median = Round(Quantile(sorted, 0.5)),
            p95 = Round(Quantile(sorted, 0.95)),
            min = Round(sorted[0]),
            max = Round(sorted[^1]),
            load = Load(),
        });
    }

    /// <summary>A single value.</summary>
    public static void PrintValue(string figure, string unit, double value) => Print(new { figure, unit, count = 1, value = Round(value), load = Load() });

    /// <summary>How long <paramref name="action"/> takes, <paramref name="count"/> times.</summary>
    public static async Task<List<TimeSpan>> TimeAsync(int count, Func<Task> action)
    {
        var times = new List<TimeSpan>(count);
        for (var i = 0; i < count; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await action();
            times.Add(Stopwatch.GetElapsedTime(start));
        }

        return times;
    }

    private static void Print(object line) => Console.WriteLine(JsonSerializer.Serialize(line));

    private static double Round(double value) => Math.Round(value, value < 10 ? 3 : 1);

    /// <summary>The nearest rank: a value that was measured.</summary>
    private static double Quantile(double[] sorted, double quantile) => sorted[(int)Math.Ceiling(quantile * sorted.Length) - 1];

    /// <summary>What else the machine was doing: the load average of the last minute; null where the system does not say.</summary>
    private static double? Load() => File.Exists("/proc/loadavg")
        ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture)
        : null;
}
