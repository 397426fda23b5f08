namespace Mlops.Benchmarks.Scenarios;

/// <summary>A pipeline whose runs are timed.</summary>
/// <param name="name">Its name, which is also the pipeline's.</param>
/// <param name="warmUps">Runs before those that count.</param>
/// <param name="count">Runs that count.</param>
/// <param name="blocks">Its blocks.</param>
internal abstract class Scenario(string name, int warmUps, int count, IEnumerable<ScenarioBlock> blocks)
{
    public string Name => name;

    public int WarmUps => warmUps;

    public int Count => count;

    public IReadOnlyList<ScenarioBlock> Blocks { get; } = [.. blocks];
}

/// <summary>A block of a scenario.</summary>
/// <param name="Uuid">Its uuid.</param>
/// <param name="File">Name of its file, which several blocks may share.</param>
/// <param name="Code">Content of that file.</param>
/// <param name="Upstream">Uuids of its upstream blocks.</param>
internal sealed record ScenarioBlock(string Uuid, string File, string Code, params IReadOnlyList<string> Upstream);
