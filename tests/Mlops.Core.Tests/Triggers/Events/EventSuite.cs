using Microsoft.Extensions.DependencyInjection;
using Mlops.Core.Runs;
using Mlops.Core.Tests.Runs;
using Mlops.Core.Triggers.Events;

namespace Mlops.Core.Tests.Triggers.Events;

/// <summary>Triggers of type event, on any number of servers.</summary>
public abstract class EventSuite : TriggerSuite
{
    private readonly Dictionary<RunWorld, EventWatcher> _watchers = [];

    protected static string Event(string given, string more = "status: active") => $"triggers:\n- name: t\n  schedule_type: event\n  event: {given}\n  {more}\n";

    /// <summary>Brings the clock to that of the file system, so that what was written before is before and what is written next is not.</summary>
    protected void MeetFileSystem()
    {
        var path = Path.Combine(Fixture.Folder, $"clock-{Guid.NewGuid():N}");
        File.WriteAllText(path, "");
        Time.SetUtcNow(new DateTimeOffset(File.GetLastWriteTimeUtc(path)).AddMicroseconds(1));
    }

    /// <summary>Looks until nothing is to be looked for within a second.</summary>
    private protected async Task LookAsync(RunWorld? world = null)
    {
        var watcher = WatcherOf(world ?? World);
        for (var sleep = await watcher.TickAsync(Cancellation); sleep <= TimeSpan.FromSeconds(1); sleep = await watcher.TickAsync(Cancellation))
        {
            Time.Advance(sleep);
        }
    }

    /// <summary>A look, once.</summary>
    private protected async Task<Func<Task>> TickAsync()
    {
        var watcher = WatcherOf(World);
        await watcher.TickAsync(Cancellation);
        return () => watcher.TickAsync(Cancellation);
    }

    /// <summary>Lets several servers look at the same time, until they have nothing left to look for.</summary>
    private protected async Task LookTogetherAsync(params RunWorld[] worlds)
    {
        Time.Advance(TimeSpan.FromMinutes(6));
        var watchers = worlds.Select(WatcherOf).ToList();
        for (var sleep = TimeSpan.Zero; sleep <= TimeSpan.FromSeconds(1);)
        {
            sleep = (await Task.WhenAll(watchers.Select(watcher => Task.Run(() => watcher.TickAsync(Cancellation))))).Min();
            Time.Advance(sleep <= TimeSpan.FromSeconds(1) ? sleep : TimeSpan.Zero);
        }
    }

    /// <summary>Lets the longest pause between looks pass, and looks.</summary>
    private protected Task LookLaterAsync(RunWorld? world = null)
    {
        Time.Advance(TimeSpan.FromMinutes(6));
        return LookAsync(world);
    }

    private EventWatcher WatcherOf(RunWorld world) =>
        _watchers.TryGetValue(world, out var watcher) ? watcher : _watchers[world] = ActivatorUtilities.CreateInstance<EventWatcher>(world.Services);

    private protected async Task<IReadOnlyList<PipelineRun>> RunsOfAsync(string pipeline) =>
        (await World.Runs.ListAsync(new PipelineRunFilter(Limit: 200) { PipelineUuid = pipeline }, Cancellation)).Runs;

    /// <summary>A member of what the runs of <c>x</c> were told of their events, in order.</summary>
    protected async Task<IReadOnlyList<string>> EventsAsync(string member) =>
        [.. (await RunsOfAsync("x")).Select(run => run.Variables["event"].GetProperty(member).ToString()).Order(StringComparer.Ordinal)];

    protected async Task<string?> ProblemAsync(string pipeline = "x") => Assert.Single(await ListAsync(pipeline)).Problem;
}
