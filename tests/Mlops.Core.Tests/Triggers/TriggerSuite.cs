using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Mlops.Core.Projects;
using Mlops.Core.Runs;
using Mlops.Core.Tests.Database;
using Mlops.Core.Tests.Runs;
using Mlops.Core.Triggers;

namespace Mlops.Core.Tests.Triggers;

/// <summary>Triggers of a project <c>p</c> with a pipeline <c>x</c>, on any number of servers, at a time that a test sets.</summary>
public abstract class TriggerSuite : IAsyncLifetime
{
    protected FakeTimeProvider Time { get; } = new(Utc("2026-05-06 09:10"));
    protected DatabaseFixture Fixture { get; private set; } = null!;
    private protected RunWorld World { get; private set; } = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected TriggerScheduler Scheduler => Schedulers[World];

    private protected Dictionary<RunWorld, TriggerScheduler> Schedulers { get; } = [];

    public async ValueTask InitializeAsync()
    {
        Fixture = await CreateFixtureAsync();
        RunWorld.WritePipeline(Fixture, "x", ["a"], "variables: {seed: 1, keep: me}\n");
        World = await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var (world, scheduler) in Schedulers)
        {
            scheduler.Dispose();
            await world.DisposeAsync();
        }

        await Fixture.DisposeAsync();
    }

    protected abstract Task<DatabaseFixture> CreateFixtureAsync();

    protected static string Trigger(string interval, string more = "") =>
        $"triggers:\n- name: t\n  schedule_interval: '{interval}'\n  status: active\n"
        + (more.Length == 0 ? "" : $"  {more}\n");

    protected static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    protected string Write(string pipeline, string text)
    {
        var path = Path.Combine(Fixture.Options.ProjectsPath, "p", "pipelines", pipeline, "triggers.yaml");
        File.WriteAllText(path, text);
        foreach (var world in Schedulers.Keys)
        {
            world.Get<ProjectCatalog>().Check(path);
        }

        return path;
    }

    /// <summary>Another process on the same files and database.</summary>
    private protected async Task<RunWorld> OpenAsync(MlopsCoreOptions? options = null)
    {
        var world = await RunWorld.CreateAsync(Fixture, Time, options);
        Schedulers[world] = ActivatorUtilities.CreateInstance<TriggerScheduler>(world.Services);
        return world;
    }

    private protected async Task TickAsync(string now, RunWorld? world = null)
    {
        Time.SetUtcNow(Utc(now));
        await Schedulers[world ?? World].TickAsync(Cancellation);
    }

    protected Task<IReadOnlyList<Trigger>> ListAsync(string? pipeline = null) => World.Get<TriggerService>().ListAsync("p", pipeline, Cancellation);

    protected Task<Trigger> SwitchAsync(bool active) => World.Get<TriggerService>().SetActiveAsync("p", "x", "t", active, Cancellation);

    protected async Task<IReadOnlyList<PipelineRun>> RunsAsync() => (await World.Runs.ListAsync(new PipelineRunFilter(Limit: 200), Cancellation)).Runs;

    protected async Task<IReadOnlyList<string>> InstantsAsync() =>
        [.. (await RunsAsync()).Select(run => run.ExecutionDate.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)).Order(StringComparer.Ordinal)];
}
