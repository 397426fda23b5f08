using System.Diagnostics;
using Npgsql;

namespace Mlops.Testing;

/// <summary>A PostgreSQL server of one test alone, which can be stopped and started again with the same data.</summary>
public sealed class OwnPostgres : IAsyncDisposable
{
    private readonly Process _process;

    private OwnPostgres(Process process, string connectionString) => (_process, ConnectionString) = (process, connectionString);

    /// <summary>Connection string of a superuser.</summary>
    public string ConnectionString { get; }

    /// <summary>Makes one that runs.</summary>
    /// <param name="isDurable">Whether commits are synced to disk: for those who measure. Tests lose nothing but time by it.</param>
    public static async Task<OwnPostgres> StartAsync(bool isDurable = false)
    {
        var (process, connectionString) = await PostgresCluster.LaunchAsync(isDurable);
        return new OwnPostgres(process, connectionString);
    }

    /// <summary>Stops the server as an administrator would; who is connected loses the connection. Returns when it is down.</summary>
    public Task StopAsync() => OrderAsync("stop");

    /// <summary>Starts the stopped server. Returns when it answers.</summary>
    public Task StartAgainAsync() => OrderAsync("start");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await using (var connection = new NpgsqlConnection(ConnectionString))
        {
            NpgsqlConnection.ClearPool(connection);
        }

        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task OrderAsync(string order)
    {
        await _process.StandardInput.WriteLineAsync(order);
        await _process.StandardInput.FlushAsync();
        _ = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"PostgreSQL ended when it was told to {order}");
    }
}
