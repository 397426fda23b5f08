using System.Globalization;
using Mlops.Core.Database;
using Mlops.Core.Runs;

namespace Mlops.Core.Triggers.Backfills;

/// <summary>
/// One step of a backfill, executed in one transaction under the lock of its row: makes runs for its next instants while fewer are open than may be, moves
/// on behind them, and ends it after the last one. Executed twice, it finds what it made the first time.
/// </summary>
/// <param name="id">The backfill.</param>
/// <param name="template">A run of its pipeline as it is now; null where only runs that are there are looked after.</param>
/// <param name="newLease">Gives runs a lease of this process, which executes them itself; null to leave them to workers.</param>
/// <param name="now">The time.</param>
internal sealed class BackfillStep(long id, NewPipelineRun? template, Func<RunLease>? newLease, DateTimeOffset now)
{
    /// <summary>Instants that are compared with the runs that are there at a time, and how often in one transaction.</summary>
    private const int PageSize = 500;
    private const int MaxPages = 10;

    /// <summary>Runs that are made in one transaction; other writers wait for it.</summary>
    private const int MaxRuns = 50;

    private readonly string _blocks = template is null ? "" : RunInsertSql.Serialize(template.Blocks);
    private readonly Dictionary<string, RunLease> _leases = new(StringComparer.Ordinal);
    private readonly HashSet<string> _requests = new(StringComparer.Ordinal);
    private readonly HashSet<long> _reset = [];

    /// <summary>Makes the step.</summary>
    public BackfillStepResult Execute(WriteSession session)
    {
        if (BackfillSql.Take(session, id) is not { } row)
        {
            return new BackfillStepResult(IsBusy: true, IsMore: false, IsOver: false, []);
        }

        if (row.Status != "running")
        {
            return new BackfillStepResult(IsBusy: false, IsMore: false, IsOver: true, FindMade(session));
        }

        var free = Math.Min(MaxRuns, row.MaxConcurrentRuns - BackfillSql.CountOpen(session, id));
        free -= Retry(session, free);
        var isMore = row.NextAt is { } next && template is not null && Fill(session, row, Timestamps.FromMicroseconds(next), free);
        return new BackfillStepResult(IsBusy: false, isMore, IsOver: !isMore && TryEnd(session), FindMade(session));
    }

    private long Retry(WriteSession session, long free)
    {
        var wanted = session.Query<long>(
            "select id from pipeline_run where backfill_id = @id and is_retry_wanted order by backfill_instant limit @limit", new { id, limit = Math.Max(0, free) });
        foreach (var run in wanted)
        {
            TryReset(session, run);
        }

        return wanted.Count;
    }

    private void TryReset(WriteSession session, long run)
    {
        try
        {
            var reset = RunResetSql.Reset(session, run, fromBlock: null)!;
            _reset.Add(run);
            RunNotices.Tell(session, RunNoticeKind.Waiting, new RunChange(run, reset.ProjectUuid, reset.PipelineUuid, RunChangeKind.Status));
        }
        catch (InvalidRequestException)
        {
            // Somebody retried it by hand meanwhile, or nothing of it can be run again: it stays as it is.
            session.Execute("update pipeline_run set is_retry_wanted = false where id = @run", new { run });
        }
    }

    /// <summary>Makes runs from an instant on.</summary>
    /// <returns>Whether it goes on at once: this was only as much as one transaction is to do.</returns>
    private bool Fill(WriteSession session, BackfillRow row, DateTimeOffset next, long free)
    {
        var intervals = row.ReadIntervals();
        var until = Timestamps.FromMicroseconds(row.RunUntil ?? row.EndAt);
        var made = 0;
        DateTimeOffset? position = next;
        for (var pages = 0; position is { } from && made < free && pages < MaxPages; pages++)
        {
            var page = intervals.From(from).TakeWhile(instant => instant < until).Take(PageSize + 1).ToList();
            position = FillPage(session, intervals, page, free, ref made);
        }

        session.Execute(
            "update backfill set next_at = @position, run_count = run_count + @made where id = @id",
            new { id, position = position?.ToMicroseconds(), made });
        return position is not null && (made < free || made == MaxRuns);
    }

    /// <summary>Makes the runs of a page that are not there yet.</summary>
    /// <returns>The instant after the last one that has its run; null for none.</returns>
    private DateTimeOffset? FillPage(WriteSession session, BackfillIntervals intervals, List<DateTimeOffset> page, long free, ref int made)
    {
        var count = Math.Min(page.Count, PageSize);
        if (count == 0)
        {
            return null;
        }

        var there = session.Query<long>(
            "select backfill_instant from pipeline_run where backfill_id = @id and backfill_instant between @first and @last",
            new { id, first = page[0].ToMicroseconds(), last = page[count - 1].ToMicroseconds() }).ToHashSet();
        foreach (var instant in page.Take(count).Where(instant => !there.Contains(instant.ToMicroseconds())))
        {
            if (made >= free)
            {
                return instant;
            }

            Insert(session, intervals, instant);
            made++;
        }

        return page.Count > PageSize ? page[PageSize] : null;
    }

    private void Insert(WriteSession session, BackfillIntervals intervals, DateTimeOffset instant)
    {
        var requestId = string.Create(CultureInfo.InvariantCulture, $"backfill {id} {instant.UtcDateTime:O}");
        _requests.Add(requestId);
        var lease = newLease is null ? null : _leases.TryGetValue(requestId, out var earlier) ? earlier : _leases[requestId] = newLease();
        var run = template! with
        {
            RequestId = requestId,
            ExecutionDate = instant,
            Backfill = new BackfillInstant(id, instant),
            Terms = template.Terms with { Interval = intervals.IntervalAt(instant) },
            Lease = lease,
        };
        var row = RunInsertSql.Insert(session, run, _blocks)!.Value.Run;
        RunNotices.Tell(
            session, lease is null ? RunNoticeKind.Waiting : RunNoticeKind.Status, new RunChange(row.Id, row.ProjectUuid, row.PipelineUuid, RunChangeKind.Status));
    }

    /// <summary>Ends it where it has nothing more to do: as completed, as failed, or, after a part of it, ready for the rest.</summary>
    private bool TryEnd(WriteSession session)
    {
        var row = session.QueryFirst<BackfillRow>(
            $"""
            update backfill set
                completed_at = @now, run_until = null,
                status = case
                    when exists (select 1 from pipeline_run where backfill_id = @id and status in ('failed', 'cancelled')) then 'failed'
                    when run_count < interval_count then 'initial'
                    else 'completed' end
            where id = @id and status = 'running' and next_at is null
                and not exists (select 1 from pipeline_run where backfill_id = @id and is_retry_wanted)
                and not exists (select 1 from pipeline_run where backfill_id = @id and status in ('initial', 'running'))
            returning {BackfillRow.Columns}
            """,
            new { id, now = now.ToMicroseconds() });
        if (row is not null)
        {
            BackfillSql.Tell(session, row);
        }

        return row is not null;
    }

    /// <summary>What was made, also by an execution whose answer was lost.</summary>
    private List<MadeRun> FindMade(WriteSession session)
    {
        var rows = _requests.Count == 0
            ? []
            : session.Query<MadeRunRow>(
                $"select id, request_id as RequestId from pipeline_run where {session.Dialect.IsAmong("request_id", "@requests")} order by backfill_instant",
                new { requests = _requests.ToArray() });
        return [.. rows.Select(row => new MadeRun(row.Id, _leases.GetValueOrDefault(row.RequestId))), .. _reset.Select(run => new MadeRun(run, null))];
    }

    private sealed class MadeRunRow
    {
        public long Id { get; init; }
        public string RequestId { get; init; } = "";
    }
}

/// <summary>What a step came to.</summary>
/// <param name="IsBusy">Whether another process is making one: nothing was done.</param>
/// <param name="IsMore">Whether the next step has something to do at once.</param>
/// <param name="IsOver">Whether the backfill does not run any more.</param>
/// <param name="Runs">The runs that were made, or are to be run again.</param>
internal sealed record BackfillStepResult(bool IsBusy, bool IsMore, bool IsOver, IReadOnlyList<MadeRun> Runs);

/// <summary>A run that was made.</summary>
/// <param name="Id">The run.</param>
/// <param name="Lease">This process's lease of it; null where any worker may take it.</param>
internal sealed record MadeRun(long Id, RunLease? Lease);
