using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mlops.Core.Database;

namespace Mlops.Core.Runs;

/// <summary>
/// Hears what other processes on the database tell of runs, and does here what they do there: tells listeners, stops a run that was cancelled, lets free
/// slots look. What is told while the connection is broken is made up for once it is back: everything is told as changed.
/// </summary>
internal sealed class RunChangeFeed(
    MetadataDatabase database, RunEvents events, RunLeases leases, RunDispatcher dispatcher, TimeProvider timeProvider, ILogger<RunChangeFeed> logger)
    : BackgroundService
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wasBroken = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await database.ListenAsync(() => Resume(wasBroken), Take, stoppingToken);
                return; // There are no other processes.
            }
            catch (Exception exception) when (exception is DbException or IOException or TimeoutException)
            {
                wasBroken = true;
                Log.FeedBroken(logger, Delay, exception);
                await Task.Delay(Delay, timeProvider, stoppingToken);
            }
        }
    }

    private void Resume(bool wasBroken)
    {
        if (wasBroken)
        {
            events.PublishGap();
            dispatcher.Look();
        }
    }

    private void Take(string notice)
    {
        if (RunNotices.Read(notice) is not var (kind, change))
        {
            return;
        }

        if (kind == RunNoticeKind.Cancel)
        {
            leases.TellCancel(change.PipelineRunId);
        }
        else if (kind == RunNoticeKind.Woken)
        {
            leases.TellWoken(change.PipelineRunId);
            dispatcher.Look();
        }
        else if (kind == RunNoticeKind.Waiting)
        {
            dispatcher.Look();
        }

        events.Publish(change);
    }
}
