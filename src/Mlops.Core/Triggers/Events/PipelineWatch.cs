using System.Text.Json;
using Mlops.Core.Database;
using Mlops.Core.Projects;
using Mlops.Core.Runs;

namespace Mlops.Core.Triggers.Events;

/// <summary>
/// Finds runs of a pipeline that ended, each once for each status that it ended with. After downtime it goes back a week; else a few minutes, since what
/// another process stores may be seen after what it stored later.
/// </summary>
internal sealed class PipelineWatch(
    WatchedEvents trigger, PipelineName upstream, MetadataDatabase database, ProjectCatalog catalog, TimeProvider timeProvider, Action dispose) : IEventWatch
{
    /// <summary>Runs that a look takes up.</summary>
    private const int Limit = 200;

    private static readonly TimeSpan Furthest = TimeSpan.FromDays(7);
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);

    /// <summary>Runs of a process that tells nobody, such as the command line's beside an embedded database.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <summary>All that ended before has its run; null where that is not known.</summary>
    private DateTimeOffset? _doneUpTo;

    public async Task<EventLook> LookAsync(EventStand from, CancellationToken cancellationToken)
    {
        Require();
        var now = timeProvider.GetUtcNow();
        var after = _doneUpTo ?? now - Furthest;
        var statuses = trigger.Settings.Texts("statuses");
        var rows = await database.QueryAsync<EndedRun>(
            $"""
            select id, status, completed_at as CompletedAt, execution_date as ExecutionDate, trigger_name as TriggerName, variables, error
            from pipeline_run
            where project_uuid = @ProjectUuid and pipeline_uuid = @PipelineUuid and completed_at >= @after and {database.Dialect.IsAmong("status", "@statuses")}
                and not exists (
                    select 1 from trigger_event
                    where trigger_id = @TriggerId and event_key = cast(pipeline_run.id as text) || ':' || pipeline_run.status)
            order by completed_at, id limit @Limit
            """,
            new
            {
                upstream.ProjectUuid,
                upstream.PipelineUuid,
                trigger.TriggerId,
                Limit,
                after = (after > trigger.Since ? after : trigger.Since).ToMicroseconds(),
                statuses = statuses.Count == 0 ? ["completed"] : statuses.ToArray(),
            },
            cancellationToken);

        // What was found is only found, and may not get its run now: the next look begins with the first of it.
        _doneUpTo = rows is [var first, ..] && Timestamps.FromMicroseconds(first.CompletedAt) is var at && at < now - Overlap ? at : now - Overlap;
        return new EventLook([.. rows.Select(ToEvent)], rows.Count < Limit ? LongestPause : TimeSpan.Zero);
    }

    public void Dispose() => dispose();

    private void Require()
    {
        try
        {
            _ = catalog.GetPipeline(upstream.ProjectUuid, upstream.PipelineUuid);
        }
        catch (NotFoundException exception)
        {
            throw new EventException($"The trigger waits for runs of a pipeline that is not there. {exception.Message}", exception);
        }
    }

    private FoundEvent ToEvent(EndedRun run) => new($"{run.Id}:{run.Status}", Timestamps.FromMicroseconds(run.CompletedAt), () => new Dictionary<string, JsonElement>
    {
        ["type"] = JsonSerializer.SerializeToElement("pipeline"),
        ["project_uuid"] = JsonSerializer.SerializeToElement(upstream.ProjectUuid),
        ["pipeline_uuid"] = JsonSerializer.SerializeToElement(upstream.PipelineUuid),
        ["pipeline_run_id"] = JsonSerializer.SerializeToElement(run.Id),
        ["status"] = JsonSerializer.SerializeToElement(run.Status),
        ["trigger_name"] = JsonSerializer.SerializeToElement(run.TriggerName),
        ["execution_date"] = JsonSerializer.SerializeToElement(Timestamps.FromMicroseconds(run.ExecutionDate)),
        ["completed_at"] = JsonSerializer.SerializeToElement(Timestamps.FromMicroseconds(run.CompletedAt)),
        ["variables"] = JsonElement.Parse(run.Variables),
        ["error"] = JsonSerializer.SerializeToElement(run.Error),
    });

    private sealed class EndedRun
    {
        public long Id { get; init; }
        public string Status { get; init; } = "";
        public long CompletedAt { get; init; }
        public long ExecutionDate { get; init; }
        public string? TriggerName { get; init; }
        public string Variables { get; init; } = "{}";
        public string? Error { get; init; }
    }
}
