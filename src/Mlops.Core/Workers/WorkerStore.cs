using Dapper;
using Mlops.Core.Database;

namespace Mlops.Core.Workers;

/// <summary>The processes that take runs, in the metadata database. Bounded by the processes that were alive within a day.</summary>
internal sealed class WorkerStore(MetadataDatabase database, TimeProvider timeProvider)
{
    /// <summary>How long a lost process is shown.</summary>
    private static readonly TimeSpan LostShown = TimeSpan.FromHours(1);

    /// <summary>How long a row without heartbeat is kept.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    /// <summary>Renews the row of a process, makes it where there is none, and removes those that are too old.</summary>
    public Task BeatAsync(WorkerBeat beat) => database.WriteAsync(session => Beat(session, beat), CancellationToken.None);

    /// <summary>Removes the row of a process that stops.</summary>
    public Task RemoveAsync(string id) =>
        database.WriteAsync(session => session.Execute("delete from worker where id = @id", new { id }), CancellationToken.None);

    /// <summary>All processes heard of within an hour with the runs that they hold, by machine and start.</summary>
    public async Task<IReadOnlyList<Worker>> ListAsync(CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        await using var connection = await database.OpenReaderAsync(cancellationToken);
        var rows = (await connection.QueryAsync<WorkerRow>(new CommandDefinition(
            $"select {WorkerRow.Columns} from worker where heartbeat_at >= @since order by machine, started_at, id",
            new { since = (now - LostShown).ToMicroseconds() }, cancellationToken: cancellationToken))).AsList();
        if (rows.Count == 0)
        {
            return [];
        }

        var runs = await connection.QueryAsync<WorkerRunRow>(new CommandDefinition(
            $"""
            select held.id, held.project_uuid as ProjectUuid, held.pipeline_uuid as PipelineUuid, held.lease_owner as Owner, held.total
            from (
                select id, project_uuid, pipeline_uuid, lease_owner,
                    count(*) over (partition by lease_owner) as total, row_number() over (partition by lease_owner order by id) as place
                from pipeline_run
                where status = 'running' and lease_expires_at >= @now and {database.Dialect.IsAmong("lease_owner", "@owners")}) as held
            where held.place <= {Worker.RunLimit} order by held.lease_owner, held.place
            """,
            new { now = now.ToMicroseconds(), owners = rows.Select(row => row.Id).ToArray() }, cancellationToken: cancellationToken));
        var byOwner = runs.ToLookup(run => run.Owner, StringComparer.Ordinal);
        return [.. rows.Select(row => row.ToWorker([.. byOwner[row.Id]], now))];
    }

    private bool Beat(WriteSession session, WorkerBeat beat)
    {
        // The time of writing and not of asking: where the database was away in between, the process is not to be taken for lost.
        var now = timeProvider.GetStorableNow();
        session.Execute(
            """
            insert into worker (id, role, machine, process_id, version, started_at, heartbeat_at, slots, memory_bytes, state)
            values (@Id, @role, @Machine, @ProcessId, @Version, @startedAt, @now, @Slots, @MemoryBytes, @state)
            on conflict (id) do update set
                heartbeat_at = excluded.heartbeat_at, slots = excluded.slots, memory_bytes = excluded.memory_bytes, state = excluded.state
            """,
            new
            {
                beat.Id,
                role = WorkerRow.Word(beat.Role),
                beat.Machine,
                beat.ProcessId,
                beat.Version,
                startedAt = beat.StartedAt.ToMicroseconds(),
                now = now.ToMicroseconds(),
                beat.Slots,
                beat.MemoryBytes,
                state = WorkerRow.Word(beat.State),
            });
        session.Execute("delete from worker where heartbeat_at < @oldest", new { oldest = (now - Kept).ToMicroseconds() });
        return true;
    }
}
