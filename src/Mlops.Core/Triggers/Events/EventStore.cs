using System.Text.Json;
using Mlops.Core.Database;
using Mlops.Core.Runs;

namespace Mlops.Core.Triggers.Events;

/// <summary>
/// Which events had their run. An event's key is inserted in the transaction that inserts its run, so that there is one, however many processes find the
/// event and whenever one of them dies.
/// </summary>
internal sealed class EventStore(MetadataDatabase database, TimeProvider timeProvider)
{
    /// <summary>How long keys are kept of what is not there any more: longer than any source goes back.</summary>
    private static readonly TimeSpan KeyAge = TimeSpan.FromDays(30);

    /// <summary>Keys that one write notes or removes, so that a folder of many files holds up nobody's transition.</summary>
    private const int Bite = 5_000;

    /// <summary>The triggers whose events count, by id.</summary>
    public Task<IReadOnlyList<ArmedTrigger>> ListAsync(CancellationToken cancellationToken) => database.QueryAsync<ArmedTrigger>(
        "select id, content_hash as ContentHash, event_since as EventSince from trigger where event_since is not null order by id", null, cancellationToken);

    /// <summary>A trigger as it is; null where it is not as it was when it was listed.</summary>
    public async Task<TriggerRow?> FindAsync(ArmedTrigger armed, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<TriggerRow>(
            $"select {TriggerRow.Columns} from trigger where id = @Id and content_hash = @ContentHash and event_since = @EventSince",
            new { armed.Id, armed.ContentHash, armed.EventSince }, cancellationToken);
        return rows is [var row] ? row : null;
    }

    /// <summary>The keys that a trigger is done with.</summary>
    public async Task<HashSet<string>> ListKeysAsync(long triggerId, CancellationToken cancellationToken) =>
        [.. await database.QueryAsync<string>("select event_key from trigger_event where trigger_id = @triggerId", new { triggerId }, cancellationToken)];

    /// <summary>Where a trigger stands; null for the beginning.</summary>
    public async Task<string?> FindPositionAsync(long triggerId, CancellationToken cancellationToken) =>
        (await database.QueryAsync<string?>("select event_position from trigger where id = @triggerId", new { triggerId }, cancellationToken)) is [var position] ? position : null;

    /// <summary>Notes what was there before events of a trigger count, and where they begin.</summary>
    /// <returns>False where the trigger is another one by now, or another process has noted it or is about to.</returns>
    public async Task<bool> BeginAsync(TriggerRow row, IReadOnlyList<string> keys, string? position, CancellationToken cancellationToken)
    {
        // Keys first: killed before the last write, the beginning is made again.
        foreach (var some in keys.Chunk(Bite))
        {
            if (!await database.WriteAsync(session => IsStill(session, row) && Note(session, row.Id, some) >= 0, cancellationToken))
            {
                return false;
            }
        }

        return await database.WriteAsync(
            session => IsStill(session, row) && session.Execute(
                "update trigger set event_begun_at = event_since, event_position = @position where id = @Id and event_begun_at is distinct from event_since",
                new { row.Id, position }) == 1,
            cancellationToken);
    }

    /// <summary>Takes an event, for use in the operation that inserts its run.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="row">The trigger.</param>
    /// <param name="found">The event.</param>
    /// <param name="position">Where the trigger stands; null for the beginning.</param>
    /// <param name="outcome">What became of it.</param>
    public RunAdmission Take(WriteSession session, TriggerRow row, FoundEvent found, string? position, out EventOutcome outcome)
    {
        // Two processes that insert the same keys in different orders would wait for each other: whoever has the trigger's row goes first.
        if (!IsStill(session, row))
        {
            outcome = EventOutcome.Busy;
            return RunAdmission.Refused;
        }

        if (!(found.Position is null ? Note(session, row.Id, [found.Key]) == 1 : Move(session, row.Id, position, found.Position)))
        {
            outcome = EventOutcome.Known;
            return RunAdmission.Refused;
        }

        outcome = EventOutcome.Taken;
        return TriggerSettings.Read(row.Settings).SkipIfPreviousRunning && TriggerClaims.FindSkip(session, row.Id) is { } reason
            ? RunAdmission.Skipped(reason)
            : RunAdmission.Taken;
    }

    /// <summary>Notes why events of a trigger cannot be taken up, or that they can.</summary>
    /// <returns>False where another process is at the trigger, or it is another one by now.</returns>
    public Task<bool> SetProblemAsync(TriggerRow row, string? problem, CancellationToken cancellationToken) => database.WriteAsync(
        session => IsStill(session, row) && session.Execute("update trigger set problem = @problem where id = @Id", new { row.Id, problem }) == 1,
        cancellationToken);

    /// <summary>Forgets old keys of a trigger.</summary>
    /// <param name="triggerId">The trigger.</param>
    /// <param name="gone">Those of which nothing is there any more; null for all that are old.</param>
    /// <param name="cancellationToken">Gives up between two pieces.</param>
    public async Task PruneAsync(long triggerId, IReadOnlyCollection<string>? gone, CancellationToken cancellationToken)
    {
        var before = (timeProvider.GetUtcNow() - KeyAge).ToMicroseconds();
        if (gone is null)
        {
            await database.WriteAsync(session => session.Execute("delete from trigger_event where trigger_id = @triggerId and noted_at < @before", new { triggerId, before }), cancellationToken);
            return;
        }

        foreach (var some in gone.Chunk(Bite))
        {
            var keys = ToJson(some);
            await database.WriteAsync(
                session => session.Execute(
                    $"""
                    delete from trigger_event
                    where trigger_id = @triggerId and noted_at < @before and event_key in (select item.value ->> 'key' from {session.Dialect.JsonItems("@keys")})
                    """,
                    new { triggerId, before, keys }),
                cancellationToken);
        }
    }

    /// <summary>Forgets keys of triggers whose events do not count any more: these begin anew if ever they do.</summary>
    public Task PruneIdleAsync(CancellationToken cancellationToken) => database.WriteAsync(
        session => session.Execute(
            """
            delete from trigger_event where trigger_id in (
                select id from trigger where event_since is null and exists (select 1 from trigger_event as kept where kept.trigger_id = trigger.id))
            """),
        cancellationToken);

    private static bool IsStill(WriteSession session, TriggerRow row) => session.QueryFirst<long?>(
        $"select id from trigger where id = @Id and content_hash = @ContentHash and event_since = @EventSince {session.Dialect.ForUpdateIfFree}",
        new { row.Id, row.ContentHash, row.EventSince }) is not null;

    /// <returns>How many of them are new.</returns>
    private int Note(WriteSession session, long triggerId, string[] keys) => session.Execute(
        $"""
        insert into trigger_event (trigger_id, event_key, noted_at)
        select @triggerId, item.value ->> 'key', @now from {session.Dialect.JsonItems("@keys")} where true
        on conflict do nothing
        """,
        new { triggerId, now = timeProvider.GetUtcNow().ToMicroseconds(), keys = ToJson(keys) });

    private static bool Move(WriteSession session, long triggerId, string? from, string to) => session.Execute(
        "update trigger set event_position = @to where id = @triggerId and event_position is not distinct from @from", new { triggerId, from, to }) == 1;

    private static string ToJson(string[] keys) => JsonSerializer.Serialize(keys.Select(key => new { key }));

    /// <summary>A trigger whose events count.</summary>
    internal sealed record ArmedTrigger
    {
        public long Id { get; init; }
        public string ContentHash { get; init; } = "";
        public long EventSince { get; init; }
    }
}

/// <summary>What became of an event.</summary>
internal enum EventOutcome
{
    /// <summary>It has its run now.</summary>
    Taken,

    /// <summary>It had its run, or needs none.</summary>
    Known,

    /// <summary>Another process is at this trigger, or it is another one by now: worth another look.</summary>
    Busy,
}
