using Mlops.Core.Database;

namespace Mlops.Core.Runs.Calls;

/// <summary>
/// Starts the runs that code of blocks asks for, and waits for them where it is to. A run whose code waits for another one lends its slot, so that runs that
/// wait for each other's ends never hold all of them.
/// </summary>
/// <param name="database">Finds the block.</param>
/// <param name="caller">Starts the run.</param>
/// <param name="runs">Finds how it ended.</param>
/// <param name="waiter">Waits for its end.</param>
/// <param name="dispatcher">The slots; found when they are needed.</param>
/// <param name="executor">Runs what no worker of this process does; found when it is needed.</param>
internal sealed class CodeCaller(
    MetadataDatabase database, PipelineCaller caller, PipelineRunStore runs, RunWaiter waiter, Func<RunDispatcher> dispatcher, Func<PipelineRunExecutor> executor)
{
    /// <summary>Timers of .NET reach 49 days.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>Does what a block of the run asks for. What cannot be done is said in the answer.</summary>
    /// <exception cref="OperationCanceledException">The block is asked to stop.</exception>
    public async Task<PipelineCallAnswer> CallAsync(PipelineRun run, PipelineCallMessage message, CancellationToken cancellationToken)
    {
        try
        {
            var called = await StartAsync(run, message, cancellationToken);
            if (message.ChecksStatus)
            {
                called = await WaitAsync(called, cancellationToken);
            }

            return new PipelineCallAnswer(called.Id, called.ProjectUuid, called.PipelineUuid, called.Status.ToWord(), called.Error);
        }
        catch (Exception exception) when (exception is NotFoundException or InvalidRequestException or DatabaseAwayException)
        {
            return new PipelineCallAnswer(0, message.ProjectUuid ?? run.ProjectUuid, message.PipelineUuid, "", exception.Message);
        }
    }

    private async Task<PipelineRun> StartAsync(PipelineRun run, PipelineCallMessage message, CancellationToken cancellationToken)
    {
        var found = await database.QueryAsync<long>(
            "select id from block_run where pipeline_run_id = @Id and block_uuid = @BlockUuid and attempt = @Attempt and status = 'running'",
            new { run.Id, message.BlockUuid, message.Attempt }, cancellationToken);
        return found is [var blockRunId]
            ? await caller.StartAsync(
                run,
                new PipelineName(message.ProjectUuid ?? run.ProjectUuid, message.PipelineUuid),
                [message.Variables],
                new CallingBlock(run.Id, blockRunId, message.Attempt, message.ChecksStatus),
                $"block {blockRunId} {message.Attempt} {message.Number}")
            : throw new InvalidRequestException("conflict", [$"Attempt {message.Attempt} of block '{message.BlockUuid}' is not running any more."]);
    }

    private async Task<PipelineRun> WaitAsync(PipelineRun called, CancellationToken cancellationToken)
    {
        using var lent = dispatcher().Lend();
        if (!dispatcher().IsOpen)
        {
            // A command: nobody here takes runs from the queue.
            await executor().ExecuteToEndAsync(called.Id, cancellationToken);
        }

        while (!called.Status.IsFinal())
        {
            await waiter.WaitAsync(called.Id, LongestWait, cancellationToken);
            called = await runs.FindAsync(called.Id, cancellationToken) ?? throw PipelineRunService.NoSuchRun(called.Id);
        }

        return called;
    }
}
