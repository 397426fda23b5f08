using Mlops.Testing;
using Npgsql;

namespace Mlops.Benchmarks.Engine;

/// <summary>A PostgreSQL server of this program that syncs every commit to disk; started at first use.</summary>
internal sealed class DurablePostgres : IAsyncDisposable
{
    private readonly Lazy<Task<OwnPostgres>> _server = new(() => OwnPostgres.StartAsync("fsync=on", "synchronous_commit=on", "full_page_writes=on"));
    private int _databases;

    /// <summary>Makes an empty database; returns the connection string of its owner.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var server = await _server.Value;
        var name = $"bench_{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"create database {name}", connection);
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name }.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated)
        {
            await (await _server.Value).DisposeAsync();
        }
    }
}
