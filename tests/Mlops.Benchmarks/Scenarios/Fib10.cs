namespace Mlops.Benchmarks.Scenarios;

/// <summary>A chain of 10 blocks that compute for a while: whether users' code runs at its own speed.</summary>
internal sealed class Fib10() : Scenario("fib10", warmUps: 5, count: 20, BlockCode.FibonacciChain(10, n: 33));
