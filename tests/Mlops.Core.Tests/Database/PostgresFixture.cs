using Mlops.Testing;

namespace Mlops.Core.Tests.Database;

/// <summary>A PostgreSQL database of a test's own.</summary>
public sealed class PostgresFixture : DatabaseFixture
{
    private readonly PostgresDatabase _database;

    private PostgresFixture(PostgresDatabase database)
        : base(database.ConnectionString) => _database = database;

    public static async Task<DatabaseFixture> CreateAsync() => new PostgresFixture(await PostgresDatabase.CreateAsync());

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _database.DisposeAsync();
    }
}
