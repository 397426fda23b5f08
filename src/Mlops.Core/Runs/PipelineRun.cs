using System.Text.Json;

namespace Mlops.Core.Runs;

/// <summary>One run of a pipeline, as stored. Times are UTC.</summary>
public sealed record PipelineRun
{
    /// <summary>Positive, ascending in the order of creation.</summary>
    public required long Id { get; init; }

    /// <summary>The project.</summary>
    public required string ProjectUuid { get; init; }

    /// <summary>The pipeline.</summary>
    public required string PipelineUuid { get; init; }

    /// <summary>Where it stands.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>What made it.</summary>
    public required RunOrigin Origin { get; init; }

    /// <summary>The trigger that made it; null for Run @once, REST and the command line.</summary>
    public long? TriggerId { get; init; }

    /// <summary>Name of that trigger at the time; null without one.</summary>
    public string? TriggerName { get; init; }

    /// <summary>The instant it stands for: the scheduled one, else when it was created.</summary>
    public required DateTimeOffset ExecutionDate { get; init; }

    /// <summary>Its variables after merging, by name.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its first block could start; null before.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it became final; null before.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>When somebody asked to cancel it; null when nobody did.</summary>
    public DateTimeOffset? CancelRequestedAt { get; init; }

    /// <summary>Why it failed where no single block did (say, the pipeline could not be read any more); else null.</summary>
    public string? Error { get; init; }

    /// <summary>Why it does not run although it is not final, in words; null while it runs and afterwards.</summary>
    public string? WaitingFor { get; init; }

    /// <summary>When it goes on where it waits for the retry of a block and no worker holds it; else null.</summary>
    public DateTimeOffset? ResumeAt { get; init; }

    /// <summary>The run that it is a block of; null for a run of its own.</summary>
    public long? ParentRunId { get; init; }

    /// <summary>The global data product that it makes, as <c>project/product</c>; null for any other run.</summary>
    public string? Product { get; init; }

    /// <summary>The run of <see cref="ParentRunId"/>; null without one, where it was removed, and in lists of runs.</summary>
    public ParentRun? Parent { get; init; }

    /// <summary>The backfill that made it; null for a run that none made.</summary>
    public long? BackfillId { get; init; }

    /// <summary>How often others told it something that it waits for.</summary>
    internal long WakeUps { get; init; }

    /// <summary>Whether it was not over in the time that its trigger's <c>sla</c> gives.</summary>
    public bool PassedSla { get; init; }

    /// <summary>Timeout, limits and the like.</summary>
    public RunTerms Terms { get; init; } = RunTerms.Default;

    /// <summary>Its blocks in topological order.</summary>
    public IReadOnlyList<BlockRun> BlockRuns { get; init; } = [];

    /// <summary>From start to end, or to <paramref name="now"/> while it runs; null before it started.</summary>
    public TimeSpan? Duration(DateTimeOffset now) => StartedAt is { } start ? (CompletedAt ?? now) - start : null;
}

/// <summary>The run that another one is a block of.</summary>
/// <param name="Id">The run.</param>
/// <param name="ProjectUuid">Its project.</param>
/// <param name="PipelineUuid">Its pipeline.</param>
public sealed record ParentRun(long Id, string ProjectUuid, string PipelineUuid);

/// <summary>What made a pipeline run.</summary>
public enum RunOrigin
{
    /// <summary>Run @once in the browser.</summary>
    Once,

    /// <summary>A REST call.</summary>
    Api,

    /// <summary>A schedule.</summary>
    Time,

    /// <summary>The command line.</summary>
    Cli,

    /// <summary>Something that happened: a file that arrived, another run that is over, and the like.</summary>
    Event,

    /// <summary>A block of another run.</summary>
    Pipeline,

    /// <summary>A backfill.</summary>
    Backfill,

    /// <summary>A global data product that was outdated.</summary>
    Product,
}
