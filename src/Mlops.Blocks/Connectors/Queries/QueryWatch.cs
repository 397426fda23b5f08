using System.Text.Json;
using Mlops.Blocks.Connectors.Postgres;
using Mlops.Core.Triggers.Events;
using Mlops.Sdk;
using Npgsql;
using NpgsqlTypes;

namespace Mlops.Blocks.Connectors.Queries;

/// <summary>Finds rows beyond the greatest value of a column that was seen; looks at intervals, and at once where the database tells of rows on a channel.</summary>
internal sealed class QueryWatch(WatchedEvents trigger, Func<CancellationToken, Task<PostgresConnection>> open, Action wake, TimeProvider timeProvider) : IEventWatch
{
    private static readonly TimeSpan UsualInterval = TimeSpan.FromSeconds(30);

    private QueryListener? _listener;

    public async Task<EventLook> LookAsync(EventStand from, CancellationToken cancellationToken)
    {
        var connection = await open(cancellationToken);

        // Listening begins before the look: rows that come in between are told of, or seen.
        if (trigger.Settings.Text("channel") is { } channel && _listener is not { IsListening: true })
        {
            _listener?.Dispose();
            _listener = await QueryListener.StartAsync(connection, channel, wake, cancellationToken);
        }

        try
        {
            var (count, greatest) = await connection.UseAsync("be asked for rows", open => AskAsync(open, connection.Schema, from.Position, cancellationToken), cancellationToken);
            var next = trigger.Settings.Seconds(EventKey.Interval.Name, UsualInterval);
            return from.IsBeginning ? new EventLook([], TimeSpan.Zero) { Position = greatest }
                : greatest is null ? new EventLook([], next)
                : new EventLook([ToEvent(from.Position, greatest, count)], next);
        }
        catch (ConnectionException exception)
        {
            throw new EventException(exception.Message, exception);
        }
    }

    public void Dispose() => _listener?.Dispose();

    private FoundEvent ToEvent(string? from, string to, long count) => new(to, timeProvider.GetUtcNow(), () => new Dictionary<string, JsonElement>
    {
        ["type"] = JsonSerializer.SerializeToElement("query"),
        ["connection"] = JsonSerializer.SerializeToElement(trigger.Settings.Text("connection")),
        ["column"] = JsonSerializer.SerializeToElement(trigger.Settings.Text("column")),
        ["from"] = JsonSerializer.SerializeToElement(from),
        ["to"] = JsonSerializer.SerializeToElement(to),
        ["count"] = JsonSerializer.SerializeToElement(count),
    })
    {
        Position = to,
    };

    /// <returns>How many rows there are beyond a position, and the greatest value among them as text; null where there are none.</returns>
    private async Task<(long Count, string? Greatest)> AskAsync(NpgsqlConnection connection, string? schema, string? position, CancellationToken cancellationToken)
    {
        var column = TableName.Quote(trigger.Settings.Text("column")!);
        var rows = trigger.Settings.Text("table") is { } table
            ? $"select {column} from {TableName.Parse(table, schema).Quoted}"
            : trigger.Settings.Text("query")!.TrimEnd().TrimEnd(';');
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var path = schema is null ? "" : $"; set local search_path to {TableName.Quote(schema)}";
        await using (var settings = new NpgsqlCommand($"set transaction read only; set local statement_timeout = '30s'; set local timezone = 'UTC'; set local datestyle = 'ISO'{path}", connection, transaction))
        {
            await settings.ExecuteNonQueryAsync(cancellationToken);
        }

        // The parameter has the type of the column, whatever that is: its text is what the database wrote itself.
        var beyond = position is null ? "" : $" where rows.{column} > $1";
        await using var command = new NpgsqlCommand($"select count(rows.{column}), cast(max(rows.{column}) as text) from (\n{rows}\n) as rows{beyond}", connection, transaction);
        if (position is not null)
        {
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Unknown, Value = position });
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), await reader.IsDBNullAsync(1, cancellationToken) ? null : reader.GetString(1));
    }
}
