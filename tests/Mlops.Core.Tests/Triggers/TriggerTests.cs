using System.Text.Json;
using Mlops.Core.Runs;
using Mlops.Core.Tests.Database;
using Mlops.Core.Tests.Runs;
using Mlops.Core.Triggers;

namespace Mlops.Core.Tests.Triggers;

/// <summary>Triggers from their file to their runs; a subclass says on which database.</summary>
public abstract class TriggerTests : TriggerSuite
{
    private static readonly IEqualityComparer<(DateTimeOffset[] Instants, bool IsContinuous)> Outlooks =
        EqualityComparer<(DateTimeOffset[] Instants, bool IsContinuous)>.Create((x, y) => x.Instants.SequenceEqual(y.Instants) && x.IsContinuous == y.IsContinuous);

    [Fact]
    public async Task Triggers_are_listed_as_their_file_says()
    {
        Write("x",
            """
            triggers:
            - name: Retrain models hourly
              pipeline_uuid: x
              schedule_type: time
              schedule_interval: '@hourly'
              start_time: 2024-05-16 07:00:00+00:00
              status: active
              last_enabled_at: 2024-05-16 09:13:26.683620+00:00
              variables: {seed: 7}
              sla: null
              settings: {skip_if_previous_running: true, allow_blocks_to_fail: true, create_initial_pipeline_run: false,
                         landing_time_enabled: false, pipeline_run_limit: null, timeout: null, timeout_status: null}
              envs: []
              description: Every hour.
              token: null
              repo_path: /home/src/p
            - {name: Asleep, schedule_type: time, schedule_interval: '@daily'}
            """);

        var triggers = await ListAsync();

        Assert.Collection(
            triggers,
            asleep =>
            {
                Assert.Equal("Asleep", asleep.Name);
                Assert.False(asleep.IsActive);
                Assert.Null(asleep.NextRunAt);
                Assert.Null(asleep.Problem);
            },
            hourly =>
            {
                Assert.Equal(("p", "x", "Retrain models hourly"), (hourly.ProjectUuid, hourly.PipelineUuid, hourly.Name));
                Assert.Equal(("time", "@hourly", "Every hour."), (hourly.ScheduleType, hourly.ScheduleInterval, hourly.Description));
                Assert.Equal(Utc("2024-05-16 07:00"), hourly.StartTime);
                Assert.Equal("""{"seed":7}""", JsonSerializer.Serialize(hourly.Variables));
                Assert.True(hourly.IsActive);
                Assert.Equal(Utc("2026-05-06 10:00"), hourly.NextRunAt);
                Assert.Null(hourly.Problem);
                Assert.Equal(0, hourly.RunCount);
            });
    }

    [Fact]
    public async Task What_is_wrong_with_one_trigger_is_its_own_problem()
    {
        Write("x",
            """
            triggers:
            - {name: a bad cron, schedule_interval: 61 * * * *, status: active}
            - {name: b bad zone, schedule_interval: '@daily', status: active, settings: {time_zone: Nowhere}}
            - {name: c good, schedule_interval: '@daily', status: active}
            - {name: d event, schedule_type: event, status: active}
            - {name: e sla, schedule_interval: '@daily', status: active, sla: soon}
            - {name: f status, schedule_interval: '@daily', status: aktive}
            - {name: g start, schedule_interval: '@daily', status: active, start_time: soon}
            - {name: h envs, schedule_interval: '@daily', status: active, envs: [prod]}
            - {name: i type, schedule_type: tide, status: active}
            - {name: c good, schedule_interval: '@hourly', status: active}
            - {schedule_interval: '@hourly', status: active}
            - just text
            """);

        var triggers = await ListAsync();

        Assert.Equal(
            ["a bad cron", "b bad zone", "c good", "c good (trigger 10)", "d event", "e sla", "f status", "g start", "h envs", "i type", "trigger 11", "trigger 12"],
            triggers.Select(trigger => trigger.Name));
        Assert.Equal(["c good"], triggers.Where(trigger => trigger.Problem is null).Select(trigger => trigger.Name));
        Assert.Equal(["c good"], triggers.Where(trigger => trigger.NextRunAt is not null).Select(trigger => trigger.Name));
        Assert.Equal(
            "The trigger does not say what it waits for. Write it like event: {type: file, path: data/inbox, pattern: '*.csv'}; types are file, pipeline, webhook.", triggers[4].Problem);
    }

    [Fact]
    public async Task A_trigger_fires_once_for_each_instant_with_its_variables()
    {
        Write("x", Trigger("@hourly", "variables: {seed: 7}"));
        await TickAsync("2026-05-06 09:59:59");
        Assert.Empty(await RunsAsync());

        await TickAsync("2026-05-06 10:00");
        await TickAsync("2026-05-06 10:00:30");

        var run = Assert.Single(await RunsAsync());
        Assert.Equal((RunOrigin.Time, "t", Utc("2026-05-06 10:00")), (run.Origin, run.TriggerName, run.ExecutionDate));
        Assert.Equal("""{"seed":7,"keep":"me"}""", JsonSerializer.Serialize(run.Variables));
        Assert.Equal([run.Id], World.Queue.Enqueued);
        var trigger = Assert.Single(await ListAsync());
        Assert.Equal((run.TriggerId, 1L, Utc("2026-05-06 11:00")), (trigger.Id, trigger.RunCount, trigger.NextRunAt!.Value));
    }

    [Fact]
    public async Task A_scheduled_run_knows_the_time_that_it_is_to_handle()
    {
        Write("x", Trigger("@daily"));
        await TickAsync("2026-05-06 09:10");
        await TickAsync("2026-05-07 00:00");

        var run = Assert.Single(await RunsAsync());

        var interval = new RunInterval(Utc("2026-05-07 00:00"), Utc("2026-05-08 00:00"), Utc("2026-05-06 00:00"));
        Assert.Equal(interval, run.Terms.Interval);
        await World.Executor.ExecuteAsync(run.Id, Cancellation);
        Assert.Equal((interval, "t", Utc("2026-05-07 00:00")), (World.Host.Works["a"].Interval, World.Host.Works["a"].TriggerName, World.Host.Works["a"].ExecutionDate));
    }

    [Fact]
    public async Task A_restart_fires_no_instant_again_and_after_downtime_only_the_latest()
    {
        Write("x", Trigger("@hourly"));
        await TickAsync("2026-05-06 09:10");
        await TickAsync("2026-05-06 10:00");

        var restarted = await OpenAsync();
        await TickAsync("2026-05-06 10:00:10", restarted);
        Assert.Single(await RunsAsync());

        var afterDowntime = await OpenAsync();
        await TickAsync("2026-05-08 14:30", afterDowntime);
        await TickAsync("2026-05-08 15:00", afterDowntime);

        Assert.Equal(["2026-05-06 10:00", "2026-05-08 14:00", "2026-05-08 15:00"], await InstantsAsync());
    }

    [Fact]
    public async Task Killed_between_run_and_note_the_instant_is_not_run_again()
    {
        Write("x", Trigger("@hourly"));
        await TickAsync("2026-05-06 09:10");
        var trigger = Assert.Single(await ListAsync());
        Assert.NotNull(await World.Runs.StartTriggeredAsync(trigger.RunAt(Utc("2026-05-06 10:00")), _ => RunAdmission.Taken, Cancellation));

        var restarted = await OpenAsync();
        await TickAsync("2026-05-06 10:00:10", restarted);

        Assert.Equal(["2026-05-06 10:00"], await InstantsAsync());
        Assert.Equal(Utc("2026-05-06 11:00"), Assert.Single(await ListAsync()).NextRunAt);
    }

    [Fact]
    public async Task Several_processes_fire_an_instant_once()
    {
        Write("x", Trigger("*/5 * * * *"));
        RunWorld[] worlds = [World, await OpenAsync(), await OpenAsync()];
        await TickAsync("2026-05-06 09:11");

        foreach (var now in new[] { "2026-05-06 09:15", "2026-05-06 09:20", "2026-05-06 09:25" })
        {
            Time.SetUtcNow(Utc(now));
            await Task.WhenAll(worlds.Select(world => Task.Run(() => Schedulers[world].TickAsync(Cancellation))));
        }

        Assert.Equal(["2026-05-06 09:15", "2026-05-06 09:20", "2026-05-06 09:25"], await InstantsAsync());
    }

    [Fact]
    public async Task A_clock_that_jumps_an_hour_forward_and_back_repeats_nothing()
    {
        Write("x", Trigger("*/30 * * * *"));
        await TickAsync("2026-05-06 09:10");
        await TickAsync("2026-05-06 09:30");

        await TickAsync("2026-05-06 10:31");
        Time.AdjustTime(Utc("2026-05-06 09:32"));
        await Scheduler.TickAsync(Cancellation);
        Write("x", Trigger("*/30 * * * *", "description: changed"));
        Time.Advance(TimeSpan.FromSeconds(2));
        await Scheduler.TickAsync(Cancellation);
        await TickAsync("2026-05-06 10:30:30");
        Assert.Equal(["2026-05-06 09:30", "2026-05-06 10:30"], await InstantsAsync());

        await TickAsync("2026-05-06 11:00");
        Assert.Equal(["2026-05-06 09:30", "2026-05-06 10:30", "2026-05-06 11:00"], await InstantsAsync());
    }

    [Fact]
    public async Task A_trigger_whose_pipeline_is_invalid_says_so_and_stops_no_other_and_starts_when_it_is_mended()
    {
        RunWorld.WritePipeline(Fixture, "bad", ["a < gone"]);
        Write("bad", Trigger("@hourly"));
        Write("x", Trigger("@hourly"));
        await TickAsync("2026-05-06 09:10");

        await TickAsync("2026-05-06 10:00");

        var trigger = Assert.Single(await ListAsync("bad"));
        Assert.Contains("'gone'", trigger.Problem, StringComparison.Ordinal);
        Assert.Equal("x", Assert.Single(await RunsAsync()).PipelineUuid);

        RunWorld.WritePipeline(Fixture, "bad", ["a"]);
        await TickAsync("2026-05-06 10:07");

        Assert.Equal(["bad", "x"], (await RunsAsync()).Select(run => run.PipelineUuid).Order());
        Assert.All(await RunsAsync(), run => Assert.Equal(Utc("2026-05-06 10:00"), run.ExecutionDate));
        Assert.Null(Assert.Single(await ListAsync("bad")).Problem);
    }

    [Fact]
    public async Task A_trigger_that_cannot_start_rests_ever_longer_between_its_attempts()
    {
        RunWorld.WritePipeline(Fixture, "x", ["a < gone"]);
        Write("x", Trigger("@daily"));
        await TickAsync("2026-05-06 23:59");
        Time.SetUtcNow(Utc("2026-05-07 00:00"));

        var sleeps = new List<double>();
        for (var i = 0; i < 9; i++)
        {
            var sleep = await Scheduler.TickAsync(Cancellation);
            sleeps.Add(sleep.TotalSeconds);
            Time.Advance(sleep);
        }

        // The longest sleep is 30 s, after which a trigger that rests longer goes on resting.
        Assert.Equal([5, 10, 20, 30, 10, 30, 30, 20, 30], sleeps);
    }

    [Fact]
    public async Task The_next_instant_or_30_seconds_is_how_long_there_is_nothing_to_do()
    {
        Assert.Equal(TimeSpan.FromSeconds(30), await Scheduler.TickAsync(Cancellation));
        Write("x", Trigger("@hourly"));
        await TickAsync("2026-05-06 09:30");
        Time.SetUtcNow(Utc("2026-05-06 09:59:48"));

        Assert.Equal(TimeSpan.FromSeconds(12), await Scheduler.TickAsync(Cancellation));
    }

    [Fact]
    public async Task Once_fires_once_also_after_it_is_changed()
    {
        Write("x", Trigger("@once"));
        await TickAsync("2026-05-06 09:11");
        await TickAsync("2026-05-06 09:12");
        Write("x", Trigger("@once", "variables: {seed: 9}"));
        await TickAsync("2026-05-06 09:13");

        Assert.Equal(["2026-05-06 09:11"], await InstantsAsync());
        Assert.Null(Assert.Single(await ListAsync()).NextRunAt);
    }

    [Fact]
    public async Task A_change_of_anything_but_the_schedule_loses_no_instant_that_is_due()
    {
        Write("x", Trigger("@hourly"));
        await TickAsync("2026-05-06 09:10");
        Write("x", Trigger("@hourly", "variables: {seed: 9}"));

        await TickAsync("2026-05-06 10:00:20");

        Assert.Equal(["2026-05-06 10:00"], await InstantsAsync());
        Assert.Equal(9, Assert.Single(await RunsAsync()).Variables["seed"].GetInt32());
    }

    [Fact]
    public async Task A_changed_schedule_counts_from_now()
    {
        Write("x", Trigger("@hourly"));
        await TickAsync("2026-05-06 09:10");
        Write("x", Trigger("@daily"));

        await TickAsync("2026-05-06 10:00:20");

        Assert.Empty(await RunsAsync());
        Assert.Equal(Utc("2026-05-07 00:00"), Assert.Single(await ListAsync()).NextRunAt);
    }

    [Fact]
    public async Task A_trigger_that_is_gone_from_the_file_fires_no_more_and_keeps_its_runs_when_it_comes_back()
    {
        Write("x", Trigger("@hourly"));
        await TickAsync("2026-05-06 09:10");
        await TickAsync("2026-05-06 10:00");
        var id = Assert.Single(await ListAsync()).Id;

        Write("x", "triggers: []\n");
        await TickAsync("2026-05-06 11:00");
        Assert.Empty(await ListAsync());

        Write("x", Trigger("@hourly"));
        await TickAsync("2026-05-06 11:30");
        var back = Assert.Single(await ListAsync());
        Assert.Equal((id, 1L, Utc("2026-05-06 12:00")), (back.Id, back.RunCount, back.NextRunAt!.Value));
        Assert.Equal(["2026-05-06 10:00"], await InstantsAsync());
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_lets_its_triggers_rest_and_says_why()
    {
        RunWorld.WritePipeline(Fixture, "y", ["a"]);
        Write("x", Trigger("@hourly"));
        Write("y", Trigger("@hourly"));
        await TickAsync("2026-05-06 09:10");

        Write("x", "triggers: [\n");
        await TickAsync("2026-05-06 10:00");
        Assert.StartsWith("triggers.yaml, line", Assert.Single(await ListAsync("x")).Problem, StringComparison.Ordinal);
        Assert.Equal("y", Assert.Single(await RunsAsync()).PipelineUuid);

        Write("x", Trigger("@hourly"));
        await TickAsync("2026-05-06 10:30");
        var mended = Assert.Single(await ListAsync("x"));
        Assert.Equal((null, Utc("2026-05-06 11:00")), (mended.Problem, mended.NextRunAt!.Value));
    }

    [Fact]
    public async Task A_cron_expression_without_quotes_says_that_it_needs_them()
    {
        Write("x", Trigger("@hourly"));
        await ListAsync();

        Write("x", "triggers:\n- name: t\n  schedule_interval: */5 * * * *\n");

        Assert.EndsWith("Quote text that starts with '*' or '&', such as '*/5 * * * *'.", Assert.Single(await ListAsync()).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Switching_a_trigger_changes_its_status_in_the_file_and_nothing_else()
    {
        var text =
            """
            # Mind the tides.
            triggers:
            - name: other
              status: active   # stays
            - name: t
              schedule_interval: '@hourly'   # every hour
              status: inactive # switched by hand
              custom_key: kept
            """;
        var path = Write("x", text);

        var trigger = await SwitchAsync(true);
        Assert.Equal((true, Utc("2026-05-06 10:00")), (trigger.IsActive, trigger.NextRunAt!.Value));
        var enabled = text + "\n  last_enabled_at: 2026-05-06 09:10:00.000000+00:00\n";
        Assert.Equal(enabled.Replace("inactive #", "active #", StringComparison.Ordinal), await File.ReadAllTextAsync(path, Cancellation));

        trigger = await SwitchAsync(false);
        Assert.Equal((false, null), (trigger.IsActive, trigger.NextRunAt));
        Assert.Equal(enabled, await File.ReadAllTextAsync(path, Cancellation));
    }

    [Fact]
    public async Task Switching_adds_a_status_where_there_is_none()
    {
        var path = Write("x", "triggers:\n- name: t\n  schedule_interval: '@hourly'\n# the end\n");

        Assert.True((await SwitchAsync(true)).IsActive);
        Assert.Equal("triggers:\n- name: t\n  schedule_interval: '@hourly'\n  status: active\n  last_enabled_at: 2026-05-06 09:10:00.000000+00:00\n# the end\n", await File.ReadAllTextAsync(path, Cancellation));
    }

    [Fact]
    public async Task Switching_a_trigger_that_does_not_exist_is_not_found()
    {
        await Assert.ThrowsAsync<NotFoundException>(() => SwitchAsync(true));
        Write("x", "triggers: [{name: other}]\n");
        var exception = await Assert.ThrowsAsync<NotFoundException>(() => SwitchAsync(true));
        Assert.Equal("The pipeline 'x' has no trigger 't' in its triggers.yaml.", exception.Message);
    }

    [Fact]
    public async Task Listing_what_does_not_exist_is_not_found()
    {
        var service = World.Get<TriggerService>();
        await Assert.ThrowsAsync<NotFoundException>(() => service.ListAsync("q", null, Cancellation));
        await Assert.ThrowsAsync<NotFoundException>(() => service.ListAsync("p", "y", Cancellation));
        Assert.Empty(await service.ListAsync("p", null, Cancellation));
    }

    [Fact]
    public async Task A_preview_says_when_there_is_no_next_run_and_when_nobody_knows_it()
    {
        var service = World.Get<TriggerService>();

        var once = service.Preview(new SchedulePlan("@once", null, null), 5);
        var ranOnce = service.Preview(new SchedulePlan("@once", null, null) { LastRunAt = Utc("2026-05-06 09:00") }, 5);
        var always = service.Preview(new SchedulePlan("@always_on", null, Utc("2026-05-07 00:00")), 5);
        var initial = service.Preview(new SchedulePlan("@hourly", null, null) { CreatesInitialRun = true }, 2);
        var missing = await Assert.ThrowsAsync<NotFoundException>(() => service.GetAsync("p", "x", "nobody", Cancellation));

        Assert.Equal(([Utc("2026-05-06 09:10")], false), (once.Instants.ToArray(), once.IsContinuous), Outlooks);
        Assert.Equal(([], false), (ranOnce.Instants.ToArray(), ranOnce.IsContinuous), Outlooks);
        Assert.Equal(([Utc("2026-05-07 00:00")], true), (always.Instants.ToArray(), always.IsContinuous), Outlooks);
        Assert.Equal(([Utc("2026-05-06 09:00"), Utc("2026-05-06 10:00")], false), (initial.Instants.ToArray(), initial.IsContinuous), Outlooks);
        Assert.Equal("The pipeline 'x' has no trigger 'nobody' in its triggers.yaml. The list of its triggers shows those that there are.", missing.Message);
    }

    [Fact]
    public async Task What_was_wrong_before_keeps_nobody_from_changing_the_rest()
    {
        var path = Write("x", "triggers:\n- {name: t, schedule_type: tide, status: active}\n");
        var service = World.Get<TriggerService>();
        var trigger = Assert.Single(await ListAsync());

        var changed = await service.UpdateAsync(trigger.Id, new TriggerChange { Description = "From a form that does not know tides" }, trigger.Version, Cancellation);
        var worse = await Assert.ThrowsAsync<InvalidRequestException>(() => service.UpdateAsync(trigger.Id, new TriggerChange { Sla = -1 }, null, Cancellation));

        Assert.Equal(("From a form that does not know tides", trigger.Problem), (changed.Description, changed.Problem));
        Assert.Equal("invalid_trigger", worse.Type);
        Assert.DoesNotContain("-1", await File.ReadAllTextAsync(path, Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_are_counted_by_day_and_status_and_listed_by_trigger_and_time()
    {
        Write("x", Trigger("0 */12 * * *").Replace("- name: t", "- {name: never, schedule_interval: '@once', status: inactive}\n- name: t", StringComparison.Ordinal));
        var trigger = (await ListAsync()).Single(trigger => trigger.Name == "t");
        await TickAsync("2026-05-06 12:00");
        await TickAsync("2026-05-07 00:00");
        await TickAsync("2026-05-07 12:00");
        await World.Runs.CancelAsync((await RunsAsync())[0].Id, Cancellation);
        Time.SetUtcNow(Utc("2026-05-07 23:59"));
        await World.StartAsync("x");

        var days = await World.Runs.CountByDayAsync("p", new DateOnly(2026, 5, 6), new DateOnly(2026, 5, 8), Cancellation);
        var first = await World.Runs.CountByDayAsync("p", new DateOnly(2026, 5, 1), new DateOnly(2026, 5, 7), Cancellation);
        var none = await World.Runs.CountByDayAsync("q", new DateOnly(2026, 5, 6), new DateOnly(2026, 5, 8), Cancellation);
        var itsRuns = await World.Runs.ListAsync(new PipelineRunFilter("p") { TriggerId = trigger.Id }, Cancellation);
        var ofDay = await World.Runs.ListAsync(new PipelineRunFilter("p") { CreatedFrom = Utc("2026-05-07 00:00"), CreatedUntil = Utc("2026-05-07 12:00") }, Cancellation);
        var latest = await World.Get<TriggerService>().ListLatestRunsAsync("p", "x", Cancellation);

        var sixth = new RunDayCount(new DateOnly(2026, 5, 6), RunStatus.Initial, 1);
        var seventh = new DateOnly(2026, 5, 7);
        Assert.Equal([sixth, new(seventh, RunStatus.Initial, 2), new(seventh, RunStatus.Cancelled, 1)], days);
        Assert.Equal([sixth], first);
        Assert.Empty(none);
        Assert.Equal((3, 3), (itsRuns.TotalCount, itsRuns.Runs.Count));
        Assert.All(itsRuns.Runs, run => Assert.Equal("t", run.TriggerName));
        Assert.Equal(Utc("2026-05-07 00:00"), Assert.Single(ofDay.Runs).ExecutionDate);
        Assert.Equal((trigger.Id, RunStatus.Cancelled, Utc("2026-05-07 12:00")), (Assert.Single(latest).Key, latest[trigger.Id].Status, latest[trigger.Id].ExecutionDate));
    }

    [Fact]
    public async Task The_next_instants_are_found_without_a_look_at_those_of_centuries()
    {
        Write("x", Trigger("* * * * * *"));
        var trigger = Assert.Single(await ListAsync());

        var next = await Task.Run(() => World.Get<TriggerService>().ListNextAsync(trigger.Id, 2, Cancellation), Cancellation).WaitAsync(TimeSpan.FromSeconds(30), Cancellation);

        Assert.Equal([Utc("2026-05-06 09:10:01"), Utc("2026-05-06 09:10:02")], next);
    }

    [Fact]
    public async Task The_service_sleeps_until_an_instant_is_due_and_fires()
    {
        // Once, so that it does not matter how far the clock runs on while the database works.
        Write("x", Trigger("@once", "start_time: 2026-05-06 10:00:00+00:00"));
        await Scheduler.StartAsync(Cancellation);

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while (World.Queue.Enqueued.IsEmpty)
        {
            patience.Token.ThrowIfCancellationRequested();
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await Scheduler.StopAsync(Cancellation);
        Assert.Single(World.Queue.Enqueued);
        Assert.Equal(["2026-05-06 10:00"], await InstantsAsync());
    }
}

public sealed class SqliteTriggerTests : TriggerTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());
}

public sealed class PostgresTriggerTests : TriggerTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => PostgresFixture.CreateAsync();
}
