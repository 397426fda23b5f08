using Mlops.Core.Runs;

namespace Mlops.Blocks.Errors;

/// <summary>A block cannot be loaded, called or stored as it is, and why. Caught by the session, which makes it the block's result.</summary>
internal sealed class BlockFailedException : Exception
{
    public BlockFailedException(BlockError error)
        : base(error.Message) => Error = error;

    public BlockFailedException(string type, string message)
        : this(new BlockError(type, message))
    {
    }

    public BlockFailedException(string type, IReadOnlyList<string> problems)
        : this(type, string.Join('\n', problems))
    {
    }

    public BlockError Error { get; }
}
