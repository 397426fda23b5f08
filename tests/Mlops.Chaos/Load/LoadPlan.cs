using Mlops.Chaos.Graphs;

namespace Mlops.Chaos.Load;

/// <summary>A run that is to be poured in.</summary>
/// <param name="At">When, from the start of the trial.</param>
/// <param name="Graph">Of which pipeline.</param>
/// <param name="CancelAfter">How long after it is accepted somebody asks to cancel it; null for not at all.</param>
internal sealed record PlannedRun(TimeSpan At, Graph Graph, TimeSpan? CancelAfter);

/// <summary>Which runs come when: a matter of the seed alone.</summary>
internal static class LoadPlan
{
    private const double CancelledShare = 0.06;

    public static IReadOnlyList<PlannedRun> Create(ChaosOptions options)
    {
        // A sequence of its own: which faults come does not depend on the rate.
        var random = new Random(unchecked(options.Seed + 1));
        var count = (int)(options.Duration.TotalSeconds * options.RunsPerSecond);
        return
        [
            .. Enumerable.Range(0, count).Select(number => new PlannedRun(
                TimeSpan.FromSeconds(number / options.RunsPerSecond), Choose(random),
                random.NextDouble() < CancelledShare ? TimeSpan.FromSeconds(random.NextDouble() * 5) : null)),
        ];
    }

    private static Graph Choose(Random random)
    {
        var rest = random.Next(Graph.All.Sum(graph => graph.Share));
        return Graph.All.First(graph => (rest -= graph.Share) < 0);
    }
}
