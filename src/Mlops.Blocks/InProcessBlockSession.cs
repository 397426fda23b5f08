using Mlops.Blocks.Errors;
using Mlops.Blocks.Logs;
using Mlops.Blocks.Values;
using Mlops.Core.Runs;

namespace Mlops.Blocks;

/// <summary>The blocks of one pipeline run: they hand on their outputs in memory until it ends.</summary>
internal sealed class InProcessBlockSession(BlockRunners runners, BlockContexts contexts, TimeProvider clock, BlockSessionOptions options) : IBlockSession
{
    private readonly RunMemory _memory = new(RunMemory.DefaultMaxBytes);

    public async Task<BlockResult> RunAsync(BlockWork work, Action<BlockLogLine> log, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (runners.Find(work.Language) is not { } runner)
        {
            return Failed(new BlockError(ErrorWords.NoRunner, $"Blocks in '{work.Language}' cannot run here; '{work.BlockUuid}' was not started."));
        }

        var blockLog = new BlockLog(log, clock);
        try
        {
            // A block may compute for hours without ever waiting, so it does not run on the caller's thread.
            return await Task.Run(
                () =>
                {
                    blockLog.Enter();
                    var (context, templates) = contexts.Create(work, new BlockLogger(blockLog), cancellationToken);
                    return runner.RunAsync(new BlockInvocation(work, context, templates, _memory), cancellationToken);
                },
                CancellationToken.None);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            // The one place where whatever a user's code throws becomes the block's result.
            return Failed(ExceptionDescriber.Describe(exception, options.ProjectPath));
        }
        finally
        {
            blockLog.Close();
        }
    }

    /// <summary>Code in this process cannot be ended from outside.</summary>
    public Task AbortAsync(string reason) => Task.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _memory.Dispose();
        return ValueTask.CompletedTask;
    }

    private static BlockResult Failed(BlockError error) => new(error, [], []);
}
