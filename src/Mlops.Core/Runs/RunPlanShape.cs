using Mlops.Core.Pipelines;

namespace Mlops.Core.Runs;

/// <summary>What does not change in the course of a run: the blocks and who waits for whom, by number.</summary>
internal sealed class RunPlanShape
{
    private readonly string[] _uuids;
    private readonly int[][] _upstream;
    private readonly TriggerRule[] _rules;
    private readonly bool[] _callbacks;
    private readonly Dictionary<string, int> _indexes;

    /// <exception cref="ArgumentException">A block comes before one of its upstream blocks, or twice.</exception>
    public RunPlanShape(IReadOnlyList<PlannedBlock> blocks)
    {
        _uuids = new string[blocks.Count];
        _upstream = new int[blocks.Count][];
        _rules = new TriggerRule[blocks.Count];
        _callbacks = [.. blocks.Select(block => block.IsCallback)];
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
    public bool HasOnlyAllSuccess => Array.TrueForAll(_rules, rule => rule == TriggerRule.AllSuccess);

    public string Uuid(int block) => _uuids[block];

    public bool IsCallback(int block) => _callbacks[block];

    public TriggerRule Rule(int block) => _rules[block];

    public ReadOnlySpan<int> Upstream(int block) => _upstream[block];

    /// <exception cref="KeyNotFoundException">There is no such block.</exception>
    public int IndexOf(string uuid) => _indexes.TryGetValue(uuid, out var index)
        ? index
        : throw new KeyNotFoundException($"There is no block '{uuid}' in this run; there are {string.Join(", ", _uuids)}.");

    private int IndexOfEarlier(string upstream, string uuid) => _indexes.TryGetValue(upstream, out var index)
        ? index
        : throw new ArgumentException($"Block '{uuid}' waits for '{upstream}', which does not come before it.", nameof(upstream));
}
