using Mlops.Core.Runs;
using Mlops.Core.Tests.Database;
using Mlops.Core.Tests.Runs;
using Mlops.Core.Triggers.Events;

namespace Mlops.Core.Tests.Triggers.Events;

/// <summary>Pipelines that start others; a subclass says on which database.</summary>
public abstract class PipelineEventTests : EventSuite
{
    [Fact]
    public async Task A_run_that_completed_starts_one_that_is_told_of_it()
    {
        RunWorld.WritePipeline(Fixture, "up", ["load"], "variables: {day: monday}\n");
        var before = await RunAsync("up");
        Time.Advance(TimeSpan.FromSeconds(1));
        Write("x", Event("{type: pipeline, pipeline: up}"));
        await LookAsync();

        var upstream = await RunAsync("up");
        await LookAsync();
        await LookLaterAsync();

        var run = Assert.Single(await RunsOfAsync("x"));
        var told = run.Variables["event"];
        Assert.Equal(
            (RunOrigin.Event, "pipeline", "p", "up", upstream.Id, "completed", "monday"),
            (run.Origin, told.GetProperty("type").GetString(), told.GetProperty("project_uuid").GetString(), told.GetProperty("pipeline_uuid").GetString(),
                told.GetProperty("pipeline_run_id").GetInt64(), told.GetProperty("status").GetString(), told.GetProperty("variables").GetProperty("day").GetString()));
        Assert.NotEqual(before.Id, upstream.Id);
        Assert.Equal([upstream.Id, run.Id], World.Queue.Enqueued.TakeLast(2));
    }

    [Fact]
    public async Task A_run_counts_by_the_status_that_it_ended_with()
    {
        RunWorld.WritePipeline(Fixture, "up", ["load"]);
        Write("x", Event("{type: pipeline, project: p, pipeline: up, statuses: [failed]}"));
        await LookAsync();
        await RunAsync("up");
        World.Host.Scripts["load"] = (_, _, _) => Task.FromResult(ScriptedBlockHost.Failed("no"));
        var failed = await RunAsync("up");

        await LookAsync();

        Assert.Equal([failed.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)], await EventsAsync("pipeline_run_id"));
        Assert.Equal(["failed"], await EventsAsync("status"));
    }

    [Fact]
    public async Task A_run_that_ended_while_no_server_was_there_starts_one_all_the_same()
    {
        RunWorld.WritePipeline(Fixture, "up", ["load"]);
        Write("x", Event("{type: pipeline, pipeline: up}"));
        await LookAsync();
        await RunAsync("up");
        Time.Advance(TimeSpan.FromHours(20));

        await LookAsync(await OpenAsync());

        Assert.Single(await RunsOfAsync("x"));
    }

    [Fact]
    public async Task What_ended_while_the_trigger_was_off_is_left_out()
    {
        RunWorld.WritePipeline(Fixture, "up", ["load"]);
        Write("x", Event("{type: pipeline, pipeline: up}"));
        await LookAsync();
        await SwitchAsync(false);
        await LookAsync();
        await RunAsync("up");
        Time.Advance(TimeSpan.FromSeconds(1));
        await SwitchAsync(true);
        await LookAsync();
        Assert.Empty(await RunsOfAsync("x"));

        await RunAsync("up");
        await LookAsync();
        Assert.Single(await RunsOfAsync("x"));
    }

    [Fact]
    public async Task Nothing_counts_before_the_start_time()
    {
        RunWorld.WritePipeline(Fixture, "up", ["load"]);
        Write("x", Event("{type: pipeline, pipeline: up}", "status: active\n  start_time: 2026-05-06 12:00:00+00:00"));
        await LookAsync();
        await RunAsync("up");
        Time.SetUtcNow(Utc("2026-05-06 12:00:01"));
        await LookAsync();
        Assert.Empty(await RunsOfAsync("x"));

        await RunAsync("up");
        await LookAsync();
        Assert.Single(await RunsOfAsync("x"));
    }

    [Fact]
    public async Task The_service_starts_the_run_as_soon_as_the_other_one_is_over()
    {
        RunWorld.WritePipeline(Fixture, "up", ["load"]);
        Write("x", Event("{type: pipeline, pipeline: up}"));
        using var watcher = Microsoft.Extensions.DependencyInjection.ActivatorUtilities.CreateInstance<EventWatcher>(World.Services);
        await watcher.StartAsync(Cancellation);
        await Until.TrueAsync(() => Task.FromResult(World.Get<EventWatches>().Triggers is [{ Remaining: { } pause }] && pause > TimeSpan.FromSeconds(1)));

        await RunAsync("up");

        // The clock stands still but for what a burst of changes is gathered by: it is the change that wakes the service.
        await Until.TrueAsync(async () =>
        {
            Time.Advance(TimeSpan.FromMilliseconds(10));
            return (await RunsOfAsync("x")).Count == 1;
        });
        await watcher.StopAsync(Cancellation);
        Assert.InRange(Time.GetUtcNow(), Utc("2026-05-06 09:10"), Utc("2026-05-06 09:10:20"));
    }

    [Fact]
    public async Task Two_servers_start_one_run_for_each_of_many_that_ended()
    {
        RunWorld.WritePipeline(Fixture, "up", ["load"]);
        Write("x", Event("{type: pipeline, pipeline: up}"));
        var second = await OpenAsync();
        await LookTogetherAsync(World, second);
        List<string> ids = [];
        for (var i = 0; i < 30; i++)
        {
            ids.Add((await RunAsync("up")).Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        await LookTogetherAsync(World, second);

        Assert.Equal(ids.Order(StringComparer.Ordinal), await EventsAsync("pipeline_run_id"));
    }

    [Fact]
    public async Task Triggers_for_which_nothing_happens_are_not_looked_at()
    {
        RunWorld.WritePipeline(Fixture, "up", ["load"]);
        Write("x", "triggers:\n" + string.Concat(Enumerable.Range(0, 1_000).Select(i => $"- {{name: t{i}, schedule_type: event, status: active, event: {{type: {(i % 2 == 0 ? "webhook" : "pipeline, pipeline: up")}}}}}\n")));
        await LookAsync();
        var tick = await TickAsync();
        var watched = World.Get<EventWatches>().Triggers;
        var before = watched.Select(trigger => trigger.Remaining!.Value).ToList();

        for (var i = 0; i < 20; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await tick();
        }

        // Minutes from one look to the next, unless something wakes it; what is posted is not looked for at all.
        Assert.Equal(500, watched.Count);
        Assert.Equal(before.Select(remaining => remaining - TimeSpan.FromSeconds(20)), watched.Select(trigger => trigger.Remaining!.Value));
        Assert.All(before, remaining => Assert.InRange(remaining, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5)));
    }

    [Fact]
    public async Task A_pipeline_that_is_missing_is_the_problem_of_its_trigger_until_it_is_there()
    {
        Write("x", Event("{type: pipeline, pipeline: up}"));
        await LookAsync();
        Assert.StartsWith("The trigger waits for runs of a pipeline that is not there. The project 'p' has no pipeline 'up'.", await ProblemAsync(), StringComparison.Ordinal);

        RunWorld.WritePipeline(Fixture, "up", ["load"]);
        World.Get<Core.Projects.ProjectCatalog>().Check(Path.Combine(Fixture.Options.ProjectsPath, "p/pipelines/up/metadata.yaml"));
        await LookLaterAsync();
        Assert.Null(await ProblemAsync());
        await RunAsync("up");
        await LookAsync();
        Assert.Single(await RunsOfAsync("x"));
    }

    [Fact]
    public async Task The_trigger_that_closes_a_circle_of_pipelines_rests_until_it_is_open()
    {
        RunWorld.WritePipeline(Fixture, "y", ["b"]);
        RunWorld.WritePipeline(Fixture, "z", ["c"]);
        Write("x", Event("{type: pipeline, pipeline: z}"));
        Assert.Null(await ProblemAsync("x"));
        Time.Advance(TimeSpan.FromSeconds(1));
        Write("z", Event("{type: pipeline, pipeline: y}"));
        Assert.Null(await ProblemAsync("z"));
        Time.Advance(TimeSpan.FromSeconds(1));
        Write("y", Event("{type: pipeline, pipeline: x}"));

        Assert.Equal(
            "The pipelines would trigger each other for ever: y → z → x → y. Make one of these triggers inactive, or let it wait for something else.", await ProblemAsync("y"));
        Assert.Null(await ProblemAsync("x"));
        Assert.Null(await ProblemAsync("z"));
        await LookAsync();
        await RunAsync("x");
        await LookAsync();
        Assert.Empty(await RunsOfAsync("y"));

        Time.Advance(TimeSpan.FromSeconds(1));
        Write("z", Event("{type: pipeline, pipeline: y}", "status: inactive"));
        Assert.Null(await ProblemAsync("y"));
        await LookAsync();
        await RunAsync("x");
        await LookAsync();
        Assert.Single(await RunsOfAsync("y"));
    }

    [Fact]
    public async Task A_pipeline_that_waits_for_itself_is_a_circle()
    {
        Write("x", Event("{type: pipeline, pipeline: x}"));

        Assert.StartsWith("The pipelines would trigger each other for ever: x → x.", await ProblemAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{type: pipeline}", "event.pipeline is missing; the uuid of a pipeline is wanted.")]
    [InlineData("{type: pipeline, pipeline: up, statuses: [done]}", "event.statuses is [\"done\"]; a list of completed, failed, cancelled is wanted.")]
    [InlineData("{type: pipeline, pipeline: up, statuses: []}", "event.statuses is []; a list of completed, failed, cancelled is wanted.")]
    public async Task What_is_wrong_is_said(string given, string problem)
    {
        Write("x", Event(given));

        Assert.Equal(problem, await ProblemAsync());
    }

    private async Task<PipelineRun> RunAsync(string pipeline)
    {
        Time.Advance(TimeSpan.FromMilliseconds(1));
        return await World.RunAsync(pipeline);
    }
}

public sealed class SqlitePipelineEventTests : PipelineEventTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());
}

public sealed class PostgresPipelineEventTests : PipelineEventTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => PostgresFixture.CreateAsync();
}
