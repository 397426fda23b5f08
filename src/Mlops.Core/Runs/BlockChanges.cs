namespace Mlops.Core.Runs;

/// <summary>Changes of block runs since the last step, in order. A block that changes twice is stored once, from where it was to where it is.</summary>
internal sealed class BlockChanges
{
    private readonly List<BlockChange> _changes = [];

    public int Count => _changes.Count;

    /// <summary>Notes a change.</summary>
    /// <param name="before">The block run before it.</param>
    /// <param name="after">The block run after it.</param>
    /// <param name="ended">The attempt that ended with it and is followed by another one; else null.</param>
    public void Add(BlockRun before, BlockRun after, BlockAttempt? ended)
    {
        var earlier = _changes.FindIndex(change => change.After.Id == after.Id);
        var change = earlier >= 0 ? _changes[earlier] with { After = after } : new BlockChange(after, before.Status);
        change = ended is null ? change : change with { Ended = [.. change.Ended, ended] };
        if (earlier >= 0)
        {
            _changes[earlier] = change;
        }
        else
        {
            _changes.Add(change);
        }
    }

    /// <summary>All of them; none is left.</summary>
    public IReadOnlyList<BlockChange> Take()
    {
        IReadOnlyList<BlockChange> taken = [.. _changes];
        _changes.Clear();
        return taken;
    }
}
