using Mlops.Core.Database;

namespace Mlops.Core.Runs;

/// <summary>Notices runs that are not over when their trigger's <c>sla</c> is, each once, and tells of it.</summary>
internal sealed class RunSlas(MetadataDatabase database, RunEvents events, TimeProvider timeProvider)
{
    /// <summary>Marks the open runs whose time is over.</summary>
    /// <returns>When the next one's is; null where no open run has such a time.</returns>
    public async Task<DateTimeOffset?> MarkAsync(CancellationToken cancellationToken)
    {
        var next = await FindNextAsync(cancellationToken);
        var now = timeProvider.GetStorableNow();
        if (!(next <= now))
        {
            return next;
        }

        // Executed twice, it finds nothing left to mark; the pages then learn of it by their next look.
        var passed = await database.WriteAsync(session => Mark(session, now), cancellationToken);
        foreach (var change in passed)
        {
            events.Publish(change);
        }

        return await FindNextAsync(cancellationToken);
    }

    private static List<RunChange> Mark(WriteSession session, DateTimeOffset now)
    {
        var rows = session.Query<PipelineRunRow>(
            $"""
            update pipeline_run set passed_sla_at = @now
            where status in ('initial', 'running') and sla_at is not null and passed_sla_at is null and sla_at <= @now
            returning {PipelineRunRow.Columns}
            """,
            new { now = now.ToMicroseconds() });
        List<RunChange> changes = [.. rows.Select(row => new RunChange(row.Id, row.ProjectUuid, row.PipelineUuid, RunChangeKind.Status))];
        changes.ForEach(change => RunNotices.Tell(session, RunNoticeKind.Status, change));
        return changes;
    }

    private async Task<DateTimeOffset?> FindNextAsync(CancellationToken cancellationToken)
    {
        var first = await database.QueryAsync<long?>(
            "select min(sla_at) from pipeline_run where status in ('initial', 'running') and sla_at is not null and passed_sla_at is null",
            null, cancellationToken);
        return Timestamps.FromMicroseconds(first is [var at] ? at : null);
    }
}
