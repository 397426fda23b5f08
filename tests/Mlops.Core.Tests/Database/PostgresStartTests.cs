using Microsoft.Extensions.Time.Testing;
using Mlops.Core.Database;
using Mlops.Testing;
using Npgsql;

namespace Mlops.Core.Tests.Database;

public sealed class PostgresStartTests
{
    [Fact]
    public async Task A_database_that_is_not_there_is_told_at_once_and_without_the_password()
    {
        var settings = new NpgsqlConnectionStringBuilder(await PostgresCluster.ConnectionStringAsync()) { Database = "no_such_database", Password = "geheim" };
        await using var database = Open(settings.ConnectionString, TimeProvider.System);

        var error = await Assert.ThrowsAsync<DatabaseException>(() => database.MigrateAsync(TestContext.Current.CancellationToken));

        Assert.Contains("no_such_database", error.Message, StringComparison.Ordinal);
        Assert.Contains("MLOPS_DATABASE", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_up_is_waited_for_thirty_seconds()
    {
        var time = new FakeTimeProvider();

        // Port 1 is closed everywhere.
        await using var database = Open("Host=127.0.0.1;Port=1;Username=x;Database=x", time);
        var migration = database.MigrateAsync(TestContext.Current.CancellationToken);
        var start = time.GetTimestamp();
        while (!migration.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }

        await Assert.ThrowsAsync<DatabaseException>(() => migration);
        Assert.True(time.GetElapsedTime(start) > TimeSpan.FromSeconds(30));
    }

    private static MetadataDatabase Open(string connectionString, TimeProvider timeProvider) => new(
        new MlopsCoreOptions { ProjectsPath = "/", DataPath = "/", Database = connectionString }, timeProvider,
        Microsoft.Extensions.Logging.Abstractions.NullLogger<MetadataDatabase>.Instance);
}
