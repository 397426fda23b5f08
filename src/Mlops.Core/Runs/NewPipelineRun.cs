using System.Text.Json;
using Mlops.Core.Pipelines;
using Mlops.Core.Runs.Calls;

namespace Mlops.Core.Runs;

/// <summary>A run that is about to be inserted.</summary>
internal sealed record NewPipelineRun
{
    /// <summary>Made once for every accepted request, so that writing it twice inserts one run.</summary>
    public required string RequestId { get; init; }
    public required string ProjectUuid { get; init; }
    public required string PipelineUuid { get; init; }
    public required RunOrigin Origin { get; init; }
    public long? TriggerId { get; init; }
    public string? TriggerName { get; init; }

    /// <summary>The instant of the schedule; unique for its trigger. Null where no schedule made the run.</summary>
    public DateTimeOffset? ScheduledAt { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The instant that it stands for; null for the scheduled one, else when it was created.</summary>
    public DateTimeOffset? ExecutionDate { get; init; }

    /// <summary>The backfill that makes it; null for none.</summary>
    public BackfillInstant? Backfill { get; init; }

    /// <summary>The global data product that it makes; null for any other run.</summary>
    public string? Product { get; init; }

    /// <summary>The block that it is an attempt of; null for a run of its own.</summary>
    public CallingBlock? Caller { get; init; }
    public required IReadOnlyDictionary<string, JsonElement> Variables { get; init; }

    public RunTerms Terms { get; init; } = RunTerms.Default;

    /// <summary>How long after its execution date it should be over; null for no such wish.</summary>
    public TimeSpan? Sla { get; init; }

    /// <summary>Why it is cancelled from the beginning, in words; null where it is to run.</summary>
    public string? SkippedBecause { get; init; }

    /// <summary>The blocks, every one after its upstream blocks.</summary>
    public required IReadOnlyList<NewBlockRun> Blocks { get; init; }

    /// <summary>The lease that the run is born with; null to leave it to whoever takes it.</summary>
    public RunLease? Lease { get; init; }
}

/// <summary>A block run that is about to be inserted: the block as it was when the run was accepted.</summary>
/// <param name="Block">The block.</param>
/// <param name="UpstreamBlocks">Those of its upstream blocks that take part in the run.</param>
/// <param name="FilePath">Path of its file relative to the project, with forward slashes; null where it has none.</param>
/// <param name="Terms">Its retries and timeout.</param>
internal sealed record NewBlockRun(Block Block, IReadOnlyList<string> UpstreamBlocks, string? FilePath, BlockTerms Terms);

/// <summary>What a run is of a backfill.</summary>
/// <param name="BackfillId">The backfill.</param>
/// <param name="Instant">The instant that the run stands for there; a backfill has one run for each.</param>
internal sealed record BackfillInstant(long BackfillId, DateTimeOffset Instant);

/// <summary>The right to change a run until it expires. Every write names the token, so that a worker that was given up changes nothing.</summary>
/// <param name="Token">Unique to this claim.</param>
/// <param name="Owner">The process that holds it; see <see cref="ProcessIdentity"/>.</param>
/// <param name="ExpiresAt">When others may take the run unless it is renewed.</param>
/// <param name="TakenAt">Timestamp of the clock before the lease was asked for: it surely holds for its duration from then on.</param>
internal sealed record RunLease(string Token, string Owner, DateTimeOffset ExpiresAt, long TakenAt);
