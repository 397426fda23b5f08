namespace Mlops.Benchmarks.Scenarios;

/// <summary>Three small blocks in a chain: what a run costs.</summary>
internal sealed class Seq3() : Scenario("seq3", warmUps: 200, count: 200,
[
    new("load", "load", BlockCode.Returning("Load", "", "20")),
    new("add", "add", BlockCode.Returning("Add", "long number", "number + 1"), "load"),
    new("twice", "twice", BlockCode.Returning("Twice", "long number", "number * 2"), "add"),
]);
