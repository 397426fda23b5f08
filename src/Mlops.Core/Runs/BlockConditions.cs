namespace Mlops.Core.Runs;

/// <summary>Asks the conditions of a block, in the place and with the upstream outputs with which it would run.</summary>
internal sealed class BlockConditions(IBlockSession session, RunLogWriter log, TimeProvider timeProvider)
{
    /// <summary>Asks them in order, up to the first one that does not hold.</summary>
    /// <param name="block">The block that was started.</param>
    /// <param name="work">Its work.</param>
    /// <param name="projectPath">Absolute path of its project.</param>
    /// <param name="stop">Asks to stop.</param>
    /// <returns>Null where all hold; else how the block ends.</returns>
    /// <exception cref="OperationCanceledException">Stopped by <paramref name="stop"/>.</exception>
    public async Task<BlockEnd?> AskAsync(BlockRun block, BlockWork work, string projectPath, CancellationToken stop)
    {
        foreach (var condition in block.Terms.Conditions)
        {
            var result = await session.RunAsync(WorkOf(condition, work, projectPath), line => log.Append(block.BlockUuid, block.Attempt, line), stop);
            if (result.Error is { } error)
            {
                var named = error with { Message = $"Condition '{condition.Uuid}' of block '{block.BlockUuid}' failed: {error.Message}" };
                return new BlockEnd(block.BlockUuid, block.Attempt, result with { Error = named, Outputs = [] }, []);
            }

            if (result.Answer != true)
            {
                var line = new BlockLogLine(timeProvider.GetUtcNow(), RunLogLevel.Info, $"Condition '{condition.Uuid}' does not hold: the block is left out.");
                log.Append(block.BlockUuid, block.Attempt, line);
                return new BlockEnd(block.BlockUuid, block.Attempt, null, []) { IsLeftOut = true };
            }
        }

        return null;
    }

    private static BlockWork WorkOf(AttachedBlock condition, BlockWork work, string projectPath) => work with
    {
        BlockUuid = condition.Uuid,
        BlockType = "conditional",
        Language = condition.Language,
        FilePath = Path.GetFullPath(condition.FilePath, projectPath),
        ParentUuid = work.BlockUuid,
    };
}
