using Microsoft.Extensions.Time.Testing;
using Mlops.Chaos.Faults;
using Mlops.Core.Runs;
using Mlops.Core.Runs.Products;
using Mlops.Core.Tests.Database;

namespace Mlops.Core.Tests.Runs;

/// <summary>Global data products in real runs; the clock stands until a test moves it.</summary>
public abstract class RunProductTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero));
    private DatabaseFixture _fixture = null!;
    private RunWorld _world = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _fixture = await CreateFixtureAsync();
        RunWorld.WritePipeline(_fixture, "prepare", ["load", "build < load", "report < load"]);
        WriteProducts("training_set: {object_type: pipeline, object_uuid: prepare, outdated_after: {seconds: 3600}, settings: {build: {partitions: 1}, load: {partitions: 1}}}");
        WriteUser("train");
        _world = await RunWorld.CreateAsync(_fixture, _time);
        _world.Host.Scripts["build"] = (_, _, _) => Task.FromResult(ScriptedBlockHost.Completed(ScriptedBlockHost.Json("output_0", 3), ScriptedBlockHost.Json("output_1", 4)));
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _world.DisposeAsync();
        await _fixture.DisposeAsync();
    }

    [Fact]
    public async Task A_product_that_nobody_made_is_made_by_one_run_for_all_who_wait_for_it()
    {
        var runs = new List<PipelineRun>();
        foreach (var _ in Enumerable.Range(0, 5))
        {
            runs.Add(await _world.RunAsync("train"));
        }

        var made = Assert.Single((await _world.Runs.ListAsync(new PipelineRunFilter(PipelineUuid: "prepare"), Cancellation)).Runs);
        Assert.Equal((RunOrigin.Product, "p/training_set"), (made.Origin, made.Product));
        Assert.Equal([made.Id], (await _world.Runs.ListAsync(new PipelineRunFilter { Products = ["p/other", "p/training_set"] }, Cancellation)).Runs.Select(run => run.Id));
        Assert.All(runs, run => Assert.Equal($"Block 'training_set' waits for run {made.Id} of pipeline 'prepare'.", run.WaitingFor));
        Assert.Equal(0, _world.Host.OpenSessions);

        await ExecuteAsync(made.Id);
        Assert.Equal(runs.Select(run => run.Id), await _world.Get<RunClaims>().ListClaimableAsync(10, Cancellation));
        foreach (var run in runs)
        {
            Assert.Equal((RunStatus.Completed, 1), ((await ExecuteAsync(run.Id)).Status, (await GetAsync(run.Id)).BlockRuns[0].Attempt));
        }

        // As the file says it: first what build made, then what load did, each as if it stood right before.
        var upstream = _world.Host.Works["fit"].Upstream;
        Assert.Equal(["build", "load"], upstream.Select(each => each.BlockUuid));
        Assert.Equal(["output_0", "output_1"], upstream[0].Outputs.Select(stored => stored.Output.Name));
        Assert.EndsWith(Path.Combine("p", "prepare", $"{made.Id}", "build", "1"), upstream[0].Directory, StringComparison.Ordinal);
        Assert.Equal(["build:output_0", "build:output_1", "load:output_0"], (await GetAsync(runs[0].Id)).BlockRuns[0].Outputs.Select(output => output.Name));
    }

    [Fact]
    public async Task A_product_is_made_again_only_when_it_is_outdated()
    {
        await RunToEndAsync("train");
        _time.Advance(TimeSpan.FromSeconds(3599));
        Assert.Equal(RunStatus.Completed, (await _world.RunAsync("train")).Status);
        Assert.Single(await MadeAsync());

        _time.Advance(TimeSpan.FromSeconds(1));
        await RunToEndAsync("train");

        Assert.Equal(2, (await MadeAsync()).Count);
    }

    [Fact]
    public async Task A_product_may_be_outdated_only_from_an_hour_on_and_a_block_may_say_otherwise()
    {
        WriteProducts("training_set: {object_uuid: prepare, outdated_after: {seconds: 60}, outdated_starting_at: {hour_of_day: 18, minute_of_hour: 30}}");
        WriteUser("eager", ", outdated_starting_at: {hour_of_day: 1}");
        _time.Advance(TimeSpan.FromSeconds(2));
        await RunToEndAsync("train");

        _time.Advance(TimeSpan.FromHours(6)); // 18:00
        Assert.Equal(RunStatus.Completed, (await _world.RunAsync("train")).Status);
        await RunToEndAsync("eager");
        Assert.Equal(2, (await MadeAsync()).Count);
        _time.Advance(TimeSpan.FromMinutes(31));
        await RunToEndAsync("train");

        Assert.Equal(3, (await MadeAsync()).Count);
    }

    [Fact]
    public async Task What_a_block_waited_for_is_new_enough_however_soon_it_is_outdated()
    {
        WriteProducts("training_set: {object_uuid: prepare, outdated_after: {seconds: 0.001}, settings: {build: {partitions: 1}}}");
        _time.Advance(TimeSpan.FromSeconds(2));

        var run = await _world.RunAsync("train");
        _time.Advance(TimeSpan.FromSeconds(5));
        await ExecuteAsync(Assert.Single(await MadeAsync()).Id);
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(RunStatus.Completed, (await ExecuteAsync(run.Id)).Status);
        Assert.Single(await MadeAsync());
    }

    [Fact]
    public async Task Of_several_runs_all_outputs_are_given_the_oldest_first()
    {
        WriteProducts("training_set: {object_uuid: prepare, outdated_after: {seconds: 1}, settings: {build: {partitions: 2}}}");
        _time.Advance(TimeSpan.FromSeconds(2));
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await RunToEndAsync("train");
            _time.Advance(TimeSpan.FromSeconds(2));
        }

        var given = Assert.Single(_world.Host.Works["fit"].Upstream);
        Assert.Equal((0, 2), (given.Outputs.Count, given.Parts!.Count));
        Assert.Equal(
            (await MadeAsync()).OrderBy(run => run.Id).Skip(1).Select(run => $"{run.Id}"), given.Parts.Select(part => Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(part.Directory)))!));
    }

    [Fact]
    public async Task Without_settings_it_gives_what_no_other_block_of_its_pipeline_takes()
    {
        WriteProducts("training_set: {object_uuid: prepare}");
        _time.Advance(TimeSpan.FromSeconds(2));
        await RunToEndAsync("train");

        Assert.Equal(["build", "report"], _world.Host.Works["fit"].Upstream.Select(each => each.BlockUuid));
        _time.Advance(TimeSpan.FromDays(10_000));
        Assert.Equal(RunStatus.Completed, (await _world.RunAsync("train")).Status);
        Assert.Single(await MadeAsync());
    }

    [Fact]
    public async Task A_run_of_a_product_that_fails_fails_those_who_wait_and_the_next_one_makes_it_anew()
    {
        var calls = 0;
        _world.Host.Scripts["load"] = (_, _, _) => Task.FromResult(++calls == 1 ? ScriptedBlockHost.Failed("no") : ScriptedBlockHost.Completed(ScriptedBlockHost.Json("output_0")));
        var run = await _world.RunAsync("train");
        var made = Assert.Single(await MadeAsync());
        await ExecuteAsync(made.Id);
        run = await ExecuteAsync(run.Id);
        Assert.Equal((RunStatus.Failed, $"Run {made.Id} of pipeline 'prepare' failed."), (run.Status, run.BlockRuns[0].Error!.Message));

        await _world.Runs.RetryIncompleteAsync(run.Id, Cancellation);
        await ExecuteAsync(run.Id);
        await ExecuteAsync((await MadeAsync())[0].Id);

        Assert.Equal(RunStatus.Completed, (await ExecuteAsync(run.Id)).Status);
        Assert.Equal(2, (await MadeAsync()).Count);
    }

    [Fact]
    public async Task A_cancel_of_one_who_waits_leaves_the_product_to_the_others()
    {
        var one = await _world.RunAsync("train");
        var other = await _world.RunAsync("train");
        await _world.Runs.CancelAsync(one.Id, Cancellation);
        await ExecuteAsync(one.Id);
        await _world.Recovery.SweepAsync(isFirst: false, Cancellation);

        await ExecuteAsync(Assert.Single(await MadeAsync()).Id);

        Assert.Equal(RunStatus.Completed, (await ExecuteAsync(other.Id)).Status);
    }

    [Fact]
    public async Task Two_servers_that_need_a_product_at_the_same_time_make_it_once()
    {
        await using var other = await RunWorld.CreateAsync(_fixture, _time);
        var worlds = new[] { _world, other };
        var runs = new List<PipelineRun>();
        foreach (var _ in Enumerable.Range(0, 10))
        {
            runs.Add(await _world.StartAsync("train"));
        }

        await Task.WhenAll(runs.Select((run, index) => worlds[index % 2].Executor.ExecuteAsync(run.Id, Cancellation)));

        Assert.Single(await MadeAsync());
    }

    [Theory]
    [InlineData(nameof(WriteFault.LandsWithoutAnswer))]
    [InlineData(nameof(WriteFault.FailsAtCommit))]
    public async Task It_is_made_once_though_every_transaction_meets_a_fault(string fault)
    {
        var fate = new EveryOther { Fault = Enum.Parse<WriteFault>(fault) };
        await using var world = await RunWorld.CreateAsync(_fixture, decorateWriter: connection => FaultyConnection.Wrap(connection, fate));
        var run = await world.StartAsync("train");

        await world.Executor.ExecuteToEndAsync(run.Id, Cancellation);

        Assert.Equal(RunStatus.Completed, (await GetAsync(run.Id)).Status);
        Assert.Single(await MadeAsync());
        Assert.Equal(["build#1", "fit#1", "load#1", "report#1"], world.Host.Starts.Order());
    }

    [Theory]
    [InlineData("other: {object_uuid: prepare}", "Block 'training_set' gives the global data product 'training_set', which project 'p' does not have. global_data_products.yaml there has: other.")]
    [InlineData("training_set: {object_uuid: train}", "Pipeline 'train' would run itself without end: train -> train.")]
    public async Task A_product_that_is_not_there_or_needs_itself_is_refused(string products, string message)
    {
        WriteProducts(products);
        _time.Advance(TimeSpan.FromSeconds(2));

        var exception = await Assert.ThrowsAsync<InvalidRequestException>(() => _world.StartAsync("train"));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_product_of_a_block_that_made_nothing_fails_in_words()
    {
        WriteProducts("training_set: {object_uuid: prepare, settings: {absent: {partitions: 1}}}");
        _time.Advance(TimeSpan.FromSeconds(2));
        var run = await _world.RunAsync("train");
        await ExecuteAsync(Assert.Single(await MadeAsync()).Id);

        run = await ExecuteAsync(run.Id);

        Assert.Equal((RunStatus.Failed, "no_output"), (run.Status, run.BlockRuns[0].Error!.Type));
        Assert.Contains("Block 'absent' of pipeline 'prepare' made nothing", run.BlockRuns[0].Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_known_of_a_product_follows_its_runs_and_the_clock()
    {
        WriteProducts("training_set: {object_uuid: prepare, outdated_after: {seconds: 3600}}\nforever: {object_uuid: prepare}\nlost: {object_uuid: gone}\nbad: {object_uuid: prepare, settings: 1}");
        WriteUser("eager", ", outdated_after: {seconds: 1}");
        _time.Advance(TimeSpan.FromSeconds(2));
        var never = await OverviewAsync();
        Assert.Equal((ProductState.NeverMade, null, null, null), (never.State, never.OutdatedAt, never.LatestRun, never.OpenRun));
        Assert.Equal([new ProductUser("p", "eager", "training_set"), new ProductUser("p", "train", "training_set")], never.UsedBy);

        var run = await _world.RunAsync("train");
        var open = Assert.Single(await MadeAsync());
        Assert.Equal((ProductState.NeverMade, open.Id), ((await OverviewAsync()).State, (await OverviewAsync()).OpenRun?.Id));
        await ExecuteAsync(open.Id);
        var fresh = await OverviewAsync();
        Assert.Equal((ProductState.Fresh, open.ExecutionDate.AddHours(1), open.Id, null), (fresh.State, fresh.OutdatedAt, fresh.LatestRun?.Id, fresh.OpenRun));
        _time.Advance(TimeSpan.FromHours(5));
        var outdated = await OverviewAsync();
        Assert.Equal((ProductState.Outdated, open.ExecutionDate.AddHours(1)), (outdated.State, outdated.OutdatedAt));

        var list = await Products.ListAsync("p", Cancellation);
        Assert.Equal(["bad", "forever", "lost", "training_set"], list.Products.Select(product => product.Product.Uuid));
        Assert.Equal(("settings must be a mapping, found the value '1'.", 4), (Assert.Single(list.Problems).Message, list.Problems[0].Line));
        Assert.Equal((3, "It is made by the pipeline 'gone', which project 'p' does not have. It has: eager, prepare, train."), (list.Products[2].Product.Line, list.Products[2].Problem));
        Assert.Empty(list.Products[1].UsedBy);
        Assert.Equal(RunStatus.Completed, (await ExecuteAsync(run.Id)).Status);
    }

    [Fact]
    public async Task A_refresh_is_one_run_for_all_who_ask_and_for_blocks_that_need_it_meanwhile()
    {
        await using var other = await RunWorld.CreateAsync(_fixture, _time);
        await RunToEndAsync("train");
        _time.Advance(TimeSpan.FromHours(2));

        var asked = await Task.WhenAll(Enumerable.Range(0, 6).Select(index =>
            (index % 2 == 0 ? _world : other).Get<ProductService>().RefreshAsync("p", "training_set", Cancellation)));
        var run = await _world.RunAsync("train");

        var id = Assert.Single(asked.Select(each => each.RunId).Distinct());
        Assert.Equal($"Block 'training_set' waits for run {id} of pipeline 'prepare'.", run.WaitingFor);
        Assert.Equal(2, (await MadeAsync()).Count);
        Assert.Contains(id, _world.Queue.Enqueued.Concat(other.Queue.Enqueued));
        await ExecuteAsync(id);
        Assert.Equal(RunStatus.Completed, (await ExecuteAsync(run.Id)).Status);
        Assert.Equal((RunOrigin.Product, "p/training_set"), ((await GetAsync(id)).Origin, (await GetAsync(id)).Product));

        var (again, isStarted) = await Products.RefreshAsync("p", "training_set", Cancellation);
        Assert.True(isStarted && again > id);
    }

    [Fact]
    public async Task A_refresh_that_fails_is_shown_beside_what_there_was_before()
    {
        await RunToEndAsync("train");
        var latest = Assert.Single(await MadeAsync()).Id;
        _world.Host.Scripts["load"] = (_, _, _) => Task.FromResult(ScriptedBlockHost.Failed("no"));

        var (id, _) = await Products.RefreshAsync("p", "training_set", Cancellation);
        await ExecuteAsync(id);

        var product = await OverviewAsync();
        Assert.Equal((ProductState.Fresh, latest, id), (product.State, product.LatestRun?.Id, product.BrokenRun?.Id));
    }

    [Fact]
    public async Task A_refresh_of_what_is_not_there_or_cannot_be_made_is_refused()
    {
        WriteProducts("lost: {object_uuid: gone}");
        _time.Advance(TimeSpan.FromSeconds(2));

        var unknown = await Assert.ThrowsAsync<NotFoundException>(() => Products.RefreshAsync("p", "training_set", Cancellation));
        await Assert.ThrowsAsync<NotFoundException>(() => Products.RefreshAsync("p", "lost", Cancellation));
        await Assert.ThrowsAsync<NotFoundException>(() => Products.RefreshAsync("nothing", "lost", Cancellation));

        Assert.Equal("global_data_products.yaml of project 'p' has no global data product 'training_set'. It has: lost.", unknown.Message);
    }

    [Theory]
    [InlineData(nameof(WriteFault.LandsWithoutAnswer))]
    [InlineData(nameof(WriteFault.FailsAtCommit))]
    public async Task A_refresh_is_started_and_told_once_though_its_transaction_meets_a_fault(string fault)
    {
        var fate = new EveryOther { Fault = Enum.Parse<WriteFault>(fault) };
        await using var world = await RunWorld.CreateAsync(_fixture, decorateWriter: connection => FaultyConnection.Wrap(connection, fate));

        var (id, isStarted) = await world.Get<ProductService>().RefreshAsync("p", "training_set", Cancellation);

        Assert.True(isStarted);
        Assert.Equal(id, Assert.Single(await MadeAsync()).Id);
        Assert.Contains(id, world.Queue.Enqueued);
    }

    private protected abstract Task<DatabaseFixture> CreateFixtureAsync();

    private ProductService Products => _world.Get<ProductService>();

    private Task<ProductOverview> OverviewAsync() => Products.GetAsync("p", "training_set", Cancellation);

    private void WriteProducts(string yaml) => File.WriteAllText(Path.Combine(_fixture.Options.ProjectsPath, "p", "global_data_products.yaml"), yaml + "\n");

    private void WriteUser(string uuid, string settings = "")
    {
        RunWorld.WritePipeline(_fixture, uuid, []);
        RunWorld.WriteFile(_fixture, "custom", "fit");
        File.WriteAllText(Path.Combine(_fixture.Options.ProjectsPath, "p", "pipelines", uuid, "metadata.yaml"),
            $"blocks:\n- {{uuid: training_set, type: global_data_product, language: python, configuration: {{global_data_product: {{uuid: training_set{settings}}}}}}}\n"
            + $"- {{uuid: fit, type: custom, language: csharp, upstream_blocks: [training_set]}}\ntype: python\nuuid: {uuid}\n");
    }

    /// <summary>Runs a pipeline, and the product if it waits for that.</summary>
    private async Task RunToEndAsync(string pipeline)
    {
        var run = await _world.RunAsync(pipeline);
        await ExecuteAsync((await MadeAsync())[0].Id);
        Assert.Equal(RunStatus.Completed, (await ExecuteAsync(run.Id)).Status);
    }

    private async Task<IReadOnlyList<PipelineRun>> MadeAsync() =>
        (await _world.Runs.ListAsync(new PipelineRunFilter(PipelineUuid: "prepare"), Cancellation)).Runs;

    private Task<PipelineRun> GetAsync(long id) => _world.Runs.GetAsync(id, Cancellation);

    private async Task<PipelineRun> ExecuteAsync(long id)
    {
        await _world.Executor.ExecuteAsync(id, Cancellation);
        return await GetAsync(id);
    }
}

public sealed class SqliteRunProductTests : RunProductTests
{
    private protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());
}

public sealed class PostgresRunProductTests : RunProductTests
{
    private protected override Task<DatabaseFixture> CreateFixtureAsync() => PostgresFixture.CreateAsync();
}
