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
    /// <param name="settings">Settings of the server, such as <c>synchronous_commit=on</c>, without which a crash may lose what was committed.</param>
    public static async Task<OwnPostgres> StartAsync(params string[] settings)
    {
        var (process, connectionString) = await PostgresCluster.LaunchAsync(settings);
        return new OwnPostgres(process, connectionString);
    }

    /// <summary>Stops the server as an administrator would; who is connected loses the connection. Returns when it is down.</summary>
    public Task StopAsync() => OrderAsync("stop");

    /// <summary>Starts the stopped server. Returns when it answers.</summary>
    public Task StartAgainAsync() => OrderAsync("start");

    /// <summary>Kills every process of the server at once. Returns when they are gone; <see cref="StartAgainAsync"/> recovers the data.</summary>
    public Task CrashAsync() => OrderAsync("crash");

    /// <summary>Halts every process of the server, so that it gives no answer but keeps its connections.</summary>
    public Task PauseAsync() => OrderAsync("pause");

    /// <summary>Lets the halted server go on.</summary>
    public Task ResumeAsync() => OrderAsync("resume");

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
