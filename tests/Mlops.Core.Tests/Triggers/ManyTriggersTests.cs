using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Mlops.Core.Runs;
using Mlops.Core.Tests.Database;
using Mlops.Core.Tests.Runs;
using Mlops.Core.Triggers;

namespace Mlops.Core.Tests.Triggers;

/// <summary>Many triggers, several servers, and how punctual they are.</summary>
public sealed class ManyTriggersTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_servers_start_each_of_a_thousand_triggers_once_a_minute()
    {
        await using var suite = new Servers(await PostgresFixture.CreateAsync());
        suite.Write(pipelines: 10, triggers: 100, "* * * * *");
        await suite.StartAsync(2);

        for (var minute = 0; minute < 10; minute++)
        {
            suite.Time.SetUtcNow(Servers.Begin.AddMinutes(minute));
            await Task.WhenAll(suite.Schedulers.Select(scheduler => Task.Run(() => CatchUpAsync(scheduler))));
        }

        var counts = await suite.QueryAsync<(long Instant, long Runs, long Triggers)>(
            "select scheduled_at, count(*), count(distinct trigger_id) from pipeline_run group by scheduled_at order by scheduled_at");
        Assert.Equal(Enumerable.Range(0, 10).Select(minute => (Servers.Begin.AddMinutes(minute), 1000L, 1000L)), counts.Select(count => (Core.Database.Timestamps.FromMicroseconds(count.Instant), count.Runs, count.Triggers)));
    }

    [Fact]
    public async Task Ten_thousand_triggers_that_are_not_due_cost_a_tick_next_to_nothing()
    {
        await using var suite = new Servers(new SqliteFixture());
        suite.Write(pipelines: 20, triggers: 500, "0 0 1 1 *");
        await suite.StartAsync(1);
        var scheduler = Assert.Single(suite.Schedulers);
        await scheduler.TickAsync(Cancellation);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(TimeSpan.FromSeconds(30), await scheduler.TickAsync(Cancellation));
        }

        // Reading all triggers would take several megabytes each time. How long it takes is a figure of the benchmarks.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20 * 1024 * 1024);
    }

    [Fact]
    public async Task Files_that_changed_or_went_are_taken_up_and_the_triggers_of_all_others_stay()
    {
        await using var suite = new Servers(new SqliteFixture());
        suite.Write(pipelines: 3, triggers: 2, "@daily");
        await suite.StartAsync(1);
        var before = await suite.QueryAsync<(string Pipeline, string Name)>("select pipeline_uuid, name from trigger where removed_at is null order by 1, 2");

        suite.Rewrite("x1", "triggers:\n- {name: only, schedule_interval: '@daily', status: active}\n");
        suite.Remove("x2");
        suite.Time.Advance(TimeSpan.FromSeconds(2));
        await suite.Schedulers[0].TickAsync(Cancellation);

        Assert.Equal(6, before.Count);
        Assert.Equal(
            [("x0", "t0"), ("x0", "t1"), ("x1", "only")],
            await suite.QueryAsync<(string Pipeline, string Name)>("select pipeline_uuid, name from trigger where removed_at is null order by 1, 2"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_comes_at_its_instant_and_not_with_the_next_look_at_the_files(bool postgres)
    {
        await using var fixture = postgres ? await PostgresFixture.CreateAsync() : new SqliteFixture();
        RunWorld.WritePipeline(fixture, "x", ["a"]);
        File.WriteAllText(Path.Combine(fixture.Options.ProjectsPath, "p/pipelines/x/triggers.yaml"), "triggers:\n- {name: t, schedule_interval: '* * * * * *', status: active}\n");
        await using var world = await RunWorld.CreateAsync(fixture);
        using var scheduler = ActivatorUtilities.CreateInstance<TriggerScheduler>(world.Services);
        await scheduler.StartAsync(Cancellation);
        await Until.TrueAsync(async () => (await RunsAsync()).Count >= 6);
        await scheduler.StopAsync(Cancellation);

        // The next look would be up to 30 s later, and make one run for all instants that passed. How late it is, is a figure of the benchmarks.
        var delays = (await RunsAsync()).OrderBy(run => run.Id).Skip(1).Select(run => run.CreatedAt - run.ExecutionDate).Order().ToList();
        Assert.InRange(delays[delays.Count / 2], TimeSpan.Zero, TimeSpan.FromSeconds(10));

        async Task<IReadOnlyList<PipelineRun>> RunsAsync() => (await world.Runs.ListAsync(new PipelineRunFilter(Limit: 200), Cancellation)).Runs;
    }

    private static async Task CatchUpAsync(TriggerScheduler scheduler)
    {
        while (await scheduler.TickAsync(Cancellation) < TimeSpan.FromSeconds(1))
        {
            // Triggers that the other server was taking are looked at again.
        }
    }

    /// <summary>Servers on one database and one folder of projects.</summary>
    private sealed class Servers(DatabaseFixture fixture) : IAsyncDisposable
    {
        private readonly List<RunWorld> _worlds = [];

        public static DateTimeOffset Begin { get; } = new(2026, 5, 6, 9, 11, 0, TimeSpan.Zero);

        public Microsoft.Extensions.Time.Testing.FakeTimeProvider Time { get; } = new(Begin.AddSeconds(-30));

        public List<TriggerScheduler> Schedulers { get; } = [];

        public void Write(int pipelines, int triggers, string interval)
        {
            foreach (var pipeline in Enumerable.Range(0, pipelines).Select(i => string.Create(CultureInfo.InvariantCulture, $"x{i}")))
            {
                RunWorld.WritePipeline(fixture, pipeline, ["a"]);
                File.WriteAllText(
                    Path.Combine(fixture.Options.ProjectsPath, "p/pipelines", pipeline, "triggers.yaml"),
                    "triggers:\n" + string.Concat(Enumerable.Range(0, triggers).Select(i => string.Create(CultureInfo.InvariantCulture, $"- {{name: t{i}, schedule_interval: '{interval}', status: active}}\n"))));
            }
        }

        public void Rewrite(string pipeline, string text) => File.WriteAllText(Path.Combine(fixture.Options.ProjectsPath, "p/pipelines", pipeline, "triggers.yaml"), text);

        public void Remove(string pipeline) => Directory.Delete(Path.Combine(fixture.Options.ProjectsPath, "p/pipelines", pipeline), recursive: true);

        public async Task StartAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                _worlds.Add(await RunWorld.CreateAsync(fixture, Time));
                Schedulers.Add(ActivatorUtilities.CreateInstance<TriggerScheduler>(_worlds[^1].Services));
                await Schedulers[^1].TickAsync(Cancellation);
            }
        }

        public Task<IReadOnlyList<T>> QueryAsync<T>(string sql) => _worlds[0].Get<Core.Database.MetadataDatabase>().QueryAsync<T>(sql, null, Cancellation);

        public async ValueTask DisposeAsync()
        {
            Schedulers.ForEach(scheduler => scheduler.Dispose());
            foreach (var world in _worlds)
            {
                await world.DisposeAsync();
            }

            await fixture.DisposeAsync();
        }
    }
}
