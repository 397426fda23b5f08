using Microsoft.Extensions.Logging;
using Mlops.Core.Database;

namespace Mlops.Core.Runs.Calls;

/// <summary>Begins blocks that are runs, whatever happens: through times without a database, and with an end in words where it cannot.</summary>
internal sealed class RunBlockStarter(IEnumerable<IRunBlock> kinds, TimeProvider timeProvider, ILogger<RunBlockStarter> logger)
{
    private static readonly TimeSpan AwayDelay = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<IRunBlock> _kinds = [.. kinds];

    /// <summary>Begins an attempt of a block.</summary>
    /// <param name="run">The run of the block.</param>
    /// <param name="block">The block, as its attempt was started.</param>
    /// <param name="stop">The block is asked to stop.</param>
    /// <returns>How the block goes on: with the run to wait for, with its end, or with why there is none.</returns>
    public async Task<BlockEnd> StartAsync(PipelineRun run, BlockRun block, CancellationToken stop)
    {
        var kind = _kinds.Single(kind => kind.Takes(block.Terms));
        while (true)
        {
            try
            {
                stop.ThrowIfCancellationRequested();
                return await kind.StartAsync(run, block);
            }
            catch (Exception exception) when (DatabaseHealth.IsAway(exception) && !stop.IsCancellationRequested)
            {
                // Whether it landed is not known. Asked again, it is found, or started.
                await Task.WhenAny(Task.Delay(AwayDelay, timeProvider, stop));
            }
            catch (Exception exception) when (DatabaseHealth.IsAway(exception) || exception is OperationCanceledException)
            {
                return new BlockEnd(block.BlockUuid, block.Attempt, null, [], WasInterrupted: true);
            }
            catch (Exception exception) when (exception is NotFoundException or InvalidRequestException)
            {
                return Failed(block, exception is InvalidRequestException invalid ? invalid.Type : "not_found", $"{kind.Describe(block)} cannot be run: {exception.Message}");
            }
            catch (Exception exception) // Whatever it is, the block has to end.
            {
                Log.CallFailed(logger, run.Id, block.BlockUuid, exception);
                return Failed(block, "internal_error", $"{kind.Describe(block)} could not be started: {exception.Message}");
            }
        }
    }

    private static BlockEnd Failed(BlockRun block, string type, string message) =>
        new(block.BlockUuid, block.Attempt, new BlockResult(new BlockError(type, message), [], []), []);
}
