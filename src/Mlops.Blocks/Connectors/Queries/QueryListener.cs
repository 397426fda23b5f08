using System.Net.Sockets;
using Mlops.Blocks.Connectors.Postgres;
using Mlops.Core.Triggers.Events;
using Npgsql;

namespace Mlops.Blocks.Connectors.Queries;

/// <summary>Hears on a channel of PostgreSQL (<c>NOTIFY</c>) that there is something to be looked for, on a connection of its own, until that breaks.</summary>
internal sealed class QueryListener : IDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly NpgsqlConnection _connection;
    private volatile bool _isOver;

    private QueryListener(NpgsqlConnection connection) => _connection = connection;

    /// <summary>Whether it still hears; where not, another one is to be started.</summary>
    public bool IsListening => !_isOver;

    /// <summary>Listens from when this returns.</summary>
    /// <exception cref="EventException">The database cannot be reached or refused.</exception>
    public static async Task<QueryListener> StartAsync(PostgresConnection database, string channel, Action told, CancellationToken cancellationToken)
    {
        var connection = database.CreateListener();
        try
        {
            await connection.OpenAsync(cancellationToken);
            connection.Notification += (_, _) => told();
            await using var command = new NpgsqlCommand($"listen {TableName.Quote(channel)}", connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is NpgsqlException or SocketException or IOException or TimeoutException)
        {
            await connection.DisposeAsync();
            throw new EventException($"The connection {database.DisplayName} could not listen on the channel '{channel}': {exception.Message}", exception);
        }

        var listener = new QueryListener(connection);
        _ = listener.ListenAsync(told);
        return listener;
    }

    public void Dispose()
    {
        _ending.Cancel();
        _ending.Dispose();
    }

    private async Task ListenAsync(Action told)
    {
        try
        {
            while (true)
            {
                await _connection.WaitAsync(_ending.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or NpgsqlException or SocketException or IOException or ObjectDisposedException)
        {
            // Ended, or broken: the next look listens again, and is asked for now.
            _isOver = true;
            if (!_ending.IsCancellationRequested)
            {
                told();
            }
        }
        finally
        {
            await _connection.DisposeAsync();
        }
    }
}
