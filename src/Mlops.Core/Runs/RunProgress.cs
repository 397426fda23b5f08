namespace Mlops.Core.Runs;

/// <summary>
/// A run in the hands of its worker: the plan, the block runs as they are to be stored, and what changed since the last step. For one thread.
/// </summary>
internal sealed class RunProgress
{
    private readonly string _leaseToken;
    private readonly Dictionary<string, BlockRun> _blocks;
    private readonly List<BlockChange> _changes = [];
    private RunPlan _plan;

    /// <summary>Takes up a claimed run: what a former worker left running begins again, and a cancel that was asked for meanwhile holds.</summary>
    public RunProgress(ClaimedRun claimed, DateTimeOffset now)
    {
        Run = claimed.Run;
        _leaseToken = claimed.LeaseToken;
        _blocks = claimed.Run.BlockRuns.ToDictionary(block => block.BlockUuid, StringComparer.Ordinal);
        _plan = RunPlan.Create([.. claimed.Run.BlockRuns.Select(block => new PlannedBlock(block.BlockUuid, block.UpstreamBlocks, block.Status))]);
        if (claimed.Run.CancelRequestedAt is not null)
        {
            _plan = _plan.Cancel();
        }

        foreach (var block in claimed.Run.BlockRuns.Where(block => block.Status != _plan[block.BlockUuid]))
        {
            Change(GivenUp(block, _plan[block.BlockUuid], now));
        }
    }

    /// <summary>The run as it was when it was claimed.</summary>
    public PipelineRun Run { get; }

    /// <summary>Where the run stands.</summary>
    public RunStatus Status => _plan.Status;

    /// <summary>Whether the run is over.</summary>
    public bool IsFinal => _plan.IsFinal;

    /// <summary>Whether there is anything to store.</summary>
    public bool HasChanges => _changes.Count > 0;

    /// <summary>Blocks that are running.</summary>
    public IReadOnlyList<string> Running => [.. _plan.Running];

    /// <summary>The block run as it stands.</summary>
    public BlockRun this[string blockUuid] => _blocks[blockUuid];

    /// <summary>Starts ready blocks until <paramref name="limit"/> run; the next step stores it, and only then may their code begin.</summary>
    public IReadOnlyList<BlockRun> StartReady(int limit, DateTimeOffset now)
    {
        var started = new List<BlockRun>();
        foreach (var uuid in _plan.Ready.Take(Math.Max(0, limit - _plan.RunningCount)).ToList())
        {
            _plan = _plan.Start(uuid);
            var block = _blocks[uuid];
            started.Add(Change(block with
            {
                Status = BlockRunStatus.Running,
                Attempt = block.Attempt + 1,
                StartedAt = now,
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
        GiveUp(before, ended.BlockUuid, ended.CompletedAt!.Value);
    }

    /// <summary>Nothing starts any more.</summary>
    public void Cancel(DateTimeOffset now)
    {
        var before = _plan;
        _plan = before.Cancel();
        GiveUp(before, null, now);
    }

    /// <summary>What changed since the last step, and what the run now is.</summary>
    public RunStep TakeStep(IReadOnlyList<RunLogLine> lines, DateTimeOffset now)
    {
        var status = _plan.Status;
        var step = new RunStep
        {
            PipelineRunId = Run.Id,
            LeaseToken = _leaseToken,
            Blocks = [.. _changes],
            Lines = lines,
            Status = status,
            CompletedAt = status.IsFinal() ? now : null,
        };
        _changes.Clear();
        return step;
    }

    /// <summary>The step that gives the run back: running blocks wait again, for whoever takes the run up.</summary>
    public RunStep TakeHandBack(IReadOnlyList<RunLogLine> lines, DateTimeOffset now)
    {
        foreach (var uuid in Running)
        {
            Change(GivenUp(_blocks[uuid], BlockRunStatus.Initial, now));
        }

        return TakeStep(lines, now) with { ReleasesLease = true };
    }

    private static BlockRun GivenUp(BlockRun block, BlockRunStatus status, DateTimeOffset now) => block with
    {
        Status = status,
        StartedAt = status == BlockRunStatus.Initial ? null : block.StartedAt,
        CompletedAt = status.IsFinal() ? now : null,
    };

    private void GiveUp(RunPlan before, string? except, DateTimeOffset now)
    {
        foreach (var uuid in _plan.ChangedSince(before).Where(uuid => uuid != except))
        {
            Change(GivenUp(_blocks[uuid], _plan[uuid], now));
        }
    }

    /// <summary>Notes a change; a block that changes twice before a step is stored once, from where it was to where it is.</summary>
    private BlockRun Change(BlockRun after)
    {
        var before = _blocks[after.BlockUuid];
        var earlier = _changes.FindIndex(change => change.After.BlockUuid == after.BlockUuid);
        if (earlier >= 0)
        {
            _changes[earlier] = _changes[earlier] with { After = after };
        }
        else
        {
            _changes.Add(new BlockChange(after, before.Status));
        }

        _blocks[after.BlockUuid] = after;
        return after;
    }
}
