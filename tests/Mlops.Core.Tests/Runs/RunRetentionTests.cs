using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Mlops.Core.Database;
using Mlops.Core.Projects;
using Mlops.Core.Runs;
using Mlops.Core.Runs.Outputs;
using Mlops.Core.Runs.Retention;
using Mlops.Core.Tests.Database;

namespace Mlops.Core.Tests.Runs;

/// <summary>Old runs go with their logs and files; a subclass says on which database.</summary>
public abstract class RunRetentionTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private DatabaseFixture _fixture = null!;
    private RunWorld _world = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private RunRetention Retention => ActivatorUtilities.CreateInstance<RunRetention>(_world.Services);

    private OrphanedOutputs Orphans => _world.Get<OrphanedOutputs>();

    public async ValueTask InitializeAsync()
    {
        _fixture = await CreateFixtureAsync();
        RunWorld.WritePipeline(_fixture, "chain", ["a", "b < a"]);
        RunWorld.WritePipeline(_fixture, "other", ["a"]);
        _world = await CreateWorldAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _world.DisposeAsync();
        await _fixture.DisposeAsync();
    }

    [Fact]
    public async Task Runs_that_ended_long_ago_go_with_all_that_belongs_to_them()
    {
        var old = await RunAsync("chain");
        var alsoOld = await RunAsync("chain");
        _time.Advance(TimeSpan.FromDays(89));
        var young = await RunAsync("chain");

        Assert.Equal(0, await Retention.SweepAsync(Cancellation));
        _time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(2, await Retention.SweepAsync(Cancellation));

        Assert.Equal([young.Id], await ListAsync());
        Assert.Equal([false, false, true], new[] { old, alsoOld, young }.Select(HasFiles));
        Assert.Equal((1L, 2L, 2L, 4L), await CountRowsAsync());
        Assert.Equal(0, await Retention.SweepAsync(Cancellation));
    }

    [Fact]
    public async Task The_newest_completed_run_of_each_pipeline_stays_whatever_its_age()
    {
        await RunAsync("chain");
        var completed = await RunAsync("chain");
        var other = await RunAsync("other");
        _world.Host.Scripts["a"] = (_, _, _) => Task.FromResult(ScriptedBlockHost.Failed("no"));
        await RunAsync("chain");
        _time.Advance(TimeSpan.FromDays(200));

        Assert.Equal(2, await Retention.SweepAsync(Cancellation));

        Assert.Equal([completed.Id, other.Id], await ListAsync());
        Assert.True(HasFiles(completed) && HasFiles(other));
    }

    [Fact]
    public async Task A_run_that_is_not_final_stays()
    {
        var waiting = await _world.StartAsync("chain");
        _time.Advance(TimeSpan.FromDays(200));

        Assert.Equal(0, await Retention.SweepAsync(Cancellation));

        Assert.Equal([waiting.Id], await ListAsync());
    }

    [Theory]
    [InlineData("36h", 37)]
    [InlineData("2d", 49)]
    [InlineData("1w", 24 * 7 + 1)]
    public async Task A_project_says_how_long_it_keeps_its_runs(string period, int hours)
    {
        WriteMetadata($"variables_retention_period: {period}\n");
        await RunAsync("chain");
        var newest = await RunAsync("chain");

        _time.Advance(TimeSpan.FromHours(hours - 2));
        Assert.Equal(0, await Retention.SweepAsync(Cancellation));
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1, await Retention.SweepAsync(Cancellation));

        Assert.Equal([newest.Id], await ListAsync());
    }

    [Theory]
    [InlineData("never")]
    [InlineData("0")]
    [InlineData("0d")]
    public async Task Nothing_goes_where_a_project_keeps_all(string period)
    {
        WriteMetadata($"variables_retention_period: {period}\n");
        await RunAsync("chain");
        await RunAsync("chain");
        _time.Advance(TimeSpan.FromDays(200));

        Assert.Equal(0, await Retention.SweepAsync(Cancellation));

        Assert.Null(_world.Get<ProjectCatalog>().GetProject("p").Problem);
    }

    [Theory]
    [InlineData("90 days")]
    [InlineData("-1d")]
    [InlineData("d")]
    [InlineData("99999999999d")]
    [InlineData("[1]")]
    public async Task A_period_that_cannot_be_read_is_the_problem_of_its_project_only(string period)
    {
        await RunAsync("chain");
        await RunAsync("chain");
        Directory.CreateDirectory(Path.Combine(_fixture.Options.ProjectsPath, "q", "pipelines"));
        await _world.Get<MetadataDatabase>().WriteAsync(session => session.Execute("update pipeline_run set project_uuid = 'q' where id = 1"), Cancellation);
        await RunAsync("chain");
        _time.Advance(TimeSpan.FromDays(91));
        WriteMetadata($"variables_retention_period: {period}\n");

        // Run 1 is the newest completed one of project q, which is not on disk; an older one goes.
        await _world.Get<MetadataDatabase>().WriteAsync(session => session.Execute("update pipeline_run set project_uuid = 'q', status = 'failed' where id = 1"), Cancellation);
        Assert.Equal(1, await Retention.SweepAsync(Cancellation));

        Assert.Equal([2, 3], await ListAsync());
        var problem = _world.Get<ProjectCatalog>().GetProject("p").Problem;
        Assert.StartsWith("metadata.yaml, line 2, column 29: variables_retention_period must be a number of hours, days or weeks such as 36h, 90d or 8w, or never, found", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_log_and_many_runs_go_in_bites()
    {
        var lines = 25_000;
        _world.Host.Scripts["a"] = (_, log, _) =>
        {
            for (; lines > 0; lines--)
            {
                log(new BlockLogLine(_time.GetUtcNow(), RunLogLevel.Info, "x"));
            }

            return Task.FromResult(ScriptedBlockHost.Completed());
        };
        await RunAsync("chain");
        Assert.Equal(25_002L, (await CountRowsAsync()).Lines);
        for (var i = 0; i < RunRetention.Bite; i++)
        {
            await RunAsync("other");
        }

        var last = await RunAsync("other");
        var newest = await RunAsync("chain");
        _time.Advance(TimeSpan.FromDays(91));

        var sweep = Retention.SweepAsync(Cancellation);
        await Until.TrueAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(sweep.IsCompleted);
        });

        Assert.Equal(RunRetention.Bite + 1, await sweep);
        Assert.Equal([last.Id, newest.Id], await ListAsync());
        Assert.Equal(2L, (await CountRowsAsync()).Lines);
    }

    [Fact]
    public async Task A_sweep_that_was_killed_between_files_and_rows_is_finished_by_the_next()
    {
        var old = await RunAsync("chain");
        await RunAsync("chain");
        _time.Advance(TimeSpan.FromDays(91));
        await _world.Get<IOutputStorage>().DeleteAsync($"p/chain/{old.Id}", Cancellation);

        Assert.Equal(1, await Retention.SweepAsync(Cancellation));
        await Assert.ThrowsAsync<NotFoundException>(() => _world.Runs.GetAsync(old.Id, Cancellation));
    }

    [Fact]
    public async Task A_run_that_was_retried_since_it_was_looked_at_stays()
    {
        _world.Host.Scripts["b"] = (_, _, _) => Task.FromResult(ScriptedBlockHost.Failed("no"));
        var failed = await RunAsync("chain");
        _time.Advance(TimeSpan.FromDays(91));
        var store = _world.Get<RetentionStore>();
        var before = _time.GetUtcNow() - TimeSpan.FromDays(90);
        var found = Assert.Single(await store.ListExpiredAsync("p", before, 0, 10, Cancellation));

        await _world.Runs.RetryIncompleteAsync(failed.Id, Cancellation);

        Assert.False(await store.DeleteAsync(found, before, Cancellation));
        Assert.Equal([failed.Id], await ListAsync());
    }

    [Fact]
    public async Task Two_processes_that_clean_up_at_once_do_no_harm()
    {
        for (var i = 0; i < 20; i++)
        {
            await RunAsync("chain");
        }

        _time.Advance(TimeSpan.FromDays(91));
        await using var second = await CreateWorldAsync();
        var both = await Task.WhenAll(
            Task.Run(() => Retention.SweepAsync(Cancellation)),
            Task.Run(() => ActivatorUtilities.CreateInstance<RunRetention>(second.Services).SweepAsync(Cancellation)));

        Assert.Equal(19, both.Sum());
        Assert.Equal([20], await ListAsync());
        Assert.Equal((1L, 2L, 2L, 4L), await CountRowsAsync());
    }

    [Fact]
    public async Task Whoever_looks_at_a_run_is_told_that_it_is_gone()
    {
        var old = await RunAsync("chain");
        await RunAsync("chain");
        var output = await _world.Get<BlockOutputStore>().GetAsync(old.Id, "a", "output_0", Cancellation);
        var changes = new List<RunChange>();
        using var subscription = _world.Get<RunEvents>().Subscribe(changes.Add);
        _time.Advance(TimeSpan.FromDays(91));

        await Retention.SweepAsync(Cancellation);

        Assert.Equal([new RunChange(old.Id, "p", "chain", RunChangeKind.Status)], changes);
        Assert.Throws<NotFoundException>(() => _world.Get<BlockOutputStore>().ResolvePath(output));
        await Assert.ThrowsAsync<NotFoundException>(() => _world.Get<RunLogStore>().CountAsync(old.Id, new RunLogFilter(), Cancellation));
    }

    [Fact]
    public async Task Outputs_of_no_run_go_after_a_day()
    {
        var run = await RunAsync("chain");
        WriteOutput("p/chain/999/a/1/output_0.json");
        WriteOutput("p/chain/notes/readme.txt");
        _time.SetUtcNow(TimeProvider.System.GetUtcNow().AddHours(23));
        Assert.Empty(await Orphans.SweepAsync(Cancellation));

        _time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(["p/chain/999"], await Orphans.SweepAsync(Cancellation));

        Assert.True(HasFiles(run));
        Assert.True(File.Exists(Path.Combine(_fixture.Options.DataPath, "outputs/p/chain/notes/readme.txt")));
        Assert.False(Directory.Exists(Path.Combine(_fixture.Options.DataPath, "outputs/p/chain/999")));
    }

    [Fact]
    public async Task Outputs_of_another_database_are_left_alone()
    {
        await using var others = new SqliteFixture();
        await using (var owner = await RunWorld.CreateAsync(others))
        {
            await new FolderOutputStorage(_fixture.Options).ClaimAsync(await owner.Get<RetentionStore>().GetDatabaseIdAsync(Cancellation), Cancellation);
        }

        WriteOutput("p/chain/999/a/1/output_0.json");
        _time.SetUtcNow(TimeProvider.System.GetUtcNow().AddDays(2));

        Assert.Empty(await Orphans.SweepAsync(Cancellation));
    }

    protected abstract Task<DatabaseFixture> CreateFixtureAsync();

    /// <summary>Blocks write a real file and two lines each.</summary>
    private async Task<RunWorld> CreateWorldAsync()
    {
        var world = await RunWorld.CreateAsync(_fixture, _time);
        foreach (var uuid in new[] { "a", "b" })
        {
            world.Host.Scripts[uuid] = (work, log, _) =>
            {
                Directory.CreateDirectory(work.OutputDirectory);
                File.WriteAllText(Path.Combine(work.OutputDirectory, "output_0.json"), "[]");
                log(new BlockLogLine(_time.GetUtcNow(), RunLogLevel.Info, "one"));
                log(new BlockLogLine(_time.GetUtcNow(), RunLogLevel.Info, "two"));
                return Task.FromResult(ScriptedBlockHost.Completed(ScriptedBlockHost.Json("output_0")));
            };
        }

        return world;
    }

    private async Task<PipelineRun> RunAsync(string pipeline)
    {
        _time.Advance(TimeSpan.FromMilliseconds(1));
        return await _world.RunAsync(pipeline);
    }

    private void WriteMetadata(string text)
    {
        File.WriteAllText(Path.Combine(_fixture.Options.ProjectsPath, "p", "metadata.yaml"), "project_type: standalone\n" + text);
        _time.Advance(TimeSpan.FromSeconds(5)); // What the catalog knows is at most a second old.
    }

    private void WriteOutput(string path)
    {
        var full = Path.Combine(_fixture.Options.DataPath, "outputs", path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, "[]");
    }

    private bool HasFiles(PipelineRun run) => Directory.Exists(Path.Combine(_fixture.Options.DataPath, "outputs", run.ProjectUuid, run.PipelineUuid, $"{run.Id}"));

    private async Task<IEnumerable<long>> ListAsync() =>
        (await _world.Runs.ListAsync(new PipelineRunFilter(Limit: 200), Cancellation)).Runs.Select(run => run.Id).Order();

    private async Task<(long Runs, long Blocks, long Outputs, long Lines)> CountRowsAsync()
    {
        var database = _world.Get<MetadataDatabase>();
        return (await CountAsync("pipeline_run"), await CountAsync("block_run"), await CountAsync("block_output"), await CountAsync("run_log"));

        async Task<long> CountAsync(string table) => (await database.QueryAsync<long>($"select count(*) from {table}", null, Cancellation)).Single();
    }
}

public sealed class SqliteRunRetentionTests : RunRetentionTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());
}

public sealed class PostgresRunRetentionTests : RunRetentionTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => PostgresFixture.CreateAsync();
}
