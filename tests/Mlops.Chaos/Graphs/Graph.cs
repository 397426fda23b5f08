namespace Mlops.Chaos.Graphs;

/// <summary>A pipeline of the trial.</summary>
/// <param name="Name">Its uuid.</param>
/// <param name="Share">How often it is poured in, in relation to the others.</param>
/// <param name="Blocks">Its blocks.</param>
internal sealed record Graph(string Name, int Share, IReadOnlyList<GraphBlock> Blocks)
{
    /// <summary>The types of errors that its own blocks are made to fail with.</summary>
    public IReadOnlyList<string> WantedErrors { get; init; } = [];

    /// <summary>Whether it can never complete.</summary>
    public bool NeverCompletes { get; init; }

    private static readonly string Thrown = typeof(InvalidOperationException).FullName!;

    /// <summary>All pipelines.</summary>
    public static IReadOnlyList<Graph> All { get; } =
    [
        new("chain", 30, [new("a", "first"), new("b", "next", "a"), new("c", "next", "b"), new("d", "next", "c"), new("e", "next", "d")]),
        new("diamond", 20, [new("a", "first"), new("b", "next", "a"), new("c", "next", "a"), new("d", "both", "b", "c")]),
        new("fan", 12, [new("a", "first"), .. Leaves(20), new("z", "last", [.. Leaves(20).Select(leaf => leaf.Uuid)])]),
        new("retries", 12, [new("a", "first"), new("b", "flaky", "a") { Settings = "retry_config: {retries: 3, delay: 1}" }, new("c", "next", "b")])
        {
            WantedErrors = [Thrown],
        },
        new("fails", 8, [new("a", "first"), new("b", "broken", "a"), new("c", "next", "b"), new("d", "next", "a")])
        {
            WantedErrors = [Thrown],
            NeverCompletes = true,
        },
        new("slow", 8, [new("a", "first"), new("b", "slow", "a"), new("c", "next", "b")]),
        new("deaf", 4, [new("a", "first"), new("b", "deaf", "a") { Settings = "timeout: 2" }]) { WantedErrors = ["timeout"], NeverCompletes = true },
        new("chatty", 6, [new("a", "first"), new("b", "chatty", "a"), new("c", "next", "b")]),
    ];

    private static IEnumerable<GraphBlock> Leaves(int count) => Enumerable.Range(1, count).Select(number => new GraphBlock($"leaf_{number}", "leaf", "a"));
}

/// <summary>A block of a pipeline of the trial.</summary>
/// <param name="Uuid">Unique in the pipeline.</param>
/// <param name="File">Name of its file, without ending.</param>
/// <param name="Upstream">Blocks that come before it.</param>
internal sealed record GraphBlock(string Uuid, string File, params string[] Upstream)
{
    /// <summary>A line of YAML more; none by default.</summary>
    public string? Settings { get; init; }
}
