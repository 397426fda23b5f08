using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Mlops.Core.Database;
using Mlops.Core.Tests.Runs;
using Mlops.Testing;
using Npgsql;

namespace Mlops.Core.Tests.Database;

/// <summary>A PostgreSQL server that is stopped and started again.</summary>
public sealed class DatabaseHealthTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<bool> _changes = [];
    private OwnPostgres _server = null!;
    private MetadataDatabase _database = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await OwnPostgres.StartAsync();
        var settings = new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Password = "geheim" };
        _database = new MetadataDatabase(
            new MlopsCoreOptions { ProjectsPath = "/", DataPath = "/", Database = settings.ConnectionString }, TimeProvider.System,
            NullLogger<MetadataDatabase>.Instance);
        await _database.MigrateAsync(Cancellation);
        _database.Health.Changed += () => _changes.Enqueue(_database.Health.Outage is not null);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_write_notices_that_the_database_is_away_and_lands_when_it_is_back()
    {
        Assert.Equal(1, await AddTriggerAsync("before"));
        Assert.Null(_database.Health.Outage);

        await _server.StopAsync();
        var write = AddTriggerAsync("during");
        await Until.TrueAsync(() => Task.FromResult(_database.Health.Outage is not null));
        var outage = _database.Health.Outage!;
        Assert.False(write.IsCompleted);
        Assert.NotEmpty(outage.Reason);
        Assert.DoesNotContain("geheim", outage.Reason, StringComparison.Ordinal);

        await _server.StartAgainAsync();
        Assert.Equal(1, await write);
        Assert.Null(_database.Health.Outage);
        Assert.Equal([true, false], _changes);
        Assert.Equal([2L], await _database.QueryAsync<long>("select count(*) from trigger", null, Cancellation));
    }

    [Fact]
    public async Task A_read_notices_it_too_fails_at_once_and_notices_when_it_is_back()
    {
        await _database.PingAsync(Cancellation);
        await _server.StopAsync();

        var error = await Record.ExceptionAsync(() => _database.PingAsync(Cancellation));
        Assert.True(DatabaseHealth.IsAway(error!), $"{error}");
        Assert.NotNull(_database.Health.Outage);
        await Assert.ThrowsAnyAsync<Exception>(async () => await _database.OpenReaderAsync(Cancellation));

        await _server.StartAgainAsync();
        await Until.TrueAsync(async () => await Record.ExceptionAsync(() => _database.PingAsync(Cancellation)) is null);
        Assert.Null(_database.Health.Outage);
        Assert.Equal([true, false], _changes);
    }

    [Fact]
    public async Task An_answer_that_is_an_error_is_an_answer()
    {
        var error = await Record.ExceptionAsync(() => _database.QueryAsync<long>("select nonsense", null, Cancellation));

        Assert.IsType<PostgresException>(error);
        Assert.False(DatabaseHealth.IsAway(error));
        Assert.Null(_database.Health.Outage);
    }

    private Task<int> AddTriggerAsync(string name) => _database.WriteAsync(
        session => session.Execute(
            "insert into trigger (project_uuid, pipeline_uuid, name, schedule_type) values ('p', 'q', @name, 'time') on conflict do nothing", new { name }),
        Cancellation);
}
