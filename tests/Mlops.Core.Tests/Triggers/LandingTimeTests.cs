using Mlops.Core.Runs;
using Mlops.Core.Tests.Database;
using Mlops.Core.Tests.Runs;
using Mlops.Core.Triggers;

namespace Mlops.Core.Tests.Triggers;

/// <summary>Schedules whose instants are when runs should be over; a subclass says on which database.</summary>
public abstract class LandingTimeTests : TriggerSuite
{
    private const string Lands = "settings: {landing_time_enabled: true}";

    [Fact]
    public async Task A_run_starts_as_much_before_its_instant_as_the_last_ones_took()
    {
        await BeginAsync("@hourly", Lands);
        var trigger = Assert.Single(await ListAsync());
        Assert.Equal((Utc("2026-05-06 10:50"), Utc("2026-05-06 11:00")), (trigger.NextRunAt, trigger.LandsAt));
        Assert.Equal([Utc("2026-05-06 11:00"), Utc("2026-05-06 12:00")], await World.Get<TriggerService>().ListNextAsync(trigger.Id, 2, Cancellation));

        await TickAsync("2026-05-06 10:49:59");
        Assert.Equal(["2026-05-06 10:00"], await InstantsAsync());
        await TickAsync("2026-05-06 10:50");
        await TickAsync("2026-05-06 11:00");

        Assert.Equal(["2026-05-06 10:00", "2026-05-06 11:00"], await InstantsAsync());
        var run = (await RunsAsync())[0];
        Assert.Equal((Utc("2026-05-06 10:50"), new RunInterval(Utc("2026-05-06 11:00"), Utc("2026-05-06 12:00"), Utc("2026-05-06 10:00"))), (run.CreatedAt, run.Terms.Interval));
        Assert.Equal(Utc("2026-05-06 11:50"), Assert.Single(await ListAsync()).NextRunAt);
    }

    [Fact]
    public async Task Runs_that_differ_are_given_half_their_deviation_more()
    {
        await BeginAsync("@hourly", Lands);
        await TickAsync("2026-05-06 10:50");

        await ExecuteAsync(TimeSpan.FromMinutes(20));
        await Scheduler.TickAsync(Cancellation);

        // Mean of 10 and 20 minutes, and half of 7.071.
        var lead = TimeSpan.FromMinutes(15 + (Math.Sqrt(50) / 2));
        var trigger = Assert.Single(await ListAsync());
        Assert.Equal(0, (trigger.LandsAt!.Value - lead - trigger.NextRunAt!.Value).TotalSeconds, 3);
    }

    [Fact]
    public async Task The_service_plans_the_next_run_anew_as_soon_as_one_is_over()
    {
        Write("x", Trigger("@hourly", Lands));
        await TickAsync("2026-05-06 09:10");
        await Scheduler.StartAsync(Cancellation);
        Time.SetUtcNow(Utc("2026-05-06 10:00"));
        await Until.TrueAsync(() =>
        {
            Time.Advance(TimeSpan.FromMilliseconds(1));
            return Task.FromResult(!World.Queue.Enqueued.IsEmpty);
        });
        await ExecuteAsync(TimeSpan.FromMinutes(10));

        await Until.TrueAsync(async () => Assert.Single(await ListAsync()).NextRunAt is { } next && next < Utc("2026-05-06 10:50:01"));
        await Scheduler.StopAsync(Cancellation);
        Assert.Equal(Utc("2026-05-06 11:00"), Assert.Single(await ListAsync()).LandsAt);
    }

    [Fact]
    public async Task After_an_outage_the_latest_instant_whose_start_has_come_runs()
    {
        await BeginAsync("@hourly", Lands);

        var restarted = await OpenAsync();
        await TickAsync("2026-05-06 14:55", restarted);
        await TickAsync("2026-05-06 14:56", restarted);

        Assert.Equal(["2026-05-06 10:00", "2026-05-06 15:00"], await InstantsAsync());
        Assert.Equal(Utc("2026-05-06 15:50"), Assert.Single(await ListAsync()).NextRunAt);
    }

    [Fact]
    public async Task Two_servers_start_one_run_for_an_instant()
    {
        await BeginAsync("@hourly", Lands);
        var second = await OpenAsync();
        Time.SetUtcNow(Utc("2026-05-06 10:50"));

        for (var i = 0; i < 3; i++)
        {
            await Task.WhenAll(Schedulers.Values.Select(scheduler => Task.Run(() => scheduler.TickAsync(Cancellation))));
            Time.Advance(TimeSpan.FromMilliseconds(50));
        }

        Assert.Equal(["2026-05-06 10:00", "2026-05-06 11:00"], await InstantsAsync());
        Assert.NotNull(second);
    }

    [Fact]
    public async Task A_trigger_that_no_longer_wants_it_starts_at_its_instant()
    {
        await BeginAsync("@hourly", Lands);

        Write("x", Trigger("@hourly"));

        var trigger = Assert.Single(await ListAsync());
        Assert.Equal((Utc("2026-05-06 11:00"), null), (trigger.NextRunAt!.Value, trigger.LandsAt));
    }

    [Fact]
    public async Task A_schedule_without_instants_has_none_to_land_at()
    {
        Write("x", Trigger("@always_on", Lands));

        Assert.StartsWith("settings.landing_time_enabled is for schedules whose runs should be over at an instant", Assert.Single(await ListAsync()).Problem, StringComparison.Ordinal);
    }

    /// <summary>Has the first run, at its instant because nothing is known yet, take ten minutes.</summary>
    private async Task BeginAsync(string interval, string more)
    {
        // As the service does; here a test says when it looks.
        World.Get<RunEvents>().Subscribe(change => World.Get<LandingTimes>().Note(change));
        Write("x", Trigger(interval, more));
        await TickAsync("2026-05-06 09:10");
        await TickAsync("2026-05-06 10:00");
        await ExecuteAsync(TimeSpan.FromMinutes(10));
        await Scheduler.TickAsync(Cancellation);
    }

    private async Task ExecuteAsync(TimeSpan duration)
    {
        World.Host.Scripts["a"] = (_, _, _) =>
        {
            Time.Advance(duration);
            return Task.FromResult(ScriptedBlockHost.Completed());
        };
        var run = (await RunsAsync()).Single(run => run.Status == RunStatus.Initial);
        await World.Executor.ExecuteAsync(run.Id, Cancellation);
    }
}

public sealed class SqliteLandingTimeTests : LandingTimeTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());
}

public sealed class PostgresLandingTimeTests : LandingTimeTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => PostgresFixture.CreateAsync();
}
