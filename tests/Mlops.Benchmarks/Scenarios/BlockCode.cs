namespace Mlops.Benchmarks.Scenarios;

/// <summary>Code of blocks.</summary>
internal static class BlockCode
{
    /// <summary>A class with one block.</summary>
    /// <param name="name">Of the class.</param>
    /// <param name="parameters">Of its method.</param>
    /// <param name="value">What it returns.</param>
    public static string Returning(string name, string parameters, string value) =>
        $$"""
        public static class {{name}}
        {
            [Custom]
            public static long Run({{parameters}}) => {{value}};
        }

        """;

    /// <summary>A chain of blocks, each of which computes a Fibonacci number in the slowest way there is.</summary>
    public static IEnumerable<ScenarioBlock> FibonacciChain(int count, int n) => Enumerable.Range(0, count).Select(i => new ScenarioBlock(
        $"fib_{i}", $"fib_{i}",
        $$"""
        public static class Fib{{i}}
        {
            [Custom]
            public static long Run({{(i == 0 ? "" : "long previous")}}) => Fibo({{n}});

            private static long Fibo(int n) => n < 2 ? n : Fibo(n - 1) + Fibo(n - 2);
        }

        """,
        i == 0 ? [] : [$"fib_{i - 1}"]));
}
