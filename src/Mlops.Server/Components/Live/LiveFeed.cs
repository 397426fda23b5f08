using Mlops.Core.Database;
using Mlops.Core.Projects;
using Mlops.Core.Runs;
using Mlops.Core.Workers;

namespace Mlops.Server.Components.Live;

/// <summary>
/// Tells components that runs, projects, workers or the state of the database changed. However fast changes come, a listener is called at most four times a second, one call at a
/// time, and always once after the last change.
/// </summary>
internal sealed class LiveFeed(RunEvents runEvents, ProjectCatalog catalog, WorkerService workers, MetadataDatabase database, TimeProvider time)
{
    /// <summary>Calls <paramref name="refresh"/> after changes of runs that <paramref name="concerns"/> lets through, until the result is disposed.</summary>
    /// <param name="concerns">Called on the writer's thread: it must only look and return.</param>
    /// <param name="refresh">Called on a thread of the pool; what it throws ends the calls.</param>
    public IDisposable OnRuns(Func<RunChange, bool> concerns, Func<Task> refresh)
    {
        var pulse = new Pulse(refresh, time);
        pulse.EndsWith(runEvents.Subscribe(change =>
        {
            if (change.IsGap || concerns(change))
            {
                pulse.Beat();
            }
        }));
        return pulse;
    }

    /// <summary>Calls <paramref name="refresh"/> after files of the project, or the list of projects, changed, until the result is disposed.</summary>
    public IDisposable OnProject(Func<string> projectUuid, Func<Task> refresh)
    {
        var pulse = new Pulse(refresh, time);
        void Listen(ProjectChange change)
        {
            if (change.ProjectUuid is null || change.ProjectUuid == projectUuid())
            {
                pulse.Beat();
            }
        }

        catalog.Changed += Listen;
        pulse.EndsWith(new Unsubscription(() => catalog.Changed -= Listen));
        return pulse;
    }

    /// <summary>Calls <paramref name="refresh"/> whenever it is time to look at the workers again, every 5 s, until the result is disposed.</summary>
    public IDisposable OnWorkers(Func<Task> refresh)
    {
        var pulse = new Pulse(refresh, time);
        workers.Beaten += pulse.Beat;
        pulse.EndsWith(new Unsubscription(() => workers.Beaten -= pulse.Beat));
        return pulse;
    }

    /// <summary>Calls <paramref name="refresh"/> when the database ceased to answer or answers again, until the result is disposed.</summary>
    public IDisposable OnDatabase(Func<Task> refresh)
    {
        var pulse = new Pulse(refresh, time);
        database.Health.Changed += pulse.Beat;
        pulse.EndsWith(new Unsubscription(() => database.Health.Changed -= pulse.Beat));
        return pulse;
    }

    /// <summary>Calls <paramref name="refresh"/> when the database answers again, until the result is disposed.</summary>
    public IDisposable OnDatabaseBack(Func<Task> refresh) =>
        OnDatabase(() => database.Health.Outage is null ? refresh() : Task.CompletedTask);

    private sealed class Unsubscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
