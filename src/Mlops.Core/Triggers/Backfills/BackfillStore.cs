using System.Text.Json;
using Mlops.Core.Database;
using Mlops.Core.Runs;

namespace Mlops.Core.Triggers.Backfills;

/// <summary>Backfills in the metadata database, as people make, see and steer them. Their runs are made by <see cref="BackfillFiller"/>.</summary>
internal sealed class BackfillStore(MetadataDatabase database, RunEvents events, TimeProvider timeProvider)
{
    /// <summary>While another process makes runs of a backfill, its row is not waited for in the transaction, but outside of it.</summary>
    private static readonly TimeSpan BusyDelay = TimeSpan.FromMilliseconds(50);
    private const int BusyTries = 200;

    /// <summary>Inserts a backfill.</summary>
    public async Task<BackfillRow> InsertAsync(BackfillWish wish, long count, string zone, CancellationToken cancellationToken)
    {
        var requestId = Guid.NewGuid().ToString("N");
        var values = new
        {
            requestId,
            wish.ProjectUuid,
            wish.PipelineUuid,
            name = wish.Name!,
            startAt = wish.Span.Start.ToMicroseconds(),
            endAt = wish.Span.End.ToMicroseconds(),
            wish.Span.IntervalType,
            wish.Span.IntervalUnits,
            zone,
            variables = JsonSerializer.Serialize(wish.Variables, RunJson.Default.IReadOnlyDictionaryStringJsonElement),
            wish.MaxConcurrentRuns,
            count,
            now = timeProvider.GetStorableNow().ToMicroseconds(),
        };
        var row = await database.RequestAsync(session => BackfillSql.Insert(session, requestId, values), cancellationToken);
        events.Publish(row.Change);
        return row;
    }

    /// <summary>The backfill; null where there is none.</summary>
    public async Task<BackfillRow?> FindAsync(long id, CancellationToken cancellationToken) =>
        await database.QueryAsync<BackfillRow>($"select {BackfillRow.Columns} from backfill where id = @id", new { id }, cancellationToken) is [var row] ? row : null;

    /// <summary>Those that a filter lets through, newest first.</summary>
    public Task<IReadOnlyList<BackfillRow>> ListAsync(BackfillFilter filter, CancellationToken cancellationToken) => database.QueryAsync<BackfillRow>(
        $"select {BackfillRow.Columns} from backfill where {filter.ToConditions()} order by id desc limit @limit", filter.ToParameters(), cancellationToken);

    /// <summary>The runs of backfills by where they stand.</summary>
    public async Task<IReadOnlyDictionary<long, BackfillCounts>> CountRunsAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<CountRow>(
            $"""
            select backfill_id as BackfillId, status, count(*) as Count from pipeline_run
            where backfill_id is not null and {database.Dialect.IsAmong("backfill_id", "@ids")} group by backfill_id, status
            """,
            new { ids = ids.ToArray() }, cancellationToken);
        return rows.GroupBy(row => row.BackfillId).ToDictionary(group => group.Key, group => new BackfillCounts(
            Of(group, "initial"), Of(group, "running"), Of(group, "completed"), Of(group, "failed"), Of(group, "cancelled")));

        static long Of(IEnumerable<CountRow> rows, string status) => rows.FirstOrDefault(row => row.Status == status)?.Count ?? 0;
    }

    /// <summary>The runs of a backfill between two instants, both included.</summary>
    public Task<IReadOnlyList<BackfillRunRow>> ListRunsAsync(long id, DateTimeOffset first, DateTimeOffset last, CancellationToken cancellationToken) =>
        database.QueryAsync<BackfillRunRow>(
            "select id, status, backfill_instant as Instant from pipeline_run where backfill_id = @id and backfill_instant between @first and @last",
            new { id, first = first.ToMicroseconds(), last = last.ToMicroseconds() }, cancellationToken);

    /// <summary>Makes runs from an instant on to an end be made.</summary>
    /// <returns>The backfill as it was before, which says whether it could be; null where there is none.</returns>
    public Task<BackfillRow?> StartAsync(long id, long from, long until, CancellationToken cancellationToken) => ChangeAsync(
        id,
        (session, row) => row.Status != "running" && Restart(session, id, from, until),
        cancellationToken);

    /// <summary>Makes those runs of a part of it be run again that failed or were cancelled.</summary>
    /// <returns>How many; and the backfill as it was before, null where there is none.</returns>
    public async Task<(BackfillRow? Row, int Count)> RetryAsync(long id, long from, long until, CancellationToken cancellationToken)
    {
        var count = 0;
        var row = await ChangeAsync(
            id,
            (session, before) =>
            {
                count = Math.Max(count, session.Execute(
                    """
                    update pipeline_run set is_retry_wanted = true
                    where backfill_id = @id and status in ('failed', 'cancelled') and backfill_instant >= @from and backfill_instant < @until
                    """,
                    new { id, from, until }));
                return count > 0 && (before.Status == "running" || Restart(session, id, null, null));
            },
            cancellationToken);
        return (row, count);
    }

    /// <summary>Makes no more runs of it, and notes the wish to cancel those that are open.</summary>
    /// <returns>Its runs that were open; and the backfill as it was before, null where there is none.</returns>
    public async Task<(BackfillRow? Row, IReadOnlyList<long> Open)> CancelAsync(long id, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetStorableNow();
        var open = new HashSet<long>();
        var row = await ChangeAsync(
            id,
            (session, before) =>
            {
                foreach (var run in session.Query<long>("select id from pipeline_run where backfill_id = @id and status in ('initial', 'running') order by id", new { id }))
                {
                    open.Add(run);
                    RunCancelSql.Request(session, run, now);
                }

                session.Execute("update pipeline_run set is_retry_wanted = false where backfill_id = @id and is_retry_wanted", new { id });
                return session.Execute(
                    """
                    update backfill set status = 'cancelled', next_at = null, run_until = null, completed_at = @now
                    where id = @id and status in ('initial', 'running')
                    """,
                    new { id, now = now.ToMicroseconds() }) > 0;
            },
            cancellationToken);
        return (row, [.. open]);
    }

    /// <summary>Removes a backfill that does not run; its runs stay, and belong to none.</summary>
    /// <returns>The backfill as it was before; null where there is none.</returns>
    public Task<BackfillRow?> DeleteAsync(long id, CancellationToken cancellationToken) => ChangeAsync(
        id,
        (session, row) =>
        {
            if (row.Status == "running" || BackfillSql.CountOpen(session, id) > 0)
            {
                return false;
            }

            session.Execute("update pipeline_run set backfill_id = null, backfill_instant = null, is_retry_wanted = false where backfill_id = @id", new { id });
            return session.Execute("delete from backfill where id = @id", new { id }) > 0;
        },
        cancellationToken);

    /// <summary>Notes why no run of it can be made; it goes on when somebody starts it again.</summary>
    public Task FailAsync(long id, string error, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetStorableNow().ToMicroseconds();
        return ChangeAsync(
            id,
            (session, _) => session.Execute(
                "update backfill set status = 'failed', error = @error, completed_at = @now, next_at = null, run_until = null where id = @id and status = 'running'",
                new { id, error, now }) > 0,
            cancellationToken);
    }

    private bool Restart(WriteSession session, long id, long? from, long? until) => session.Execute(
        """
        update backfill set status = 'running', next_at = @from, run_until = @until, error = null, completed_at = null, started_at = coalesce(started_at, @now)
        where id = @id
        """,
        new { id, from, until, now = timeProvider.GetStorableNow().ToMicroseconds() }) > 0;

    /// <summary>Changes a backfill under its lock, and tells everybody where that did something.</summary>
    private async Task<BackfillRow?> ChangeAsync(long id, Func<WriteSession, BackfillRow, bool> change, CancellationToken cancellationToken)
    {
        // The first time is what counts where the answer to it was lost: the second time everything is changed already.
        BackfillRow? first = null;
        for (var tries = 0; tries < BusyTries; tries++)
        {
            var isBusy = await database.RequestAsync(
                session =>
                {
                    if (BackfillSql.Take(session, id) is not { } row)
                    {
                        return session.QueryFirst<long?>("select id from backfill where id = @id", new { id }) is not null;
                    }

                    first ??= row;
                    if (change(session, row))
                    {
                        BackfillSql.Tell(session, row);
                    }

                    return false;
                },
                cancellationToken);
            if (!isBusy)
            {
                if (first is not null)
                {
                    events.Publish(first.Change);
                }

                return first;
            }

            await Task.Delay(BusyDelay, TimeProvider.System, cancellationToken); // The other process lives by the real clock.
        }

        throw new InvalidRequestException("conflict", [$"Backfill {id} is being worked on by another server. Try again in a moment."]);
    }

    private sealed class CountRow
    {
        public long BackfillId { get; init; }
        public string Status { get; init; } = "";
        public long Count { get; init; }
    }
}
