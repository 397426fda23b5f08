namespace Mlops.Benchmarks.Scenarios;

/// <summary>1,000 blocks that do not depend on one another: whether the cost of a block stays the same in a large graph.</summary>
internal sealed class Wide1000() : Scenario("wide1000", warmUps: 3, count: 10,
    Enumerable.Range(0, 1000).Select(i => new ScenarioBlock($"block_{i}", "block", BlockCode.Returning("Block", "", "1"))));
