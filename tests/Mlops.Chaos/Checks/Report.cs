using System.Globalization;
using Mlops.Chaos.Faults;
using Mlops.Chaos.Load;
using Mlops.Chaos.Machine;

namespace Mlops.Chaos.Checks;

/// <summary>The table of a trial.</summary>
internal sealed class Report(Cluster cluster, FinalRows rows, RunSource source, FaultInjector injector, Recovery recovery)
{
    public void Print()
    {
        Section("runs");
        Line("in the database", rows.Runs.Count);
        Line("accepted", source.Accepted.Count);
        Line("requests without a clear answer", source.AmbiguousCount);
        Lines(rows.Runs.Values.CountBy(run => run.Status));
        Line("attempts of blocks", rows.Blocks.SelectMany(blocks => blocks).Sum(block => block.Number));
        Section("faults");
        Lines(injector.Made.CountBy(kind => kind.ToString()));
        Line("nothing there to hit", injector.SkippedCount);
        Section("writes that failed");
        Lines(cluster.Folder.ReadInjected());
        Section("seconds until a run goes on: median, worst");
        foreach (var kind in recovery.Measured.GroupBy(recovered => recovered.Kind).OrderBy(kind => kind.Key))
        {
            var seconds = kind.Select(recovered => recovered.Time.TotalSeconds).Order().ToList();
            Line($"{kind.Key} ({seconds.Count} runs)", string.Create(CultureInfo.InvariantCulture, $"{seconds[seconds.Count / 2]:0.0}, {seconds[^1]:0.0}"));
        }

        Section("violations");
        foreach (var kind in Enum.GetValues<ViolationKind>())
        {
            Line(kind.ToString().ToLowerInvariant(), cluster.Violations.Count(kind));
        }
    }

    private static void Section(string name) => Console.WriteLine($"-- {name}");

    private static void Line(string name, object value) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-34}{value,12}"));

    private static void Lines(IEnumerable<KeyValuePair<string, int>> counts)
    {
        foreach (var (name, count) in counts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Line(name, count);
        }
    }
}
