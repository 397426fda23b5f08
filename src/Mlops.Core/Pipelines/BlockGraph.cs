namespace Mlops.Core.Pipelines;

/// <summary>
/// The blocks of a pipeline that take part in a run, as a directed acyclic graph; immutable and valid once made.
/// </summary>
public sealed class BlockGraph
{
    /// <summary>Builds the graph, or says all that is wrong: duplicates, unknown upstream blocks, cycles with their blocks.</summary>
    /// <returns>The graph, or null together with at least one problem that is an error.</returns>
    public static BlockGraph? Create(IReadOnlyList<Block> blocks, out IReadOnlyList<PipelineProblem> problems) => throw new NotImplementedException();

    /// <summary>The blocks, every one after all its upstream blocks; ties in the order of the file.</summary>
    public IReadOnlyList<Block> Blocks => throw new NotImplementedException();

    /// <summary>The blocks by layer, left to right: a block's layer is one more than the greatest of its upstream blocks.</summary>
    public IReadOnlyList<IReadOnlyList<Block>> Layers => throw new NotImplementedException();

    /// <exception cref="NotFoundException">There is no such block.</exception>
    public Block this[string blockUuid] => throw new NotImplementedException();

    /// <summary>Whether there is such a block.</summary>
    public bool Contains(string blockUuid) => throw new NotImplementedException();

    /// <summary>Direct downstream blocks, in topological order.</summary>
    public IReadOnlyList<Block> Downstream(string blockUuid) => throw new NotImplementedException();

    /// <summary>All blocks that can be reached from <paramref name="blockUuid"/>, without itself, in topological order.</summary>
    public IReadOnlyList<Block> Descendants(string blockUuid) => throw new NotImplementedException();
}
