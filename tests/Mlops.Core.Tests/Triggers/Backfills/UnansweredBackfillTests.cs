using Mlops.Chaos.Faults;
using Mlops.Core.Tests.Database;
using Mlops.Core.Tests.Runs;
using Mlops.Core.Triggers.Backfills;

namespace Mlops.Core.Tests.Triggers.Backfills;

/// <summary>Backfills whose every transaction meets a fault once before it succeeds, so that each operation is executed twice.</summary>
public abstract class UnansweredBackfillTests : BackfillSuite
{
    private readonly EveryOther _fate = new();

    private protected override Task<RunWorld> CreateWorldAsync() =>
        RunWorld.CreateAsync(Fixture, decorateWriter: connection => FaultyConnection.Wrap(connection, _fate));

    [Theory]
    [InlineData(nameof(WriteFault.LandsWithoutAnswer))]
    [InlineData(nameof(WriteFault.FailsAtCommit))]
    [InlineData(nameof(WriteFault.FailsAtStatement))]
    public async Task Every_interval_has_one_run_within_the_limit_and_a_worker_is_woken_for_it(string fault)
    {
        _fate.Fault = Enum.Parse<WriteFault>(fault);
        var backfill = await StartAsync(Wish(hours: 5, limit: 2));

        await TickAsync(World);
        var open = (await Backfills.GetAsync(backfill.Id, Cancellation)).Runs;
        Assert.Equal(new BackfillCounts(Initial: 2), open);
        backfill = await RunToEndAsync(backfill.Id);

        Assert.Equal((BackfillStatus.Completed, 5, 0), (backfill.Status, backfill.Runs.Completed, backfill.MissingCount));
        Assert.Equal((await QueryAsync<long>("select id from pipeline_run order by id")), World.Queue.Enqueued.Distinct().Order());
        Assert.Equal(5, (await QueryAsync<long>("select run_count from backfill"))[0]);
        Assert.Single(await Backfills.ListAsync(new BackfillFilter("p", "x"), Cancellation));
        Assert.True(_fate.Met >= 8, $"Only {_fate.Met} transactions met a fault.");
    }

    [Theory]
    [InlineData(nameof(WriteFault.LandsWithoutAnswer))]
    [InlineData(nameof(WriteFault.FailsAtCommit))]
    public async Task Retries_and_cancels_are_made_once(string fault)
    {
        var isBroken = true;
        World.Host.Scripts["a"] = (_, _, _) => Task.FromResult(isBroken ? ScriptedBlockHost.Failed("no data") : ScriptedBlockHost.Completed());
        var backfill = await RunToEndAsync((await StartAsync(Wish(limit: 2))).Id);
        isBroken = false;
        _fate.Fault = Enum.Parse<WriteFault>(fault);

        await Backfills.RetryAsync(backfill.Id, null, Cancellation);
        await TickAsync(World);
        Assert.Equal(new BackfillCounts(Initial: 2, Failed: 2), (await Backfills.GetAsync(backfill.Id, Cancellation)).Runs);
        backfill = await Backfills.CancelAsync(backfill.Id, Cancellation);
        Assert.Equal((BackfillStatus.Cancelled, new BackfillCounts(Failed: 2, Cancelled: 2)), (backfill.Status, backfill.Runs));
        await Backfills.RetryAsync(backfill.Id, null, Cancellation);
        backfill = await RunToEndAsync(backfill.Id);

        Assert.Equal((BackfillStatus.Completed, 4), (backfill.Status, backfill.Runs.Completed));
        Assert.Equal(8, World.Host.Starts.Count);
        await Backfills.DeleteAsync(backfill.Id, Cancellation);
        Assert.Empty(await QueryAsync<long>("select id from backfill"));
    }

    [Theory]
    [InlineData(nameof(WriteFault.LandsWithoutAnswer))]
    [InlineData(nameof(WriteFault.FailsAtCommit))]
    public async Task A_command_executes_all_its_runs(string fault)
    {
        _fate.Fault = Enum.Parse<WriteFault>(fault);
        var backfill = await StartAsync(Wish(hours: 5, limit: 2));

        backfill = await World.Get<BackfillRunner>().RunToEndAsync(backfill.Id, _ => { }, Cancellation);

        Assert.Equal((BackfillStatus.Completed, 5, 5), (backfill.Status, backfill.Runs.Completed, World.Host.Starts.Count));
    }
}

public sealed class SqliteUnansweredBackfillTests : UnansweredBackfillTests
{
    private protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());
}

public sealed class PostgresUnansweredBackfillTests : UnansweredBackfillTests
{
    private protected override Task<DatabaseFixture> CreateFixtureAsync() => PostgresFixture.CreateAsync();
}
