using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mlops.Core.Projects;
using Mlops.Core.Runs.Outputs;

namespace Mlops.Core.Runs.Retention;

/// <summary>
/// Removes runs whose project does not keep them any longer (<c>variables_retention_period</c>, counted from their end), with logs and outputs: every
/// hour, in small bites. The newest completed run of each pipeline stays whatever its age, since it is what people look at. Runs of a project that is
/// not on disk any more are kept for 90 days.
/// </summary>
/// <remarks>
/// Every server and worker does so; two at the same run do it twice, which harms nobody. Files go before rows: killed between the two, the run is still
/// there to be found by the next sweep. A run that somebody retries in just that moment keeps its rows; its completed blocks have lost their outputs then,
/// and blocks after them say so.
/// </remarks>
internal sealed class RunRetention(
    ProjectCatalog catalog, RetentionStore store, IOutputStorage storage, OrphanedOutputs orphans, TimeProvider timeProvider, ILogger<RunRetention> logger)
    : BackgroundService
{
    /// <summary>Runs that are removed without a pause.</summary>
    internal const int Bite = 50;

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>A server that just started has more urgent things to do.</summary>
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMinutes(2);

    /// <summary>Removes what is due now.</summary>
    /// <returns>How many runs this process removed.</returns>
    internal async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var removed = 0;
        var onDisk = catalog.ListProjects().ToDictionary(project => project.Uuid, StringComparer.Ordinal);
        foreach (var uuid in await store.ListProjectsAsync(cancellationToken))
        {
            var period = onDisk.TryGetValue(uuid, out var project) ? project.RetentionPeriod : RetentionPeriod.Default;
            if (period is { } age)
            {
                removed += await SweepProjectAsync(uuid, timeProvider.GetUtcNow() - age, cancellationToken);
            }
        }

        return removed;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(FirstDelay, timeProvider, stoppingToken);
        using var timer = new PeriodicTimer(Interval, timeProvider);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
                await orphans.SweepWhenDueAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Database or store is away, or worse: the loop must outlive whatever it is, and the next sweep sees what this one missed.
                Log.RetentionFailed(logger, exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<int> SweepProjectAsync(string projectUuid, DateTimeOffset endedBefore, CancellationToken cancellationToken)
    {
        var removed = 0;
        IReadOnlyList<ExpiredRun> bite;
        for (long after = 0; (bite = await store.ListExpiredAsync(projectUuid, endedBefore, after, Bite, cancellationToken)).Count > 0; after = bite[^1].Id)
        {
            foreach (var run in bite)
            {
                removed += await TryRemoveAsync(run, endedBefore, cancellationToken) ? 1 : 0;
            }

            if (bite.Count < Bite)
            {
                break;
            }

            await Task.Delay(Pause, timeProvider, cancellationToken);
        }

        if (removed > 0)
        {
            Log.RunsRemoved(logger, removed, projectUuid, endedBefore);
        }

        return removed;
    }

    private async Task<bool> TryRemoveAsync(ExpiredRun run, DateTimeOffset endedBefore, CancellationToken cancellationToken)
    {
        try
        {
            await storage.DeleteAsync(OutputFolders.OfRun(run.ProjectUuid, run.PipelineUuid, run.Id), cancellationToken);
        }
        catch (OutputStorageException exception) // One folder that cannot be removed keeps its run, not the others.
        {
            Log.OutputsNotRemoved(logger, run.Id, exception);
            return false;
        }

        return await store.DeleteAsync(run, endedBefore, cancellationToken);
    }
}
