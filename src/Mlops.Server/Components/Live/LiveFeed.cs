using Mlops.Core.Projects;
using Mlops.Core.Runs;

namespace Mlops.Server.Components.Live;

/// <summary>
/// Tells components that runs or projects changed. However fast changes come, a listener is called at most four times a second, one call at a
/// time, and always once after the last change.
/// </summary>
internal sealed class LiveFeed(RunEvents runEvents, ProjectCatalog catalog, TimeProvider time)
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

    private sealed class Unsubscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
