namespace Mlops.Benchmarks.Scenarios;

/// <summary>A chain of 40 blocks that hardly compute: what it costs to go from one block to the next.</summary>
internal sealed class Fib40() : Scenario("fib40", warmUps: 30, count: 100, BlockCode.FibonacciChain(40, n: 10));
