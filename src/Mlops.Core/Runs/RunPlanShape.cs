using Mlops.Core.Pipelines;

namespace Mlops.Core.Runs;

/// <summary>What does not change in the course of a run: the blocks and who waits for whom, by number.</summary>
internal sealed class RunPlanShape
{
    private readonly string[] _uuids;
    private readonly int[][] _upstream;
    private readonly TriggerRule[] _rules;
    private readonly PlannedKind[] _kinds;
    private readonly Dictionary<string, int> _indexes;

    /// <exception cref="ArgumentException">A block comes before one of its upstream blocks, or twice.</exception>
    public RunPlanShape(IReadOnlyList<PlannedBlock> blocks)
    {
        _uuids = new string[blocks.Count];
        _upstream = new int[blocks.Count][];
        _rules = new TriggerRule[blocks.Count];
        _kinds = [.. blocks.Select(block => block.Kind)];
        HasOnlyAllSuccess = blocks.All(block => block.Rule == TriggerRule.AllSuccess && block.Kind != PlannedKind.Gather);
        _indexes = new Dictionary<string, int>(blocks.Count, StringComparer.Ordinal);
        for (var i = 0; i < blocks.Count; i++)
        {
            var block = blocks[i];
            _uuids[i] = block.Uuid;
            _rules[i] = block.Rule;
            _upstream[i] = [.. block.UpstreamBlocks.Select(upstream => IndexOfEarlier(upstream, block.Uuid))];
            if (!_indexes.TryAdd(block.Uuid, i))
            {
                throw new ArgumentException($"Block '{block.Uuid}' occurs twice.", nameof(blocks));
            }
        }
    }

    /// <summary>Whether a block that completes never makes another one wait in vain.</summary>
    public bool HasOnlyAllSuccess { get; }

    public string Uuid(int block) => _uuids[block];

    public PlannedKind Kind(int block) => _kinds[block];

    public TriggerRule Rule(int block) => _rules[block];

    public ReadOnlySpan<int> Upstream(int block) => _upstream[block];

    public bool Contains(string uuid) => _indexes.ContainsKey(uuid);

    /// <exception cref="KeyNotFoundException">There is no such block.</exception>
    public int IndexOf(string uuid) => _indexes.TryGetValue(uuid, out var index)
        ? index
        : throw new KeyNotFoundException($"There is no block '{uuid}' in this run; there are {string.Join(", ", _uuids)}.");

    private int IndexOfEarlier(string upstream, string uuid) => _indexes.TryGetValue(upstream, out var index)
        ? index
        : throw new ArgumentException($"Block '{uuid}' waits for '{upstream}', which does not come before it.", nameof(upstream));
}
