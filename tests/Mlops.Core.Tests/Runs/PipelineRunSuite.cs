using Microsoft.Extensions.DependencyInjection;
using Mlops.Core.Runs;
using Mlops.Core.Tests.Database;

namespace Mlops.Core.Tests.Runs;

/// <summary>A process over a database of the test's own, with the pipelines <c>chain</c> (a, b, c) and <c>diamond</c>.</summary>
public abstract class PipelineRunSuite : IAsyncLifetime
{
    private protected DatabaseFixture _fixture = null!;
    private protected RunWorld _world = null!;

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _fixture = await CreateFixtureAsync();
        RunWorld.WritePipeline(_fixture, "chain", ["a", "b < a", "c < b"], "variables: {source: x.csv, share: 0.5}\n");
        RunWorld.WritePipeline(_fixture, "diamond", ["load", "left < load", "right < load", "join < left, right"]);
        _world = await RunWorld.CreateAsync(_fixture, add: Add);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _world.DisposeAsync();
        await _fixture.DisposeAsync();
    }

    protected abstract Task<DatabaseFixture> CreateFixtureAsync();

    /// <summary>Adds what a host brings to Core and these tests need.</summary>
    private protected virtual IServiceCollection Add(IServiceCollection services) => services;

    private protected static BlockRun Block(PipelineRun run, string uuid) => run.BlockRuns.Single(block => block.BlockUuid == uuid);

    private protected Task<IReadOnlyList<RunLogLine>> ReadLogAsync(long id) => _world.Get<RunLogStore>().ReadAsync(id, new RunLogFilter(), 0, 5000, Cancellation);
}
