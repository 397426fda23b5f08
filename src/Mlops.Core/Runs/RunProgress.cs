namespace Mlops.Core.Runs;

/// <summary>
/// A run in the hands of its worker: the plan, the block runs as they are to be stored, and what changed since the last step. For one thread.
/// </summary>
internal sealed partial class RunProgress
{
    /// <summary>A block whose worker died so often is the likely cause, and is failed instead of killing the next one.</summary>
    public const int MaxInterruptions = 5;

    private readonly string _leaseToken;
    private readonly RunBlocks _blocks;
    private readonly BlockChanges _changes = new();
    private readonly Dictionary<string, BlockRun> _new = new(StringComparer.Ordinal);
    private readonly bool _hasApprovals;
    private readonly bool _hasCalls;
    private RunPlan _plan;
    private long _wakeUps;
    private string? _error;

    /// <summary>Takes up a claimed run: what a former worker left running begins again, and a reason to stop that came up meanwhile holds.</summary>
    public RunProgress(ClaimedRun claimed, DateTimeOffset now)
    {
        Run = claimed.Run;
        _leaseToken = claimed.LeaseToken;
        _wakeUps = claimed.Run.WakeUps;
        _hasApprovals = claimed.Run.BlockRuns.Any(block => block.Terms.Approval is not null);
        _hasCalls = claimed.Run.BlockRuns.Any(block => block.Terms.IsRun);
        _blocks = new RunBlocks(claimed.Run.BlockRuns);
        foreach (var block in claimed.Run.BlockRuns.Where(block => block is { Status: BlockRunStatus.Running, IsGroup: false }))
        {
            TakeOver(block, now);
        }

        _plan = RunPlan.Create(_blocks.ToPlanned());
        StopIfDue(now);
        foreach (var block in _blocks.All.Where(block => _plan[block.BlockUuid] is var status && status.IsFinal() && status != block.Status).ToList())
        {
            Change(GivenUp(block, _plan[block.BlockUuid], now));
        }

        // A block that was reset may wait for dynamic blocks that completed long ago.
        if (!IsStopped)
        {
            var before = _plan;
            FanOut(now);
            GiveUp(before, null, now);
        }

        if (!IsStopped)
        {
            var before = _plan;
            TakeAll(claimed.News, now);
            StopIfDue(now);
            GiveUp(before, null, now);
        }
    }

    /// <summary>The run as it was when it was claimed.</summary>
    public PipelineRun Run { get; }

    /// <summary>Where the run stands.</summary>
    public RunStatus Status => _plan.Status;

    /// <summary>Whether the run is over.</summary>
    public bool IsFinal => _plan.IsFinal;

    /// <summary>Whether there is anything to store.</summary>
    public bool HasChanges => _changes.Count > 0 || _new.Count > 0;

    /// <summary>Whether nothing but callbacks starts any more.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Blocks that are running.</summary>
    public IReadOnlyList<string> Running => [.. _plan.Running];

    /// <summary>When the run is over its timeout; null without one.</summary>
    public DateTimeOffset? Deadline => Run.StartedAt + Run.Terms.Timeout;

    /// <summary>What other processes told the run that it waited for, when this was last looked at.</summary>
    public long WakeUps => _wakeUps;

    /// <summary>When the run that was given back is to be taken again; null where it was not.</summary>
    public DateTimeOffset? ParkedUntil { get; private set; }

    /// <summary>The block that is tried again, or looks again, next, among those that wait for nothing but time or people; null without one.</summary>
    public BlockRun? NextRetry => _plan.Ready.Select(uuid => _blocks[uuid]).Where(block => block.NextAttemptAt is not null).MinBy(block => block.NextAttemptAt);

    /// <summary>The block run as it stands.</summary>
    public BlockRun this[string blockUuid] => _blocks[blockUuid];

    /// <summary>The run with its block runs as they stand.</summary>
    public PipelineRun Snapshot() => Run with { Status = Status, BlockRuns = [.. _blocks.All] };

    /// <summary>The children of a block that stands for them, in order.</summary>
    public IReadOnlyList<BlockRun> Children(string blockUuid) => _blocks.Children(blockUuid);

    /// <summary>
    /// Starts ready blocks whose time has come until <paramref name="limit"/> run; the next step stores it, and only then may their code begin.
    /// </summary>
    public IReadOnlyList<BlockRun> StartReady(int limit, DateTimeOffset now)
    {
        AskForApprovals(now);
        var started = new List<BlockRun>();
        var free = Math.Min(limit, Run.Terms.Limits.BlockRunLimit ?? limit) - _plan.RunningCount;
        foreach (var uuid in free > 0 ? _plan.Ready.Where(uuid => !(_blocks[uuid].NextAttemptAt > now) && !_approvals.Holds(_blocks[uuid]) && !_blocks[uuid].WaitsForRun).Take(free).ToList() : [])
        {
            _plan = _plan.Start(uuid);
            var block = _blocks[uuid];
            started.Add(Change(block with
            {
                Status = BlockRunStatus.Running,
                Attempt = block.StartedAt is not null ? block.Attempt : block.Attempt + 1,
                NextAttemptAt = null,
                StartedAt = block.StartedAt ?? now,
                CompletedAt = null,
                Error = null,
                Tests = [],
                Outputs = [],
            }));
        }

        return started;
    }

    /// <summary>A running block ended; what waits for it in vain is given up. Ignored where the block is not running any more (it was left behind).</summary>
    public void End(BlockRun ended)
    {
        var before = _plan;
        if (before[ended.BlockUuid] != BlockRunStatus.Running)
        {
            return;
        }

        _plan = before.End(ended.BlockUuid, ended.Status);
        Change(ended);
        FanOut(ended.CompletedAt!.Value);
        GiveUp(before, ended.BlockUuid, ended.CompletedAt!.Value);
    }

    /// <summary>Takes the ids that the database gave to new blocks of the last step.</summary>
    public void SetIds(IReadOnlyList<InsertedBlock> inserted)
    {
        foreach (var block in inserted)
        {
            _blocks.Set(_blocks[block.BlockUuid] with { Id = block.Id });
        }
    }

    /// <summary>The attempt of a running block ended and is followed by another one at <paramref name="at"/>, or by none where the run is stopped.</summary>
    /// <param name="ended">The block as the attempt left it: failed, or cancelled where it was interrupted.</param>
    /// <param name="at">Not before this instant.</param>
    public void Again(BlockRun ended, DateTimeOffset at)
    {
        _plan = _plan.Again(ended.BlockUuid);
        var after = Waiting(ended) with { NextAttemptAt = at };
        Change(_plan[ended.BlockUuid] == BlockRunStatus.Initial ? after : GivenUp(after, _plan[ended.BlockUuid], ended.CompletedAt!.Value), AttemptOf(ended));
    }

    /// <summary>The look of a running sensor ended without what it waits for; the next one, of the same attempt, is at <paramref name="at"/>.</summary>
    /// <param name="looked">The sensor as the look left it.</param>
    /// <param name="at">Not before this instant.</param>
    public void LookAgain(BlockRun looked, DateTimeOffset at)
    {
        _plan = _plan.Again(looked.BlockUuid);
        var after = looked with { Status = BlockRunStatus.Initial, NextAttemptAt = at, CompletedAt = null };
        Change(_plan[looked.BlockUuid] == BlockRunStatus.Initial ? after : GivenUp(after, _plan[looked.BlockUuid], looked.CompletedAt!.Value));
    }

    /// <summary>A running block failed: it is tried again as its policy says, or that was its end.</summary>
    public BlockFailure Fail(BlockRun ended, DateTimeOffset now)
    {
        var failed = ended with { Status = BlockRunStatus.Failed, Failures = ended.Failures + 1 };
        if (!IsStopped && failed.Terms.Retry.DelayAfter(failed.Failures) is { } delay)
        {
            Again(failed, now + delay);
            return new BlockFailure(failed, delay);
        }

        End(failed);
        return new BlockFailure(failed, null);
    }

    /// <summary>Nothing starts any more.</summary>
    /// <param name="outcome">What the run is in the end where this leaves a block undone.</param>
    /// <param name="error">Why, for a run that fails by it; else null.</param>
    /// <param name="now">The time of it.</param>
    public void Stop(RunStatus outcome, string? error, DateTimeOffset now)
    {
        var before = _plan;
        _plan = before.Stop(outcome);
        _error ??= error;
        IsStopped = true;
        GiveUp(before, null, now);
    }

    /// <summary>What changed since the last step, and what the run now is.</summary>
    public RunStep TakeStep(IReadOnlyList<RunLogLine> lines, DateTimeOffset now)
    {
        var status = _plan.Status;
        return new RunStep
        {
            PipelineRunId = Run.Id,
            LeaseToken = _leaseToken,
            Blocks = _changes.Take(),
            NewBlocks = TakeNew(),
            Inserted = SetIds,
            Asks = _approvals.Take(),
            HasApprovals = _hasApprovals,
            ParentRunId = Run.ParentRunId,
            MakesProduct = Run.Product is not null,
            Lines = lines,
            Status = status,
            CompletedAt = status.IsFinal() ? now : null,
            Error = status is RunStatus.Failed or RunStatus.Cancelled ? _error : null,
        };
    }

    /// <summary>The step that gives the run back: running blocks wait again, for whoever takes the run up.</summary>
    public RunStep TakeHandBack(IReadOnlyList<RunLogLine> lines, DateTimeOffset now)
    {
        foreach (var block in Running.Select(uuid => _blocks[uuid]))
        {
            var error = new BlockError("worker_stopped", "The worker was stopped in an orderly way; the block begins again.");
            Interrupt(block, AttemptOf(block with { Status = BlockRunStatus.Cancelled, CompletedAt = now, Error = error }));
        }

        return TakeStep(lines, now) with { ReleasesLease = true };
    }

    /// <summary>The step that gives the run back until the next retry or look is due, so that the wait holds neither a slot nor a runner.</summary>
    public RunStep TakePark(IReadOnlyList<RunLogLine> lines, DateTimeOffset now)
    {
        var next = NextRetry!;
        return TakeStep(lines, now) with
        {
            ReleasesLease = true,
            // No later than its timeout, which ends it then instead.
            ResumeAt = Deadline < next.NextAttemptAt ? Deadline : next.NextAttemptAt,
            WakeUps = _wakeUps,
            Parked = at => ParkedUntil = at ?? now,
            WaitingFor = string.Join(' ', _blocks.All.Where(block => (block.WaitsForApproval || block.WaitsForRun) && block != next).Take(3).Prepend(next).Select(DescribeWait)),
        };
    }

    private static BlockRun GivenUp(BlockRun block, BlockRunStatus status, DateTimeOffset now) =>
        block with { Status = status, NextAttemptAt = null, CompletedAt = now };

    private static BlockRun Waiting(BlockRun block) => block with
    {
        Status = BlockRunStatus.Initial,
        NextAttemptAt = null,
        StartedAt = null,
        CompletedAt = null,
        Error = null,
        Tests = [],
        Outputs = [],
    };

    private static BlockAttempt AttemptOf(BlockRun block) => new(block.Attempt, block.Status, block.StartedAt, block.CompletedAt, block.Error);

    /// <summary>A block that a former worker left running, which is known to be dead, or silent for longer than its lease.</summary>
    private void TakeOver(BlockRun block, DateTimeOffset now)
    {
        var interruptions = block.Interruptions + 1;
        var died = new BlockError("worker_died", $"The worker that ran the block died or lost its connection ({interruptions} of {MaxInterruptions} times).");
        if (interruptions < MaxInterruptions)
        {
            Interrupt(block with { Interruptions = interruptions }, AttemptOf(block with { Status = BlockRunStatus.Cancelled, Error = died }));
            return;
        }

        Change(block with { Status = BlockRunStatus.Failed, Interruptions = interruptions, CompletedAt = now, Error = died });
    }

    /// <summary>
    /// A running block waits again, for whoever goes on; a sensor only looks once more, since its looks are one attempt, and a block that is a run looks for
    /// that, since it may be there already.
    /// </summary>
    private void Interrupt(BlockRun block, BlockAttempt ended)
    {
        if (block.Terms is { Interval: null, IsRun: false })
        {
            Change(Waiting(block), ended);
            return;
        }

        Change(block with { Status = BlockRunStatus.Initial, NextAttemptAt = null });
    }

    private void StopIfDue(DateTimeOffset now)
    {
        if (Run.CancelRequestedAt is not null)
        {
            (_plan, IsStopped) = (_plan.Stop(RunStatus.Cancelled), true);
        }
        else if (!Run.Terms.AllowBlocksToFail && _blocks.All.Any(block => block is { Status: BlockRunStatus.Failed, IsCallback: false }))
        {
            (_plan, IsStopped) = (_plan.Stop(RunStatus.Failed), true);
        }
        else if (Deadline <= now)
        {
            (_plan, IsStopped) = (_plan.Stop(RunTimeout.Outcome(Run.Terms)), true);
            _error = RunTimeout.Describe(Run.Terms);
        }
    }

    private void GiveUp(RunPlan before, string? except, DateTimeOffset now)
    {
        foreach (var uuid in _plan.ChangedSince(before).Where(uuid => uuid != except && _plan[uuid].IsFinal() && _plan[uuid] != _blocks[uuid].Status))
        {
            var block = GivenUp(_blocks[uuid], _plan[uuid], now);
            Change(block is { IsGroup: true, Status: BlockRunStatus.Failed } ? block with { Error = FanChildren.ErrorOf(Children(uuid)) } : block);
        }
    }

    /// <summary>
    /// Blocks whose dynamic blocks all completed get their children, which the same step stores; so do those behind one that has no items, and has ended by that.
    /// </summary>
    private void FanOut(DateTimeOffset now)
    {
        while (_blocks.GroupsWithoutChildren.Where(group => _plan[group.BlockUuid] == BlockRunStatus.Initial && group.Terms.Axes.All(axis => _plan[axis] == BlockRunStatus.Completed)).ToList() is { Count: > 0 } due)
        {
            due.ForEach(group => FanOut(group, now));
            _plan = _plan.Extend(_blocks.ToPlanned());
        }
    }

    private void FanOut(BlockRun group, DateTimeOffset now)
    {
        var combinations = FanChildren.Combine(group, _blocks.ByUuid);
        if (combinations.Count > FanNames.MaxChildren)
        {
            _plan = _plan.Fail(group.BlockUuid);
            Change(group with { Status = BlockRunStatus.Failed, CompletedAt = now, Error = FanNames.TooMany(group.BlockUuid) });
            return;
        }

        Change(group with { Status = BlockRunStatus.Running, StartedAt = now });
        foreach (var child in _blocks.AddChildren(group.BlockUuid, FanChildren.Create(group, combinations, _blocks.ByUuid)))
        {
            _new.Add(child.BlockUuid, child);
        }
    }

    private IReadOnlyList<BlockRun> TakeNew()
    {
        IReadOnlyList<BlockRun> taken = [.. _new.Values];
        _new.Clear();
        return taken;
    }

    private BlockRun Change(BlockRun after, BlockAttempt? ended = null)
    {
        if (_new.ContainsKey(after.BlockUuid))
        {
            _new[after.BlockUuid] = after;
        }
        else
        {
            _changes.Add(_blocks[after.BlockUuid], after, ended);
        }

        return _blocks.Set(after);
    }
}
