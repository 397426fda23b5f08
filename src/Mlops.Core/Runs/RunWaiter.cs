namespace Mlops.Core.Runs;

/// <summary>Waits for the end of a run, woken by events.</summary>
internal sealed class RunWaiter(PipelineRunStore runs, RunEvents events, TimeProvider timeProvider)
{
    /// <summary>Returns when the run is final or the time is over, whichever comes first.</summary>
    /// <exception cref="NotFoundException">There is no such run.</exception>
    public async Task WaitAsync(long pipelineRunId, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var changed = new SemaphoreSlim(0);

        // Listening begins before the first look, so that no change falls between the two.
        using var subscription = events.Subscribe(pipelineRunId, change =>
        {
            if (change.Kind == RunChangeKind.Status && changed.CurrentCount == 0)
            {
                changed.Release();
            }
        });
        var start = timeProvider.GetTimestamp();
        while (true)
        {
            var status = await runs.FindStatusAsync(pipelineRunId, cancellationToken) ?? throw PipelineRunService.NoSuchRun(pipelineRunId);
            var left = timeout - timeProvider.GetElapsedTime(start);
            if (status.IsFinal() || left <= TimeSpan.Zero)
            {
                return;
            }

            try
            {
                await changed.WaitAsync(cancellationToken).WaitAsync(left, timeProvider, cancellationToken);
            }
            catch (TimeoutException)
            {
                return;
            }
        }
    }
}
