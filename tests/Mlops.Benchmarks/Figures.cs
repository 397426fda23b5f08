using System.Diagnostics;
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
    public static void PrintTimes(string figure, IEnumerable<TimeSpan> times)
    {
        double[] sorted = [.. times.Select(time => time.TotalMilliseconds).Order()];
        Print(new
        {
            figure,
            unit = "ms",
            count = sorted.Length,
            median = Round(Quantile(sorted, 0.5)),
            p95 = Round(Quantile(sorted, 0.95)),
            min = Round(sorted[0]),
            max = Round(sorted[^1]),
        });
    }

    /// <summary>A single value.</summary>
    public static void PrintValue(string figure, string unit, double value) => Print(new { figure, unit, count = 1, value = Round(value) });

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
}
