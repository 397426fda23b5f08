using Mlops.Core.Pipelines;
using Mlops.Core.Runs;

namespace Mlops.Blocks;

/// <summary>Runs the blocks of one language. Adding a language is one implementation and its line in <see cref="BlocksServices"/>.</summary>
internal interface IBlockRunner
{
    /// <summary>The language's word, such as <c>csharp</c>.</summary>
    string Language { get; }

    /// <summary>Why blocks of <paramref name="type"/> cannot be written in this language; null where they can.</summary>
    string? WhyNot(BlockType type);

    /// <summary>What the file of a new block begins with; null where this language has nothing for <paramref name="type"/>.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="uuid">Its uuid.</param>
    /// <param name="upstream">Uuids of its upstream blocks, in the order of its parameters.</param>
    string? NewCode(BlockType type, string uuid, IReadOnlyList<string> upstream);

    /// <summary>What can be known of the block without running it.</summary>
    Task<BlockDescription> DescribeAsync(string projectPath, Block block, CancellationToken cancellationToken);

    /// <summary>Runs the block, stores its outputs, then runs its tests. Any exception fails the block.</summary>
    /// <exception cref="Errors.BlockFailedException">The block cannot be loaded or called, or its outputs cannot be stored.</exception>
    /// <exception cref="OperationCanceledException">The block gave up because it was asked to.</exception>
    Task<BlockResult> RunAsync(BlockInvocation invocation, CancellationToken cancellationToken);
}
