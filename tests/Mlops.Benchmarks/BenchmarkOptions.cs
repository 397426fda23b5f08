using System.Globalization;

namespace Mlops.Benchmarks;

/// <summary>What to measure; everything unless it is said.</summary>
internal sealed record BenchmarkOptions
{
    public const string Usage = "Options: --only seq3,baseline_rpc  --database sqlite,postgres  --host inprocess,runners  --slots 2,4,8  --repeat 3";

    /// <summary>Names of what is measured; empty for all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Metadata databases: <c>sqlite</c>, <c>postgres</c>.</summary>
    public IReadOnlyList<string> Databases { get; init; } = ["sqlite", "postgres"];

    /// <summary>Where blocks run: <c>inprocess</c>, <c>runners</c>.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = ["inprocess", "runners"];

    /// <summary>Runs at a time where many are started at once; each number is measured.</summary>
    public IReadOnlyList<int> Slots { get; init; } = [2, 4, 8];

    /// <summary>How often many are started at once.</summary>
    public int Repetitions { get; init; } = 3;

    public bool Wants(string name) => Only.Count == 0 || Only.Contains(name);

    /// <exception cref="ArgumentException">An option is not known or has no value.</exception>
    public static BenchmarkOptions Parse(string[] args)
    {
        var options = new BenchmarkOptions();
        foreach (var pair in args.Chunk(2))
        {
            options = pair switch
            {
                ["--only", var names] => options with { Only = names.Split(',') },
                ["--database", var names] => options with { Databases = names.Split(',') },
                ["--host", var names] => options with { Hosts = names.Split(',') },
                ["--slots", var numbers] => options with { Slots = [.. numbers.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture))] },
                ["--repeat", var number] => options with { Repetitions = int.Parse(number, CultureInfo.InvariantCulture) },
                _ => throw new ArgumentException($"'{string.Join(' ', pair)}' is not understood. {Usage}", nameof(args)),
            };
        }

        return options;
    }
}
