using Mlops.Testing;
using Npgsql;

namespace Mlops.Core.Tests.Testing;

public sealed class PostgresDatabaseTests
{
    [Fact]
    public async Task A_database_is_empty_its_own_and_gone_afterwards()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var database = await PostgresDatabase.CreateAsync(cancellationToken);
        await using (var other = await PostgresDatabase.CreateAsync(cancellationToken))
        {
            Assert.NotEqual(other.ConnectionString, database.ConnectionString);
            await ExecuteAsync(database, "create table t (id int)");
            await ExecuteAsync(other, "create table t (id int)");
        }

        await database.DisposeAsync();
        await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(database, "select 1"));
    }

    private static async Task ExecuteAsync(PostgresDatabase database, string sql)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
