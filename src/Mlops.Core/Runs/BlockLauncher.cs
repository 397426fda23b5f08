using Microsoft.Extensions.Logging;
using Mlops.Core.Runs.Calls;
using Mlops.Core.Runs.Outputs;
using Mlops.Core.Secrets;

namespace Mlops.Core.Runs;

/// <summary>Runs the code of blocks in the session that is leased for one run, and signals their ends.</summary>
internal sealed class BlockLauncher(
    IBlockSession session, BlockWorkFactory works, RunBlockStarter runBlocks, RunLogWriter log, SecretMask mask, TimeProvider timeProvider, ILogger logger)
{
    /// <summary>Starts the block's code and returns; its end comes as a signal, whatever happens.</summary>
    public void Launch(BlockRun block, RunProgress progress, RunSignals signals, CancellationToken stop)
    {
        if (block is { FilePath: null, Terms.IsRun: false })
        {
            var error = new BlockError("missing_file", $"Block '{block.BlockUuid}' has no file to run. Add its file to the project, or take it out of the pipeline.");
            signals.End(new BlockEnd(block.BlockUuid, block.Attempt, new BlockResult(error, [], []), []));
            return;
        }

        var work = works.Create(progress, block);

        // On another thread, because code of blocks may run long before it first awaits.
        _ = Task.Run(async () => signals.End(await RunAsync(progress.Run, block, work, stop)), CancellationToken.None);
    }

    /// <summary>Ends the code of all blocks at once, where the host can.</summary>
    public Task AbortAsync(string reason) => session.AbortAsync(reason);

    private async Task<BlockEnd> RunAsync(PipelineRun run, BlockRun block, BlockWork work, CancellationToken stop)
    {
        Log.BlockStarted(logger, run.Id, block.BlockUuid, block.Attempt);
        if (block.Terms.IsSkipped)
        {
            log.Append(block.BlockUuid, block.Attempt, new BlockLogLine(timeProvider.GetUtcNow(), RunLogLevel.Info, "Skipped: this run does not wait for sensors."));
            return new BlockEnd(block.BlockUuid, block.Attempt, new BlockResult(null, [], []), []);
        }

        BlockResult? result = null;
        try
        {
            if (!block.Terms.IsRun || block.Terms.Conditions.Count > 0)
            {
                await works.FetchUpstreamAsync(work, stop);
            }

            if (block.Terms.Conditions.Count > 0
                && await new BlockConditions(session, log, timeProvider).AskAsync(block, work, works.ProjectPath(run), stop) is { } end)
            {
                return end with { Result = end.Result is { } answer ? mask.Apply(answer) : null };
            }

            if (block.Terms.IsRun)
            {
                return await runBlocks.StartAsync(run, block, stop);
            }

            result = mask.Apply(await session.RunAsync(work, line => log.Append(block.BlockUuid, block.Attempt, line), stop));
            if (block.Terms.IsDynamic && result.Error is null)
            {
                var (names, error) = FanNames.Clean(block.BlockUuid, result.FanItems);
                result = result with { FanItems = names, Error = error };
            }

            Log.BlockEnded(logger, run.Id, block.BlockUuid, result.Error?.Type ?? "completed");
            var outputs = works.Describe(run, block, result);

            // Killed here or while the files are on their way, the block is still running for the database: its next attempt writes files of its own.
            await works.PublishAsync(run, block, outputs, stop);
            return new BlockEnd(block.BlockUuid, block.Attempt, result, outputs);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return new BlockEnd(block.BlockUuid, block.Attempt, null, [], WasInterrupted: true);
        }
        catch (OutputStorageException exception) // The block's own error goes before that of its files.
        {
            Log.OutputsNotMoved(logger, run.Id, block.BlockUuid, exception);
            var error = result?.Error ?? new BlockError("output_store", exception.Message);
            return new BlockEnd(block.BlockUuid, block.Attempt, new BlockResult(error, [], result?.Tests ?? []), []);
        }
        catch (Exception exception) // The session broke its promise not to throw: the block fails with the reason, the run goes on.
        {
            Log.SessionFailed(logger, run.Id, block.BlockUuid, exception);
            var error = new BlockError(exception.GetType().FullName ?? "internal_error", exception.Message) { StackTrace = exception.StackTrace };
            return new BlockEnd(block.BlockUuid, block.Attempt, mask.Apply(new BlockResult(error, [], [])), []);
        }
    }
}
