using Mlops.Core.Runs;
using Mlops.Core.Tests.Database;
using Mlops.Core.Tests.Runs;
using Mlops.Core.Triggers;

namespace Mlops.Core.Tests.Triggers;

/// <summary>What the settings of a trigger do; a subclass says on which database.</summary>
public abstract class TriggerPolicyTests : TriggerSuite
{
    [Fact]
    public async Task While_a_run_is_not_over_the_next_one_is_skipped_and_says_so()
    {
        Write("x", Trigger("@hourly", "settings: {skip_if_previous_running: true}"));
        await TickAsync("2026-05-06 09:10");
        await TickAsync("2026-05-06 10:00");
        await TickAsync("2026-05-06 11:00");
        var first = (await RunsAsync()).Single(run => run.Status == RunStatus.Initial);
        await World.Executor.ExecuteAsync(first.Id, Cancellation);
        await TickAsync("2026-05-06 12:00");

        var runs = (await RunsAsync()).OrderBy(run => run.ExecutionDate).ToList();
        Assert.Equal([RunStatus.Completed, RunStatus.Cancelled, RunStatus.Initial], runs.Select(run => run.Status));
        Assert.Equal($"Skipped: run {first.Id} of this trigger is not over (skip_if_previous_running).", runs[1].Error);
        Assert.Equal([BlockRunStatus.Cancelled], runs[1].BlockRuns.Select(block => block.Status));
        Assert.Equal([first.Id, runs[2].Id], World.Queue.Enqueued);
    }

    [Fact]
    public async Task A_trigger_that_is_made_active_starts_with_the_instant_before_where_it_says_so_and_once_for_each()
    {
        Write("x", Trigger("@hourly", "settings: {create_initial_pipeline_run: true, catch_up: none}"));
        await TickAsync("2026-05-06 09:10");
        Assert.Equal(["2026-05-06 09:00"], await InstantsAsync());

        await SwitchAsync(false);
        await SwitchAsync(true);
        await TickAsync("2026-05-06 09:20");
        Assert.Equal(["2026-05-06 09:00"], await InstantsAsync());

        await SwitchAsync(false);
        await TickAsync("2026-05-06 11:30");
        await SwitchAsync(true);
        await TickAsync("2026-05-06 11:31");
        Assert.Equal(["2026-05-06 09:00", "2026-05-06 11:00"], await InstantsAsync());
    }

    [Theory]
    [InlineData("latest", "2026-05-06 13:00")]
    [InlineData("none")]
    [InlineData("all", "2026-05-06 10:00", "2026-05-06 11:00", "2026-05-06 12:00", "2026-05-06 13:00")]
    public async Task After_an_outage_instants_are_made_up_for_as_the_trigger_says(string policy, params string[] missed)
    {
        Write("x", Trigger("@hourly", $"settings: {{catch_up: {policy}}}"));
        await TickAsync("2026-05-06 09:10");

        var restarted = await OpenAsync();
        Time.SetUtcNow(Utc("2026-05-06 13:20"));
        while (await Schedulers[restarted].TickAsync(Cancellation) == TimeSpan.Zero)
        {
            // One instant a tick.
        }

        Assert.Equal(missed, await InstantsAsync());
        Assert.Equal(Utc("2026-05-06 14:00"), Assert.Single(await ListAsync()).NextRunAt);
        await TickAsync("2026-05-06 14:00:20", restarted);
        Assert.Equal([.. missed, "2026-05-06 14:00"], await InstantsAsync());
    }

    [Fact]
    public async Task An_always_on_trigger_starts_a_run_when_the_last_one_is_over()
    {
        Write("x", Trigger("@always_on"));
        await TickAsync("2026-05-06 09:10");
        await TickAsync("2026-05-06 09:20");
        var first = Assert.Single(await RunsAsync());

        await World.Executor.ExecuteAsync(first.Id, Cancellation);
        await TickAsync("2026-05-06 09:20:01");
        await TickAsync("2026-05-06 09:30");
        Write("x", Trigger("@always_on", "variables: {seed: 2}"));
        await TickAsync("2026-05-06 09:40");

        var second = Assert.Single(await RunsAsync(), run => run.Id != first.Id);
        Assert.Equal((RunStatus.Initial, Utc("2026-05-06 09:20")), (second.Status, second.ExecutionDate));
    }

    [Fact]
    public async Task An_always_on_trigger_starts_nothing_outside_of_its_windows()
    {
        Write("x", Trigger("@always_on", "settings: {windows: 'mon-fri 08:00-18:00'}"));
        await TickAsync("2026-05-06 17:59");
        var first = Assert.Single(await RunsAsync());
        await World.Executor.ExecuteAsync(first.Id, Cancellation);

        // It was due again in time, and nobody was there.
        await TickAsync("2026-05-06 18:00:30");
        await TickAsync("2026-05-07 07:59:59");
        Assert.Equal((1, Utc("2026-05-07 08:00")), ((await RunsAsync()).Count, Assert.Single(await ListAsync()).NextRunAt));

        await TickAsync("2026-05-07 08:00");
        var second = Assert.Single(await RunsAsync(), run => run.Id != first.Id);
        Time.SetUtcNow(Utc("2026-05-08 18:10"));
        await World.Executor.ExecuteAsync(second.Id, Cancellation);
        await TickAsync("2026-05-08 18:11");

        Assert.Equal((2, Utc("2026-05-11 08:00")), ((await RunsAsync()).Count, Assert.Single(await ListAsync()).NextRunAt));
    }

    [Fact]
    public async Task An_always_on_trigger_of_several_servers_has_one_run_at_a_time()
    {
        Write("x", Trigger("@always_on"));
        RunWorld[] worlds = [World, await OpenAsync(), await OpenAsync()];
        for (var i = 0; i < 5; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(2));
            await Task.WhenAll(worlds.Select(world => Task.Run(() => Schedulers[world].TickAsync(Cancellation))));
            await Task.WhenAll(worlds.Select(world => Task.Run(() => Schedulers[world].TickAsync(Cancellation))));
            var open = Assert.Single(await RunsAsync(), run => !run.Status.IsFinal());
            await World.Executor.ExecuteAsync(open.Id, Cancellation);
        }

        Assert.Equal(5, (await RunsAsync()).Count);
    }

    [Fact]
    public async Task The_service_starts_the_next_run_of_an_always_on_trigger_without_being_asked()
    {
        Write("x", Trigger("@always_on"));
        await Scheduler.StartAsync(Cancellation);
        for (var count = 1; count <= 3; count++)
        {
            await Until.TrueAsync(
                async () =>
                {
                    Time.Advance(TimeSpan.FromMilliseconds(20));
                    return (await RunsAsync()).Count == count;
                });
            await World.Executor.ExecuteAsync((await RunsAsync())[0].Id, Cancellation);
        }

        await Scheduler.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_run_that_is_not_over_in_time_has_passed_its_sla()
    {
        Write("x", Trigger("@hourly", "sla: 90"));
        await TickAsync("2026-05-06 09:10");
        await TickAsync("2026-05-06 10:00");
        Assert.Equal(TimeSpan.FromSeconds(20), await TickAtAsync("2026-05-06 10:01:10"));
        Assert.False(Assert.Single(await RunsAsync()).PassedSla);

        var told = new List<RunChange>();
        using var subscription = World.Get<RunEvents>().Subscribe(told.Add);
        await TickAsync("2026-05-06 10:01:30");
        await TickAsync("2026-05-06 10:02");

        var run = Assert.Single(await RunsAsync());
        Assert.True(run.PassedSla);
        Assert.Equal([run.Id], told.Select(change => change.PipelineRunId));
    }

    [Fact]
    public async Task A_run_that_was_over_in_time_has_not_passed_its_sla()
    {
        Write("x", Trigger("@hourly", "sla: 90"));
        await TickAsync("2026-05-06 09:10");
        await TickAsync("2026-05-06 10:00");
        await World.Executor.ExecuteAsync(Assert.Single(await RunsAsync()).Id, Cancellation);
        await TickAsync("2026-05-06 10:30");

        Assert.False(Assert.Single(await RunsAsync()).PassedSla);
    }

    [Fact]
    public async Task Triggers_of_other_environments_rest_and_say_so()
    {
        Write("x",
            """
            triggers:
            - {name: all, schedule_interval: '@daily', status: active, envs: []}
            - {name: elsewhere, schedule_interval: '@daily', status: active, envs: [dev, test]}
            - {name: here, schedule_interval: '@daily', status: active, envs: [staging, prod]}
            """);
        var prod = await OpenAsync(Fixture.Options with { Environment = "prod" });

        var triggers = await prod.Get<TriggerService>().ListAsync("p", null, Cancellation);

        Assert.Equal(["all", "here"], triggers.Where(trigger => trigger.NextRunAt is not null).Select(trigger => trigger.Name));
        Assert.Equal("Rests here: it is for dev, test (envs), and MLOPS_ENV of this server is prod.", triggers[1].Problem);
    }

    private async Task<TimeSpan> TickAtAsync(string now)
    {
        Time.SetUtcNow(Utc(now));
        return await Scheduler.TickAsync(Cancellation);
    }
}

public sealed class SqliteTriggerPolicyTests : TriggerPolicyTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());
}

public sealed class PostgresTriggerPolicyTests : TriggerPolicyTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => PostgresFixture.CreateAsync();
}
