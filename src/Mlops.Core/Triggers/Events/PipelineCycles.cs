using Mlops.Core.Database;
using Mlops.Core.Runs;

namespace Mlops.Core.Triggers.Events;

/// <summary>
/// Finds pipelines that would trigger each other for ever, over all projects, and lets that trigger rest which closes the circle: the one that was made
/// active, or changed, last. One that rests for it comes back when the circle is open.
/// </summary>
internal static class PipelineCycles
{
    /// <summary>Looks at all triggers as they are in the transaction.</summary>
    public static void Refuse(WriteSession session, DateTimeOffset now)
    {
        var triggers = session.Query<ChainedTrigger>(
            """
            select id, project_uuid as ProjectUuid, pipeline_uuid as PipelineUuid, name, event, event_since as EventSince, start_time as StartTime,
                problem, case when is_in_cycle then 1 else 0 end as InCycle
            from trigger
            where schedule_type = 'event' and is_active and removed_at is null and (event_since is not null or is_in_cycle)
            """);
        var followers = new Dictionary<PipelineName, List<PipelineName>>();
        foreach (var (trigger, upstream) in triggers
            .Select(trigger => (Trigger: trigger, Upstream: PipelineEventSource.FindUpstream(EventSettings.Read(trigger.Event, null), trigger.ProjectUuid)))
            .Where(pair => pair.Upstream is not null)
            .OrderBy(pair => pair.Trigger.EventSince ?? long.MaxValue).ThenBy(pair => pair.Trigger.Id))
        {
            var own = new PipelineName(trigger.ProjectUuid, trigger.PipelineUuid);
            if (FindPath(followers, own, upstream!.Value) is { } path)
            {
                Rest(session, trigger, path);
                continue;
            }

            (followers.TryGetValue(upstream.Value, out var list) ? list : followers[upstream.Value] = []).Add(own);
            if (trigger.InCycle != 0)
            {
                session.Execute(
                    "update trigger set is_in_cycle = false, problem = null, event_since = @since where id = @Id",
                    new { trigger.Id, since = Math.Max(now.ToMicroseconds(), trigger.StartTime ?? 0) });
            }
        }
    }

    private static void Rest(WriteSession session, ChainedTrigger trigger, List<PipelineName> path)
    {
        var names = path.Append(path[0]).Select(pipeline => pipeline.ProjectUuid == trigger.ProjectUuid ? pipeline.PipelineUuid : $"{pipeline.ProjectUuid}/{pipeline.PipelineUuid}");
        var problem = $"The pipelines would trigger each other for ever: {string.Join(" → ", names)}. Make one of these triggers inactive, or let it wait for something else.";
        if (trigger.Problem != problem)
        {
            session.Execute("update trigger set is_in_cycle = true, event_since = null, problem = @problem where id = @Id", new { trigger.Id, problem });
        }
    }

    /// <summary>The way by which runs of a pipeline lead to runs of another one, both among them; null where they do not.</summary>
    private static List<PipelineName>? FindPath(Dictionary<PipelineName, List<PipelineName>> followers, PipelineName from, PipelineName to)
    {
        var cameFrom = new Dictionary<PipelineName, PipelineName> { [from] = from };
        var queue = new Queue<PipelineName>([from]);
        while (queue.TryDequeue(out var at))
        {
            if (at == to)
            {
                List<PipelineName> path = [at];
                for (; at != from; path.Add(at))
                {
                    at = cameFrom[at];
                }

                path.Reverse();
                return path;
            }

            foreach (var next in followers.GetValueOrDefault(at, []).Where(next => cameFrom.TryAdd(next, at)))
            {
                queue.Enqueue(next);
            }
        }

        return null;
    }

    private sealed class ChainedTrigger
    {
        public long Id { get; init; }
        public string ProjectUuid { get; init; } = "";
        public string PipelineUuid { get; init; } = "";
        public string Name { get; init; } = "";
        public string? Event { get; init; }
        public long? EventSince { get; init; }
        public long? StartTime { get; init; }
        public string? Problem { get; init; }
        public long InCycle { get; init; }
    }
}
