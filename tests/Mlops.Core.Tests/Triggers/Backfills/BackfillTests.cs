using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Mlops.Core.Projects;
using Mlops.Core.Runs;
using Mlops.Core.Tests.Database;
using Mlops.Core.Tests.Runs;
using Mlops.Core.Triggers.Backfills;

namespace Mlops.Core.Tests.Triggers.Backfills;

/// <summary>Backfills with real runs of scripted blocks.</summary>
public abstract class BackfillTests : BackfillSuite
{
    [Fact]
    public async Task Every_interval_has_one_run_with_its_own_time_one_after_another()
    {
        var backfill = await StartAsync(Wish() with { Name = " History ", Variables = new Dictionary<string, JsonElement> { ["seed"] = JsonSerializer.SerializeToElement(2) } });
        Assert.Equal((BackfillStatus.Running, "History", 4, 4), (backfill.Status, backfill.Name, backfill.IntervalCount, backfill.MissingCount));
        await TickAsync(World);
        await TickAsync(World);
        var only = Assert.Single((await World.Runs.ListAsync(new PipelineRunFilter(), Cancellation)).Runs);
        Assert.Equal([only.Id], World.Queue.Enqueued);

        backfill = await RunToEndAsync(backfill.Id);

        Assert.Equal((BackfillStatus.Completed, new BackfillCounts(Completed: 4), 0), (backfill.Status, backfill.Runs, backfill.MissingCount));
        Assert.NotNull(backfill.CompletedAt);
        var runs = (await World.Runs.ListAsync(new PipelineRunFilter(), Cancellation)).Runs.Reverse().ToList();
        Assert.Equal(Enumerable.Range(0, 4).Select(hour => Start.AddHours(hour)), runs.Select(run => run.ExecutionDate));
        Assert.All(runs, run =>
        {
            Assert.Equal((RunOrigin.Backfill, backfill.Id, 2, "me"), (run.Origin, run.BackfillId, run.Variables["seed"].GetInt32(), run.Variables["keep"].GetString()));
            Assert.Equal(new RunInterval(run.ExecutionDate, run.ExecutionDate.AddHours(1), run.ExecutionDate.AddHours(-1)), run.Terms.Interval);
        });
        Assert.Equal(["00", "01", "02", "03"], (await CellsAsync(backfill.Id)).Select(cell => Hour(cell.Instant)));
        Assert.Equal(runs.Select(run => (long?)run.Id), (await CellsAsync(backfill.Id)).Select(cell => cell.PipelineRunId));
    }

    [Fact]
    public async Task Two_servers_make_one_run_for_each_interval_and_keep_the_limit_together()
    {
        await using var other = await RunWorld.CreateAsync(Fixture);
        RunWorld[] worlds = [World, other];
        var (running, most) = (0, 0);
        foreach (var world in worlds)
        {
            world.Host.Scripts["a"] = async (_, _, _) =>
            {
                var now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                await Task.Delay(TimeSpan.FromMilliseconds(3), TimeProvider.System, Cancellation);
                Interlocked.Decrement(ref running);
                return ScriptedBlockHost.Completed();
            };
            world.Dispatcher.Open();
        }

        var backfill = await StartAsync(Wish(hours: 60, limit: 3));
        var schedulers = worlds.Select(world => ActivatorUtilities.CreateInstance<BackfillScheduler>(world.Services)).ToList();
        foreach (var scheduler in schedulers)
        {
            await scheduler.StartAsync(Cancellation);
        }

        await Until.TrueAsync(async () =>
        {
            var counts = (await Backfills.GetAsync(backfill.Id, Cancellation)).Runs;
            Assert.InRange(counts.Total - counts.Final, 0, 3);
            return (await Backfills.GetAsync(backfill.Id, Cancellation)).Status == BackfillStatus.Completed;
        });
        foreach (var scheduler in schedulers)
        {
            await scheduler.StopAsync(Cancellation);
            scheduler.Dispose();
        }

        Assert.InRange(most, 1, 3);
        var cells = await CellsAsync(backfill.Id);
        Assert.Equal((60, 60), (cells.Count(cell => cell.Status == RunStatus.Completed), cells.Select(cell => cell.PipelineRunId).Distinct().Count()));
        Assert.Equal(60, (await QueryAsync<long>("select count(*) from pipeline_run"))[0]);
        Assert.Equal(60, worlds.Sum(world => world.Host.Starts.Count));
    }

    [Fact]
    public async Task Its_runs_and_those_that_people_start_do_not_wait_for_each_other()
    {
        RunWorld.WritePipeline(Fixture, "one", ["a"], "concurrency_config: {pipeline_run_limit: 1}\n");
        await using var world = await CreateWorldAsync();
        await StartAsync(Wish(pipeline: "one"));
        await TickAsync(world);

        var run = await world.RunAsync("one");

        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.Equal(1, (await world.Runs.ListAsync(new PipelineRunFilter(Status: RunStatus.Initial), Cancellation)).TotalCount);
    }

    [Fact]
    public async Task A_part_is_run_first_and_the_rest_afterwards_without_running_the_part_again()
    {
        var backfill = await Backfills.CreateAsync(Wish(limit: 10), Cancellation);

        await Backfills.StartAsync(backfill.Id, new BackfillRange(Start.AddHours(1), Start.AddHours(3)), Cancellation);
        backfill = await RunToEndAsync(backfill.Id);

        Assert.Equal((BackfillStatus.Initial, 2), (backfill.Status, backfill.MissingCount));
        Assert.Equal(["", "completed", "completed", ""], (await CellsAsync(backfill.Id)).Select(cell => cell.Status?.ToWord() ?? ""));
        await Backfills.StartAsync(backfill.Id, null, Cancellation);
        backfill = await RunToEndAsync(backfill.Id);
        Assert.Equal((BackfillStatus.Completed, 4, 4), (backfill.Status, backfill.Runs.Completed, World.Host.Starts.Count));

        var again = await Assert.ThrowsAsync<InvalidRequestException>(() => Backfills.StartAsync(backfill.Id, null, Cancellation));
        var outside = await Assert.ThrowsAsync<InvalidRequestException>(() => Backfills.StartAsync(backfill.Id, new BackfillRange(Start, Start.AddHours(5)), Cancellation));
        var between = await Assert.ThrowsAsync<InvalidRequestException>(() => Backfills.StartAsync(backfill.Id, new BackfillRange(Start.AddMinutes(1), Start.AddMinutes(2)), Cancellation));
        Assert.Equal(("conflict", "invalid_range", "invalid_range"), (again.Type, outside.Type, between.Type));
    }

    [Fact]
    public async Task Only_runs_that_failed_are_retried_and_not_more_at_a_time_than_may_be_open()
    {
        var isBroken = true;
        World.Host.Scripts["a"] = (work, _, _) => Task.FromResult(
            isBroken && work.ExecutionDate != Start ? ScriptedBlockHost.Failed("no data") : ScriptedBlockHost.Completed());
        var backfill = await RunToEndAsync((await StartAsync(Wish(limit: 2))).Id);
        Assert.Equal((BackfillStatus.Failed, 1, 3), (backfill.Status, backfill.Runs.Completed, backfill.Runs.Failed));

        isBroken = false;
        Assert.Equal(BackfillStatus.Running, (await Backfills.RetryAsync(backfill.Id, null, Cancellation)).Status);
        await TickAsync(World);
        Assert.Equal(2, (await Backfills.GetAsync(backfill.Id, Cancellation)).Runs.Initial);
        backfill = await RunToEndAsync(backfill.Id);

        Assert.Equal((BackfillStatus.Completed, 4, 7), (backfill.Status, backfill.Runs.Completed, World.Host.Starts.Count));
        Assert.Equal("conflict", (await Assert.ThrowsAsync<InvalidRequestException>(() => Backfills.RetryAsync(backfill.Id, null, Cancellation))).Type);
    }

    [Fact]
    public async Task A_run_that_is_retried_by_hand_ends_its_backfill_anew()
    {
        var isBroken = true;
        World.Host.Scripts["a"] = (_, _, _) => Task.FromResult(isBroken ? ScriptedBlockHost.Failed("no data") : ScriptedBlockHost.Completed());
        var backfill = await RunToEndAsync((await StartAsync(Wish(hours: 1))).Id);
        Assert.Equal(BackfillStatus.Failed, backfill.Status);

        isBroken = false;
        await World.Runs.RetryIncompleteAsync((await CellsAsync(backfill.Id))[0].PipelineRunId!.Value, Cancellation);

        Assert.Equal(BackfillStatus.Completed, (await RunToEndAsync(backfill.Id)).Status);
    }

    [Fact]
    public async Task Cancelling_ends_open_runs_and_makes_no_more_and_what_is_left_can_be_started_again()
    {
        var backfill = await StartAsync(Wish(limit: 2));
        await TickAsync(World);

        backfill = await Backfills.CancelAsync(backfill.Id, Cancellation);
        await TickAsync(World);

        Assert.Equal((BackfillStatus.Cancelled, new BackfillCounts(Cancelled: 2)), (backfill.Status, backfill.Runs));
        Assert.Equal(2, (await Backfills.GetAsync(backfill.Id, Cancellation)).Runs.Total);
        await Backfills.StartAsync(backfill.Id, null, Cancellation);
        backfill = await RunToEndAsync(backfill.Id);
        Assert.Equal((BackfillStatus.Failed, 2, 2), (backfill.Status, backfill.Runs.Completed, backfill.Runs.Cancelled));
        await Backfills.RetryAsync(backfill.Id, null, Cancellation);
        Assert.Equal(BackfillStatus.Completed, (await RunToEndAsync(backfill.Id)).Status);
    }

    [Fact]
    public async Task A_run_that_is_executed_is_asked_to_stop_when_its_backfill_is_cancelled()
    {
        World.Host.Scripts["a"] = async (_, _, stop) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            return ScriptedBlockHost.Completed();
        };
        World.Dispatcher.Open();
        var backfill = await StartAsync(Wish());
        await TickAsync(World);
        await Until.TrueAsync(() => Task.FromResult(!World.Host.Starts.IsEmpty));

        await Backfills.CancelAsync(backfill.Id, Cancellation);

        await Until.TrueAsync(async () => (await Backfills.GetAsync(backfill.Id, Cancellation)).Runs == new BackfillCounts(Cancelled: 1));
    }

    [Fact]
    public async Task One_that_cannot_go_on_fails_with_its_reason_and_stops_no_other()
    {
        RunWorld.WritePipeline(Fixture, "gone", ["b"]);
        var gone = Path.Combine(Fixture.Options.ProjectsPath, "p/pipelines/gone");
        World.Get<ProjectCatalog>().Check(Path.Combine(gone, "metadata.yaml"));
        var poisoned = await StartAsync(Wish(pipeline: "gone"));
        var good = await StartAsync(Wish());
        Directory.Delete(gone, recursive: true);
        World.Get<ProjectCatalog>().Check(Path.Combine(gone, "metadata.yaml"));

        good = await RunToEndAsync(good.Id);
        poisoned = await Backfills.GetAsync(poisoned.Id, Cancellation);

        Assert.Equal((BackfillStatus.Completed, BackfillStatus.Failed), (good.Status, poisoned.Status));
        Assert.Contains("gone", poisoned.Error, StringComparison.Ordinal);
        await Assert.ThrowsAsync<NotFoundException>(() => Backfills.StartAsync(poisoned.Id, null, Cancellation));
    }

    [Fact]
    public async Task A_thousand_intervals_are_made_at_once_and_more_have_to_be_confirmed()
    {
        await Backfills.CreateAsync(Wish(hours: 1000), Cancellation);

        var refused = await Assert.ThrowsAsync<InvalidRequestException>(() => Backfills.CreateAsync(Wish(hours: 1001), Cancellation));

        Assert.Equal("needs_confirmation", refused.Type);
        Assert.StartsWith("That makes 1,001 runs of 'x', more than 1,000.", refused.Message, StringComparison.Ordinal);
        var million = Wish() with { Span = new BackfillSpan(Start, Start.AddMinutes(1_000_000), "minute"), IsConfirmed = true };
        var backfill = await Backfills.CreateAsync(million, Cancellation);
        Assert.Equal(1_000_000, backfill.IntervalCount);
        var last = Assert.Single(await Backfills.ListCellsAsync(backfill.Id, 999_999, 1000, Cancellation));
        Assert.Equal(Start.AddMinutes(999_999), last.Instant);
    }

    [Fact]
    public async Task What_cannot_be_is_refused()
    {
        var limit = await Assert.ThrowsAsync<InvalidRequestException>(() => Backfills.CreateAsync(Wish(limit: 0), Cancellation));
        var name = await Assert.ThrowsAsync<InvalidRequestException>(() => Backfills.CreateAsync(Wish() with { Name = new string('x', 201) }, Cancellation));
        await Assert.ThrowsAsync<NotFoundException>(() => Backfills.CreateAsync(Wish(pipeline: "nothing"), Cancellation));
        await Assert.ThrowsAsync<NotFoundException>(() => Backfills.StartAsync(42, null, Cancellation));
        await Assert.ThrowsAsync<NotFoundException>(() => Backfills.CancelAsync(42, Cancellation));
        await Assert.ThrowsAsync<NotFoundException>(() => Backfills.RetryAsync(42, null, Cancellation));
        await Assert.ThrowsAsync<NotFoundException>(() => Backfills.DeleteAsync(42, Cancellation));
        var backfill = await StartAsync(Wish());
        var running = await Assert.ThrowsAsync<InvalidRequestException>(() => Backfills.StartAsync(backfill.Id, null, Cancellation));
        var deleted = await Assert.ThrowsAsync<InvalidRequestException>(() => Backfills.DeleteAsync(backfill.Id, Cancellation));

        Assert.Equal("Max concurrent runs is 0; a whole number from 1 to 1,000 is wanted.", limit.Message);
        Assert.Equal("The name has 201 characters; at most 200 are kept. Shorten it.", name.Message);
        Assert.Equal(("conflict", "conflict"), (running.Type, deleted.Type));
    }

    [Fact]
    public async Task A_backfill_that_is_deleted_leaves_its_runs()
    {
        var backfill = await RunToEndAsync((await StartAsync(Wish())).Id);
        Assert.Equal([backfill.Id], (await Backfills.ListAsync(new BackfillFilter("p", "x"), Cancellation)).Select(each => each.Id));

        await Backfills.DeleteAsync(backfill.Id, Cancellation);

        Assert.Empty(await Backfills.ListAsync(new BackfillFilter("p"), Cancellation));
        Assert.Equal([null, null, null, null], (await World.Runs.ListAsync(new PipelineRunFilter(), Cancellation)).Runs.Select(run => run.BackfillId));
    }

    [Fact]
    public async Task They_are_listed_newest_first_by_project_pipeline_status_and_page()
    {
        RunWorld.WritePipeline(Fixture, "y", ["a"]);
        World.Get<ProjectCatalog>().Check(Path.Combine(Fixture.Options.ProjectsPath, "p/pipelines/y/metadata.yaml"));
        var ready = (await Backfills.CreateAsync(Wish(), Cancellation)).Id;
        var done = (await RunToEndAsync((await StartAsync(Wish(hours: 2, pipeline: "y"))).Id)).Id;
        var other = (await Backfills.CreateAsync(Wish(pipeline: "y"), Cancellation)).Id;

        Assert.Equal([other, done, ready], await ListAsync(new BackfillFilter()));
        Assert.Equal([other, done, ready], await ListAsync(new BackfillFilter("p")));
        Assert.Equal([other, done], await ListAsync(new BackfillFilter("p", "y")));
        Assert.Equal([done], await ListAsync(new BackfillFilter("p", Status: BackfillStatus.Completed)));
        Assert.Equal([other], await ListAsync(new BackfillFilter("p", "y", BackfillStatus.Initial)));
        Assert.Equal([done], await ListAsync(new BackfillFilter("p", Before: other, Limit: 1)));
        Assert.Equal(new BackfillCounts(Completed: 2), (await Backfills.ListAsync(new BackfillFilter("p", "y"), Cancellation))[1].Runs);
        Assert.Equal("project", (await Assert.ThrowsAsync<NotFoundException>(() => ListAsync(new BackfillFilter("nothing")))).Kind);

        async Task<IEnumerable<long>> ListAsync(BackfillFilter filter) => (await Backfills.ListAsync(filter, Cancellation)).Select(each => each.Id);
    }

    [Fact]
    public async Task A_command_executes_it_in_its_own_process_while_no_server_takes_its_runs()
    {
        var backfill = await StartAsync(Wish(hours: 6, limit: 2));
        var seen = new ConcurrentQueue<long>();

        backfill = await World.Get<BackfillRunner>().RunToEndAsync(backfill.Id, now => seen.Enqueue(now.Runs.Final), Cancellation);

        Assert.Equal((BackfillStatus.Completed, 6, 6), (backfill.Status, backfill.Runs.Completed, World.Host.Starts.Count));
        Assert.Equal(seen.Order(), seen);
        Assert.Empty(World.Queue.Enqueued);
    }

    private static void InterlockedMax(ref int most, int now)
    {
        for (var seen = Volatile.Read(ref most); seen < now && Interlocked.CompareExchange(ref most, now, seen) != seen; seen = Volatile.Read(ref most))
        {
        }
    }
}

public sealed class SqliteBackfillTests : BackfillTests
{
    private protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());
}

public sealed class PostgresBackfillTests : BackfillTests
{
    private protected override Task<DatabaseFixture> CreateFixtureAsync() => PostgresFixture.CreateAsync();
}
