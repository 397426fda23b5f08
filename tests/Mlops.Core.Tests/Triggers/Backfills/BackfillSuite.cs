using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Mlops.Core.Database;
using Mlops.Core.Runs;
using Mlops.Core.Tests.Database;
using Mlops.Core.Tests.Runs;
using Mlops.Core.Triggers.Backfills;

namespace Mlops.Core.Tests.Triggers.Backfills;

/// <summary>Backfills of a pipeline <c>x</c> with a block <c>a</c>.</summary>
public abstract class BackfillSuite : IAsyncLifetime
{
    protected static DateTimeOffset Start { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    protected DatabaseFixture Fixture { get; private set; } = null!;
    private protected RunWorld World { get; private set; } = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected BackfillService Backfills => World.Get<BackfillService>();

    public async ValueTask InitializeAsync()
    {
        Fixture = await CreateFixtureAsync();
        RunWorld.WritePipeline(Fixture, "x", ["a"], "variables: {seed: 1, keep: me}\n");
        World = await CreateWorldAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await World.DisposeAsync();
        await Fixture.DisposeAsync();
    }

    private protected abstract Task<DatabaseFixture> CreateFixtureAsync();

    private protected virtual Task<RunWorld> CreateWorldAsync() => RunWorld.CreateAsync(Fixture);

    protected static BackfillWish Wish(int hours = 4, int limit = 1, string pipeline = "x") =>
        new("p", pipeline, new BackfillSpan(Start, Start.AddHours(hours), "hour")) { MaxConcurrentRuns = limit };

    protected async Task<Backfill> StartAsync(BackfillWish wish)
    {
        var backfill = await Backfills.CreateAsync(wish, Cancellation);
        Assert.Equal((BackfillStatus.Initial, 0), (backfill.Status, backfill.Runs.Total));
        return await Backfills.StartAsync(backfill.Id, null, Cancellation);
    }

    /// <summary>What a server does for backfills when it is woken.</summary>
    private protected static async Task TickAsync(RunWorld world)
    {
        using var scheduler = ActivatorUtilities.CreateInstance<BackfillScheduler>(world.Services);
        await scheduler.TickAsync(Cancellation);
    }

    /// <summary>Makes and executes runs until nothing is left to do.</summary>
    protected async Task<Backfill> RunToEndAsync(long id)
    {
        for (var i = 0; i < 200; i++)
        {
            await TickAsync(World);
            var open = (await World.Runs.ListAsync(new PipelineRunFilter(Limit: 200), Cancellation)).Runs.Where(run => !run.Status.IsFinal()).ToList();
            foreach (var run in open.OrderBy(run => run.Id))
            {
                await World.Executor.ExecuteAsync(run.Id, Cancellation);
            }

            var backfill = await Backfills.GetAsync(id, Cancellation);
            if (backfill.Status != BackfillStatus.Running)
            {
                return backfill;
            }
        }

        throw new InvalidOperationException("The backfill did not end.");
    }

    private protected Task<IReadOnlyList<BackfillCell>> CellsAsync(long id) => Backfills.ListCellsAsync(id, 0, 1000, Cancellation);

    private protected Task<IReadOnlyList<T>> QueryAsync<T>(string sql) => World.Get<MetadataDatabase>().QueryAsync<T>(sql, null, Cancellation);

    protected static string Hour(DateTimeOffset? instant) => instant?.UtcDateTime.ToString("HH", CultureInfo.InvariantCulture) ?? "";
}
