using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Mlops.Chaos.Faults;
using Mlops.Core.Runs;
using Mlops.Core.Tests.Database;
using Mlops.Core.Tests.Runs;
using Mlops.Core.Triggers;
using Mlops.Core.Triggers.Events;

namespace Mlops.Core.Tests.Triggers;

/// <summary>Triggers whose every transaction meets a fault once before it succeeds, so that each operation is executed twice.</summary>
public abstract class UnansweredTriggerTests : IAsyncLifetime
{
    private static readonly Dictionary<string, JsonElement> Nothing = [];

    private readonly EveryOther _fate = new();
    private DatabaseFixture _fixture = null!;
    private RunWorld _world = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _fixture = await CreateFixtureAsync();
        RunWorld.WritePipeline(_fixture, "x", ["a"]);
        _world = await RunWorld.CreateAsync(_fixture, decorateWriter: connection => FaultyConnection.Wrap(connection, _fate));
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _world.DisposeAsync();
        await _fixture.DisposeAsync();
    }

    [Theory]
    [InlineData(nameof(WriteFault.LandsWithoutAnswer))]
    [InlineData(nameof(WriteFault.FailsAtCommit))]
    [InlineData(nameof(WriteFault.FailsAtStatement))]
    public async Task An_instant_has_one_run_and_a_worker_is_woken_for_it(string fault)
    {
        _fate.Fault = Enum.Parse<WriteFault>(fault);
        Write("{name: t, schedule_interval: '@once', status: active, settings: {skip_if_previous_running: true}}");
        using var scheduler = ActivatorUtilities.CreateInstance<TriggerScheduler>(_world.Services);

        await scheduler.TickAsync(Cancellation);
        await scheduler.TickAsync(Cancellation);

        var run = Assert.Single((await _world.Runs.ListAsync(new PipelineRunFilter(), Cancellation)).Runs);
        Assert.Equal((RunStatus.Initial, "t"), (run.Status, run.TriggerName));
        Assert.Equal([run.Id], _world.Queue.Enqueued);
        Assert.True(_fate.Met >= 2, $"Only {_fate.Met} transactions met a fault.");
    }

    [Theory]
    [InlineData(nameof(WriteFault.LandsWithoutAnswer))]
    [InlineData(nameof(WriteFault.FailsAtCommit))]
    [InlineData(nameof(WriteFault.FailsAtStatement))]
    public async Task A_call_has_one_run_by_one_token_and_is_not_in_its_own_way(string fault)
    {
        _fate.Fault = Enum.Parse<WriteFault>(fault);
        Write("{name: t, schedule_type: api, status: active, settings: {skip_if_previous_running: true}}");
        var trigger = Assert.Single(await _world.Get<TriggerService>().ListAsync("p", "x", Cancellation));

        var run = (await _world.Get<TriggerCalls>().StartAsync(trigger.Id, TriggerCredential.OfToken(trigger.Token!), Nothing, Nothing, Cancellation)).Run!;

        Assert.Equal([run.Id], (await _world.Runs.ListAsync(new PipelineRunFilter(), Cancellation)).Runs.Select(each => each.Id));
        Assert.Equal(trigger.Token, (await _world.Get<TriggerService>().GetAsync(trigger.Id, Cancellation)).Token);
        Assert.True(_fate.Met >= 2, $"Only {_fate.Met} transactions met a fault.");
    }

    [Theory]
    [InlineData(nameof(WriteFault.LandsWithoutAnswer))]
    [InlineData(nameof(WriteFault.FailsAtCommit))]
    [InlineData(nameof(WriteFault.FailsAtStatement))]
    public async Task An_event_has_one_run_and_a_worker_is_woken_for_it(string fault)
    {
        RunWorld.WritePipeline(_fixture, "up", ["a"]);
        _fate.Fault = Enum.Parse<WriteFault>(fault);
        Write("{name: t, schedule_type: event, event: {type: pipeline, pipeline: up}, status: active, settings: {skip_if_previous_running: true}}");
        using var watcher = ActivatorUtilities.CreateInstance<EventWatcher>(_world.Services);
        await watcher.TickAsync(Cancellation);
        await _world.RunAsync("up");

        for (var i = 0; i < 2; i++)
        {
            _world.Get<EventWatches>().Triggers[0].Wake();
            await Until.TrueAsync(async () => await watcher.TickAsync(Cancellation) > TimeSpan.FromSeconds(1));
        }

        var run = Assert.Single((await _world.Runs.ListAsync(new PipelineRunFilter { PipelineUuid = "x" }, Cancellation)).Runs);
        Assert.Equal((RunStatus.Initial, RunOrigin.Event), (run.Status, run.Origin));
        Assert.Contains(run.Id, _world.Queue.Enqueued);
    }

    private protected abstract Task<DatabaseFixture> CreateFixtureAsync();

    private void Write(string trigger) =>
        File.WriteAllText(Path.Combine(_fixture.Options.ProjectsPath, "p/pipelines/x/triggers.yaml"), $"triggers:\n- {trigger}\n");
}

public sealed class SqliteUnansweredTriggerTests : UnansweredTriggerTests
{
    private protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());
}

public sealed class PostgresUnansweredTriggerTests : UnansweredTriggerTests
{
    private protected override Task<DatabaseFixture> CreateFixtureAsync() => PostgresFixture.CreateAsync();
}
