using Mlops.Core.Database;

namespace Mlops.Core.Tests.Database;

/// <summary>What both databases must do; a subclass says which one.</summary>
public abstract class MetadataDatabaseTests : IAsyncLifetime
{
    private DatabaseFixture _fixture = null!;
    private MetadataDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _fixture = await CreateFixtureAsync();
        _database = _fixture.Open();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _database.DisposeAsync();
        await _fixture.DisposeAsync();
    }

    [Fact]
    public async Task Two_processes_that_start_at_once_migrate_once()
    {
        await using var other = _fixture.Open();

        await Task.WhenAll(
            Task.Run(() => _database.MigrateAsync(TestContext.Current.CancellationToken)),
            Task.Run(() => other.MigrateAsync(TestContext.Current.CancellationToken)));

        var scripts = await _database.QueryAsync<string>("select scriptname from schema_version", null, TestContext.Current.CancellationToken);
        Assert.Equal(scripts.Distinct().Count(), scripts.Count);
        Assert.Equal([0L], await other.QueryAsync<long>("select count(*) from pipeline_run", null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Migrating_again_changes_nothing()
    {
        await _database.MigrateAsync(TestContext.Current.CancellationToken);
        await AddTriggerAsync("daily");
        await using var restarted = _fixture.Open();

        await restarted.MigrateAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["daily"], await restarted.QueryAsync<string>("select name from trigger", null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_script_of_a_lower_number_that_comes_later_is_applied()
    {
        await _database.MigrateAsync(TestContext.Current.CancellationToken);
        await AddTriggerAsync("daily");
        string[] asBefore =
        [
            "drop index pipeline_run_backfill", "drop index pipeline_run_backfill_status", "drop index pipeline_run_backfill_retry",
            "alter table pipeline_run drop column backfill_id", "alter table pipeline_run drop column backfill_instant",
            "alter table pipeline_run drop column is_retry_wanted", "drop table backfill", "delete from schema_version where scriptname like '%0008_backfills.sql'",
        ];
        await _database.WriteAsync(session => asBefore.Sum(statement => session.Execute(statement)), TestContext.Current.CancellationToken);
        await using var updated = _fixture.Open();

        await updated.MigrateAsync(TestContext.Current.CancellationToken);

        Assert.Equal([0L], await updated.QueryAsync<long>("select count(*) from backfill", null, TestContext.Current.CancellationToken));
        Assert.Equal(["daily"], await updated.QueryAsync<string>("select name from trigger", null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Writes_keep_the_order_of_the_calls()
    {
        await _database.MigrateAsync(TestContext.Current.CancellationToken);

        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => AddTriggerAsync($"t{i}")));

        var names = await _database.QueryAsync<string>("select name from trigger order by id", null, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"t{i}"), names);
    }

    [Fact]
    public async Task A_write_that_fails_harms_no_other_in_its_batch()
    {
        await _database.MigrateAsync(TestContext.Current.CancellationToken);
        using var gate = new ManualResetEventSlim();
        var blocker = _database.WriteAsync(_ => gate.Wait(TimeSpan.FromMinutes(1)), TestContext.Current.CancellationToken);
        var before = AddTriggerAsync("before");
        var poison = _database.WriteAsync(
            session => session.Execute("insert into trigger (project_uuid) values (null)"), TestContext.Current.CancellationToken);
        var after = AddTriggerAsync("after");
        gate.Set();

        Assert.True(await blocker);
        await Task.WhenAll(before, after);
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => poison);
        Assert.Equal(
            ["before", "after"],
            await _database.QueryAsync<string>("select name from trigger order by id", null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Disposing_writes_what_waits()
    {
        await _database.MigrateAsync(TestContext.Current.CancellationToken);
        var writes = Enumerable.Range(0, 300).Select(i => AddTriggerAsync($"t{i}")).ToList();

        await _database.DisposeAsync();

        Assert.All(await Task.WhenAll(writes), changed => Assert.Equal(1, changed));
        await using var restarted = _fixture.Open();
        Assert.Equal([300L], await restarted.QueryAsync<long>("select count(*) from trigger", null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_second_process_may_write_at_the_same_time()
    {
        await _database.MigrateAsync(TestContext.Current.CancellationToken);
        await using var other = _fixture.Open();

        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => AddTriggerAsync($"t{i}", i % 2 == 0 ? _database : other)));

        Assert.Equal([200L], await other.QueryAsync<long>("select count(*) from trigger", null, TestContext.Current.CancellationToken));
    }

    protected abstract Task<DatabaseFixture> CreateFixtureAsync();

    private Task<int> AddTriggerAsync(string name, MetadataDatabase? database = null) => (database ?? _database).WriteAsync(
        session => session.Execute(
            """
            insert into trigger (project_uuid, pipeline_uuid, name, schedule_type) values ('p', 'q', @name, 'time')
            on conflict (project_uuid, pipeline_uuid, name) do nothing
            """,
            new { name }),
        TestContext.Current.CancellationToken);
}

public sealed class SqliteDatabaseTests : MetadataDatabaseTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());
}

public sealed class PostgresDatabaseTests : MetadataDatabaseTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => PostgresFixture.CreateAsync();
}
