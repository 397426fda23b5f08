using System.Collections.Concurrent;
using Mlops.Core.Database;
using Mlops.Core.Runs;

namespace Mlops.Core.Triggers;

/// <summary>
/// How much earlier than their instant runs start that should be over at it (<c>landing_time_enabled</c>): by the mean of what the last seven completed
/// runs of the trigger took, and half of their standard deviation, as in Mage. Found out anew when a run of the pipeline ends.
/// </summary>
internal sealed class LandingTimes(MetadataDatabase database)
{
    private const int CountedRuns = 7;

    /// <summary>Runs that are looked through for completed ones, so that a trigger whose runs all fail costs little.</summary>
    private const int ConsideredRuns = 50;

    /// <summary>Pipelines of which a run changed, until the next tick.</summary>
    private readonly ConcurrentDictionary<PipelineName, bool> _changed = [];

    /// <summary>Pipelines of triggers with such times; null before they have been read.</summary>
    private volatile HashSet<PipelineName>? _pipelines;
    private volatile bool _hasGap = true;

    /// <summary>How much earlier the next run of a trigger starts than its instant; zero before its first completed run.</summary>
    public static TimeSpan FindLead(WriteSession session, long triggerId)
    {
        var durations = session.Query<long>(
            $"""
            select completed_at - started_at from (
                select status, started_at, completed_at, scheduled_at from pipeline_run where trigger_id = @triggerId order by scheduled_at desc limit {ConsideredRuns}) as latest
            where status = 'completed' and started_at is not null
            order by scheduled_at desc limit {CountedRuns}
            """,
            new { triggerId });
        if (durations.Count == 0)
        {
            return TimeSpan.Zero;
        }

        var mean = durations.Average();
        var deviation = durations.Count == 1 ? 0 : Math.Sqrt(durations.Sum(duration => (duration - mean) * (duration - mean)) / (durations.Count - 1));
        return TimeSpan.FromMicroseconds((long)(mean + (deviation / 2)));
    }

    /// <summary>Takes note of a change of a run.</summary>
    /// <returns>Whether it concerns such a trigger, so that its next run is to be planned anew.</returns>
    public bool Note(RunChange change)
    {
        if (change.Kind != RunChangeKind.Status || _pipelines is not { Count: > 0 } pipelines)
        {
            return false;
        }

        var name = new PipelineName(change.ProjectUuid, change.PipelineUuid);
        _hasGap |= change.IsGap;
        return change.IsGap || (pipelines.Contains(name) && _changed.TryAdd(name, true));
    }

    /// <summary>Plans the next runs of those triggers anew of whose pipelines a run changed.</summary>
    public async Task ReplanAsync(CancellationToken cancellationToken)
    {
        var triggers = await database.QueryAsync<LandingTrigger>(
            "select id, project_uuid as ProjectUuid, pipeline_uuid as PipelineUuid, next_run_at as NextRunAt, lands_at as LandsAt from trigger where lands_at is not null",
            null, cancellationToken);
        _pipelines = [.. triggers.Select(trigger => trigger.Pipeline)];
        var all = _hasGap;
        _hasGap = false;
        var changed = _changed.Keys.Where(name => _changed.TryRemove(name, out _)).ToHashSet();
        foreach (var trigger in triggers.Where(trigger => all || changed.Contains(trigger.Pipeline)))
        {
            await database.WriteAsync(session => Plan(session, trigger), cancellationToken);
        }
    }

    /// <summary>What another process is just taking is left to it.</summary>
    private static int Plan(WriteSession session, LandingTrigger trigger)
    {
        var next = trigger.LandsAt - (long)FindLead(session, trigger.Id).TotalMicroseconds;
        return next == trigger.NextRunAt || session.QueryFirst<long?>(
            $"select id from trigger where id = @Id and next_run_at = @NextRunAt and lands_at = @LandsAt {session.Dialect.ForUpdateIfFree}",
            new { trigger.Id, trigger.NextRunAt, trigger.LandsAt }) is null
            ? 0
            : session.Execute("update trigger set next_run_at = @next where id = @Id", new { trigger.Id, next });
    }

    private sealed class LandingTrigger
    {
        public long Id { get; init; }
        public string ProjectUuid { get; init; } = "";
        public string PipelineUuid { get; init; } = "";
        public long NextRunAt { get; init; }
        public long LandsAt { get; init; }
        public PipelineName Pipeline => new(ProjectUuid, PipelineUuid);
    }
}
