using Mlops.Blocks.CSharp;
using Mlops.Blocks.Errors;

namespace Mlops.Blocks.Remote;

/// <summary>Compiles and loads blocks one after the other, by a thread of its own, until it is told to stop: runs go first.</summary>
internal sealed class BlockPreload(LoadedBlocks loaded)
{
    private volatile bool _isStopped;

    /// <summary>Stops before the next block.</summary>
    public void Stop() => _isStopped = true;

    /// <summary>Ends when all blocks are loaded, or when it was told to stop.</summary>
    public Task RunAsync(IReadOnlyList<PreloadBlock> blocks)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            foreach (var block in blocks.TakeWhile(_ => !_isStopped))
            {
                Load(block);
            }

            ended.SetResult();
        })
        {
            IsBackground = true,
            Name = "Preload",
            Priority = ThreadPriority.Lowest,
        };
        thread.Start();
        return ended.Task;
    }

    private void Load(PreloadBlock block)
    {
        try
        {
            using var lease = loaded.Take(BlockSource.Read(block.ProjectPath, block.FilePath));
            _ = lease.Block.Methods;
        }
        catch (BlockFailedException)
        {
            // Whoever runs or looks at the block is told; nobody has asked for it yet.
        }
    }
}
