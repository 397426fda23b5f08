namespace Mlops.Benchmarks.Scenarios;

/// <summary>One block, 100 in parallel that take what it returned, and one that adds up what those returned.</summary>
internal sealed class Fan100() : Scenario("fan100", warmUps: 20, count: 100, AllBlocks())
{
    private const int Width = 100;

    private static IEnumerable<ScenarioBlock> AllBlocks()
    {
        var (middle, names) = (Enumerable.Range(0, Width).Select(i => $"middle_{i}").ToList(), Enumerable.Range(0, Width).Select(i => $"n{i}").ToList());
        return
        [
            new("first", "first", BlockCode.Returning("First", "", "1")),
            .. middle.Select(uuid => new ScenarioBlock(uuid, "middle", BlockCode.Returning("Middle", "long number", "number + 1"), "first")),
            new("last", "last", BlockCode.Returning("Last", string.Join(", ", names.Select(name => $"long {name}")), string.Join(" + ", names)), middle),
        ];
    }
}
