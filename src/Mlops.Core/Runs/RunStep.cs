using Mlops.Core.Runs.Approvals;
using Mlops.Core.Runs.Calls;

namespace Mlops.Core.Runs;

/// <summary>What a worker changes of its run at once: it is durable as a whole or not at all, and only while the worker holds the lease.</summary>
internal sealed record RunStep
{
    /// <summary>The run.</summary>
    public required long PipelineRunId { get; init; }

    /// <summary>The lease that the worker believes it holds.</summary>
    public required string LeaseToken { get; init; }

    /// <summary>Block runs that changed; every block at most once.</summary>
    public IReadOnlyList<BlockChange> Blocks { get; init; } = [];

    /// <summary>Children to be inserted, as they stand after this step; their ids are 0.</summary>
    public IReadOnlyList<BlockRun> NewBlocks { get; init; } = [];

    /// <summary>Takes the ids of <see cref="NewBlocks"/> once they are stored; null where nobody wants them.</summary>
    public Action<IReadOnlyList<InsertedBlock>>? Inserted { get; init; }

    /// <summary>Blocks that people are asked to approve from now on.</summary>
    public IReadOnlyList<ApprovalAsk> Asks { get; init; } = [];

    /// <summary>The run that it is a block of, which may wait for its end; null for a run of its own.</summary>
    public long? ParentRunId { get; init; }

    /// <summary>Whether it makes a global data product, for whose end others may wait.</summary>
    public bool MakesProduct { get; init; }

    /// <summary>Whether people may have been asked, who are not to be asked any more once the run is over.</summary>
    public bool HasApprovals { get; init; }

    /// <summary>Lines of the log that belong before this step.</summary>
    public IReadOnlyList<RunLogLine> Lines { get; init; } = [];

    /// <summary>What the run is afterwards: running, or final.</summary>
    public RunStatus Status { get; init; } = RunStatus.Running;

    /// <summary>When it became final; null unless it did.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Why the run failed where no single block did; else null.</summary>
    public string? Error { get; init; }

    /// <summary>Whether the worker gives the run back although it is not final.</summary>
    public bool ReleasesLease { get; init; }

    /// <summary>Before when nobody takes a run that is given back; null for at once.</summary>
    public DateTimeOffset? ResumeAt { get; init; }

    /// <summary>
    /// What the worker knows of what others told the run; where they told more, a run that is given back until an instant can be taken at once.
    /// </summary>
    public long WakeUps { get; init; }

    /// <summary>Takes when a run that is given back until an instant is to be taken again, null for at once; null where nobody wants to know.</summary>
    public Action<DateTimeOffset?>? Parked { get; init; }

    /// <summary>What a run that is given back waits for, in words; null otherwise.</summary>
    public string? WaitingFor { get; init; }

    /// <summary>Whether the run is already as this step leaves it: it was stored before, and its answer was lost.</summary>
    public bool HasLanded(PipelineRun run)
    {
        var blocks = run.BlockRuns.ToDictionary(block => block.Id);
        return Blocks.Count > 0 && Blocks.All(change => blocks.TryGetValue(change.After.Id, out var block)
            && (block.Status, block.Attempt, block.NextAttemptAt) == (change.After.Status, change.After.Attempt, change.After.NextAttemptAt));
    }
}

/// <summary>A changed block run.</summary>
/// <param name="After">The block run as it is to be stored; outputs only where it completed.</param>
/// <param name="Expected">The status it must have in the database for the change to hold.</param>
internal sealed record BlockChange(BlockRun After, BlockRunStatus Expected)
{
    /// <summary>Attempts that ended with this change and are followed by another one.</summary>
    public IReadOnlyList<BlockAttempt> Ended { get; init; } = [];
}

/// <summary>A block run that was inserted in the course of its run.</summary>
internal sealed class InsertedBlock
{
    public long Id { get; init; }
    public string BlockUuid { get; init; } = "";
}

/// <summary>A run that a worker just claimed, as it then stood in the database.</summary>
/// <param name="Run">The run with its block runs and their outputs.</param>
/// <param name="LeaseToken">The token of the lease.</param>
/// <param name="LastLine">Number of the last line of its log; 0 where it has none.</param>
internal sealed record ClaimedRun(PipelineRun Run, string LeaseToken, long LastLine)
{
    /// <summary>What others told it of what its blocks wait for.</summary>
    public RunNews News { get; init; } = RunNews.None;
}

/// <summary>What others told a run that waits for them.</summary>
/// <param name="WakeUps">How often they told something.</param>
/// <param name="Approvals">What people said of blocks that wait for them.</param>
/// <param name="Called">The runs that are its blocks.</param>
internal sealed record RunNews(long WakeUps, IReadOnlyList<BlockApproval> Approvals, IReadOnlyList<CalledRun> Called)
{
    /// <summary>Nothing.</summary>
    public static RunNews None { get; } = new(0, [], []);
}

/// <summary>A run that is not final, as recovery sees it.</summary>
internal sealed class OpenRun
{
    public long Id { get; init; }
    public string Status { get; init; } = "";
    public string? LeaseToken { get; init; }
    public string? LeaseOwner { get; init; }
    public long? LeaseExpiresAt { get; init; }
    public long CreatedAt { get; init; }
    public long? ResumeAt { get; init; }
    public string? WaitingFor { get; init; }
}
