using System.Text.Json;
using Microsoft.Extensions.Logging;
using Mlops.Core.Database;
using Mlops.Core.Projects;
using Mlops.Core.Runs;
using Mlops.Core.Secrets;

namespace Mlops.Core.Triggers.Events;

/// <summary>Looks for the events of one trigger and starts their runs; what fails is shown with the trigger and tried again ever more slowly.</summary>
internal sealed class EventTaker(
    EventStore store, EventSources sources, PipelineRunService runs, EventTaker.Surroundings surroundings, TimeProvider timeProvider, ILogger<EventTaker> logger)
{
    /// <summary>Runs that are started at a time: their inserts share transactions.</summary>
    private const int ParallelStarts = 16;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    /// <summary>Until the process that is at the trigger is done with it.</summary>
    private static readonly TimeSpan BusyDelay = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan PruneInterval = TimeSpan.FromHours(1);

    /// <summary>Looks, unless nothing is to be looked for yet.</summary>
    public async Task LookAsync(WatchedTrigger trigger, CancellationToken cancellationToken)
    {
        trigger.Begin();
        try
        {
            var pause = await TakeAsync(trigger, cancellationToken);
            trigger.FailureCount = 0;
            if (trigger.HasProblem)
            {
                trigger.HasProblem = !await store.SetProblemAsync(trigger.Row, null, cancellationToken);
            }

            trigger.End(pause);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && !DatabaseHealth.IsAway(exception))
        {
            // Expected (a folder that is missing, an invalid pipeline) or not, one trigger's failure stops no other; it is on the trigger for people to see.
            var delay = TimeSpan.FromTicks(Math.Min(LongestDelay.Ticks, FirstDelay.Ticks << Math.Min(trigger.FailureCount, 10)));
            trigger.FailureCount++;
            trigger.End(delay);
            Log.EventsFailed(logger, trigger.Row.ProjectUuid, trigger.Row.PipelineUuid, trigger.Row.Name, delay, exception);
            trigger.HasProblem = true;
            await store.SetProblemAsync(trigger.Row, exception.Message, cancellationToken);
        }
    }

    /// <returns>Until the next look.</returns>
    private async Task<TimeSpan?> TakeAsync(WatchedTrigger trigger, CancellationToken cancellationToken)
    {
        var watch = trigger.Watch ??= Watch(trigger);
        var look = await watch.LookAsync(new EventStand(!trigger.IsBegun, trigger.Position), cancellationToken);
        if (!trigger.IsBegun && !await BeginAsync(trigger, look, cancellationToken))
        {
            return BusyDelay;
        }

        if (look.ListsAll)
        {
            trigger.Keys ??= await store.ListKeysAsync(trigger.Row.Id, cancellationToken);
        }

        var news = look.Events.Where(found => found.IsSettled && trigger.Keys?.Contains(found.Key) != true).ToList();
        var busyCount = 0;
        await Parallel.ForEachAsync(
            news,
            new ParallelOptions { MaxDegreeOfParallelism = ParallelStarts, CancellationToken = cancellationToken },
            async (found, token) =>
            {
                if (!await StartAsync(trigger, found, token))
                {
                    Interlocked.Increment(ref busyCount);
                }
            });
        await PruneAsync(trigger, look, cancellationToken);
        return busyCount > 0 ? BusyDelay : look.Next;
    }

    private IEventWatch Watch(WatchedTrigger trigger)
    {
        var row = trigger.Row;
        var project = surroundings.Catalog.GetProject(row.ProjectUuid);
        var watched = new WatchedEvents(
            row.Id, project, row.Cause.Event!, Timestamps.FromMicroseconds(row.EventSince!.Value), token => surroundings.Secrets.ReadAsync(project.Uuid, token));
        return sources.Find(watched.Settings.Type)!.Watch(watched, trigger.Wake)!; // Only those are listed that are watched.
    }

    /// <summary>Files that lie in a folder already, and rows of a table, are none of the events that a trigger is made active for.</summary>
    private async Task<bool> BeginAsync(WatchedTrigger trigger, EventLook look, CancellationToken cancellationToken)
    {
        var since = Timestamps.FromMicroseconds(trigger.Row.EventSince!.Value);
        var before = look.Events.Where(found => found.ChangedAt < since).Select(found => found.Key).ToList();
        if (!await store.BeginAsync(trigger.Row, before, look.Position, cancellationToken))
        {
            // Another process was first, or the trigger is another one: what it noted is in the row that is read anew.
            var row = await store.FindAsync(new EventStore.ArmedTrigger { Id = trigger.Row.Id, ContentHash = trigger.Row.ContentHash!, EventSince = trigger.Row.EventSince.Value }, cancellationToken);
            (trigger.IsBegun, trigger.Position) = (row is not null && row.EventBegunAt == row.EventSince, row?.EventPosition);
            return false;
        }

        (trigger.IsBegun, trigger.Position) = (true, look.Position);
        return true;
    }

    /// <returns>False where another process is at the trigger: then it is looked at again.</returns>
    private async Task<bool> StartAsync(WatchedTrigger trigger, FoundEvent found, CancellationToken cancellationToken)
    {
        var row = trigger.Row;
        var asked = row.ToTrigger().Run() with
        {
            Origin = RunOrigin.Event,
            EventVariables = new Dictionary<string, JsonElement> { ["event"] = JsonSerializer.SerializeToElement(found.Describe(), RunJson.Default.IReadOnlyDictionaryStringJsonElement) },
        };
        var outcome = EventOutcome.Busy;
        var run = await runs.StartTriggeredAsync(asked, session => store.Take(session, row, found, trigger.Position, out outcome), cancellationToken);
        if (run is not null)
        {
            Log.EventFired(logger, row.ProjectUuid, row.PipelineUuid, row.Name, found.Key, run.Id);
        }

        if (outcome == EventOutcome.Busy && run is null)
        {
            return false;
        }

        await NoteAsync(trigger, found, run is not null, cancellationToken);
        return true;
    }

    private async Task NoteAsync(WatchedTrigger trigger, FoundEvent found, bool isOurs, CancellationToken cancellationToken)
    {
        if (found.Position is not null)
        {
            trigger.Position = isOurs ? found.Position : await store.FindPositionAsync(trigger.Row.Id, cancellationToken);
        }
        else if (trigger.Keys is { } keys)
        {
            lock (keys)
            {
                keys.Add(found.Key);
            }
        }
    }

    private async Task PruneAsync(WatchedTrigger trigger, EventLook look, CancellationToken cancellationToken)
    {
        if (trigger.PrunedAt is { } at && timeProvider.GetElapsedTime(at) < PruneInterval)
        {
            return;
        }

        trigger.PrunedAt = timeProvider.GetTimestamp();
        var gone = trigger.Keys?.Except(look.Events.Select(found => found.Key)).ToList();
        await store.PruneAsync(trigger.Row.Id, gone, cancellationToken);
    }

    /// <summary>What triggers are watched in.</summary>
    internal sealed record Surroundings(ProjectCatalog Catalog, SecretService Secrets);
}
