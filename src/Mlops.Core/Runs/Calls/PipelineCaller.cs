using System.Text.Json;
using Microsoft.Extensions.Logging;
using Mlops.Core.Database;
using Mlops.Core.Pipelines;

namespace Mlops.Core.Runs.Calls;

/// <summary>Starts the runs that are blocks of other runs, each once however often it is asked to.</summary>
/// <param name="starter">Reads and checks the pipeline.</param>
/// <param name="runs">Takes the run.</param>
/// <param name="wake">Wakes a worker for it.</param>
/// <param name="timeProvider">Times the next try where the database is away.</param>
/// <param name="logger">Told what goes wrong inside.</param>
internal sealed class PipelineCaller(
    PipelineRunStarter starter, PipelineRunStore runs, Action<long> wake, TimeProvider timeProvider, ILogger<PipelineCaller> logger)
{
    private static readonly TimeSpan AwayDelay = TimeSpan.FromSeconds(1);

    /// <summary>Runs inside runs inside runs; a way to start them without end would fill the database.</summary>
    private const int MaxDepth = 20;

    /// <summary>Starts the run of a block's attempt, or finds the one that was started before its answer was lost.</summary>
    /// <param name="parent">The run of the block.</param>
    /// <param name="block">The block, as its attempt was started.</param>
    /// <param name="stop">The block is asked to stop.</param>
    /// <returns>How the block goes on: with the run to wait for, with its end, or with why there is none.</returns>
    public async Task<BlockEnd> CallAsync(PipelineRun parent, BlockRun block, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                stop.ThrowIfCancellationRequested();
                return await TryCallAsync(parent, block);
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
        }
    }

    private async Task<BlockEnd> TryCallAsync(PipelineRun parent, BlockRun block)
    {
        var call = block.Terms.Call!;
        try
        {
            var run = await StartAsync(parent, block, call);
            return call.ChecksStatus
                ? new BlockEnd(block.BlockUuid, block.Attempt, null, []) { WaitsFor = ToCalled(run, block) }
                : new BlockEnd(block.BlockUuid, block.Attempt, new BlockResult(null, [], []), [Output(ToCalled(run, block))]);
        }
        catch (Exception exception) when (exception is NotFoundException or InvalidRequestException)
        {
            return Failed(block, exception is InvalidRequestException invalid ? invalid.Type : "not_found", $"Pipeline '{call.PipelineUuid}' cannot be run: {exception.Message}");
        }
        catch (Exception exception) when (!DatabaseHealth.IsAway(exception)) // Whatever it is, the block has to end.
        {
            Log.CallFailed(logger, parent.Id, block.BlockUuid, exception);
            return Failed(block, "internal_error", $"Pipeline '{call.PipelineUuid}' could not be started: {exception.Message}");
        }
    }

    /// <summary>What blocks downstream are told of the run.</summary>
    public static BlockOutput Output(CalledRun run)
    {
        var value = JsonSerializer.Serialize(new CalledRunOutput(run.Id, run.ProjectUuid, run.PipelineUuid, run.Status.ToWord()), RunJson.Default.CalledRunOutput);
        return BlockOutput.OfValue("output_0", value);
    }

    private async Task<PipelineRun> StartAsync(PipelineRun parent, BlockRun block, PipelineCall call)
    {
        if (parent.Terms.Depth >= MaxDepth)
        {
            throw new InvalidRequestException(
                "too_deep", [$"the run is block of a run that is block of a run, {MaxDepth} times over. Look for pipelines that start each other."]);
        }

        var inherited = parent.Variables.Where(pair => call.Inherit.Contains(pair.Key, StringComparer.Ordinal) || call.Inherit is ["*"])
            .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        var prepared = starter.Prepare(new PipelineName(call.ProjectUuid ?? parent.ProjectUuid, call.PipelineUuid), [inherited, call.Variables], RunOrigin.Pipeline);
        var run = await runs.InsertAsync(
            prepared with
            {
                RequestId = $"block {block.Id} {block.Attempt}",
                Caller = new CallingBlock(parent.Id, block.Id, block.Attempt, call.ChecksStatus),
                Terms = prepared.Terms with { Depth = parent.Terms.Depth + 1, Interval = RunInterval.Of(parent) },
                ExecutionDate = RunInterval.ExecutionDateOf(parent),
            },
            CancellationToken.None);

        // Killed here, the run is durable and recovery wakes it.
        wake(run.Id);
        return run;
    }

    private static CalledRun ToCalled(PipelineRun run, BlockRun block) =>
        new(run.Id, block.Id, block.Attempt, run.ProjectUuid, run.PipelineUuid, run.Status, run.Error);

    private static BlockEnd Failed(BlockRun block, string type, string message) =>
        new(block.BlockUuid, block.Attempt, new BlockResult(new BlockError(type, message), [], []), []);
}

/// <summary>What blocks downstream of a block that is a run are given.</summary>
/// <param name="PipelineRunId">The run.</param>
/// <param name="ProjectUuid">Its project.</param>
/// <param name="PipelineUuid">Its pipeline.</param>
/// <param name="Status">Word of where it stands.</param>
internal sealed record CalledRunOutput(long PipelineRunId, string ProjectUuid, string PipelineUuid, string Status);
