using Mlops.Core.Pipelines;

namespace Mlops.Core.Runs;

/// <summary>
/// Which blocks of a run may start, and what the end of one changes: an immutable state machine over the blocks and their statuses, without
/// clock, storage or threads. Every change gives a new plan.
/// </summary>
public sealed class RunPlan
{
    private readonly RunPlanShape _shape;
    private readonly BlockRunStatus[] _statuses;
    private readonly RunStatus? _stopped;

    private RunPlan(RunPlanShape shape, BlockRunStatus[] statuses, RunStatus? stopped)
    {
        _shape = shape;
        _statuses = statuses;
        _stopped = stopped;
    }

    /// <summary>Whether every block is final, and so the run.</summary>
    public bool IsFinal => Array.TrueForAll(_statuses, status => status.IsFinal());

    /// <summary>Blocks that may start now, in the order of the blocks.</summary>
    public IEnumerable<string> Ready => Where(MayStart);

    /// <summary>Blocks that are running, in the order of the blocks.</summary>
    public IEnumerable<string> Running => Where(i => _statuses[i] == BlockRunStatus.Running);

    /// <summary>How many blocks are running.</summary>
    public int RunningCount => _statuses.AsSpan().Count(BlockRunStatus.Running);

    /// <summary>
    /// What the run is, given its blocks: what it was stopped as where that left a block undone, failed where a block failed, completed where all
    /// others completed or were left out by a condition; running before that. Callbacks have no part in it.
    /// </summary>
    public RunStatus Status
    {
        get
        {
            if (!IsFinal)
            {
                return RunStatus.Running;
            }

            if (Any(BlockRunStatus.Cancelled))
            {
                return _stopped ?? RunStatus.Cancelled;
            }

            return Any(BlockRunStatus.Failed) || Any(BlockRunStatus.UpstreamFailed) ? RunStatus.Failed : RunStatus.Completed;
        }
    }

    /// <exception cref="KeyNotFoundException">There is no such block.</exception>
    public BlockRunStatus this[string blockUuid] => _statuses[_shape.IndexOf(blockUuid)];

    /// <summary>
    /// The plan of a run from its stored statuses: final blocks stay as they are, running ones (their worker is gone) begin again, and blocks that
    /// cannot run any more are marked so.
    /// </summary>
    /// <param name="blocks">The blocks, every one after its upstream blocks.</param>
    /// <exception cref="ArgumentException">A block comes before one of its upstream blocks, or twice.</exception>
    public static RunPlan Create(IReadOnlyList<PlannedBlock> blocks)
    {
        var statuses = new BlockRunStatus[blocks.Count];
        for (var i = 0; i < statuses.Length; i++)
        {
            statuses[i] = blocks[i].Status == BlockRunStatus.Running ? BlockRunStatus.Initial : blocks[i].Status;
        }

        return new RunPlan(new RunPlanShape(blocks), statuses, stopped: null).Settle();
    }

    /// <summary>The block runs.</summary>
    /// <exception cref="InvalidOperationException">It is not ready.</exception>
    public RunPlan Start(string blockUuid)
    {
        var block = _shape.IndexOf(blockUuid);
        return MayStart(block)
            ? With(block, BlockRunStatus.Running)
            : throw new InvalidOperationException($"Block '{blockUuid}' cannot start: it is {_statuses[block].ToWord()} or has to wait for an upstream block.");
    }

    /// <summary>The running block ended; blocks that wait for it in vain are given up at once.</summary>
    /// <param name="blockUuid">The block.</param>
    /// <param name="status">How it ended: completed, failed, cancelled or condition_failed.</param>
    /// <exception cref="InvalidOperationException">It is not running, or <paramref name="status"/> is not such an end.</exception>
    public RunPlan End(string blockUuid, BlockRunStatus status)
    {
        var block = _shape.IndexOf(blockUuid);
        if (_statuses[block] != BlockRunStatus.Running || !status.IsFinal() || status == BlockRunStatus.UpstreamFailed)
        {
            throw new InvalidOperationException($"Block '{blockUuid}' is {_statuses[block].ToWord()} and cannot become {status.ToWord()}.");
        }

        var ended = With(block, status);
        return status == BlockRunStatus.Completed && _shape.HasOnlyAllSuccess ? ended : ended.Settle();
    }

    /// <summary>The running block waits again, for its next attempt; where the plan is stopped it is given up.</summary>
    /// <exception cref="InvalidOperationException">It is not running.</exception>
    public RunPlan Again(string blockUuid)
    {
        var block = _shape.IndexOf(blockUuid);
        return _statuses[block] == BlockRunStatus.Running
            ? With(block, _stopped is null ? BlockRunStatus.Initial : BlockRunStatus.Cancelled).Settle()
            : throw new InvalidOperationException($"Block '{blockUuid}' is {_statuses[block].ToWord()} and cannot be tried again.");
    }

    /// <summary>
    /// Nothing but callbacks of blocks that ran starts any more: blocks that wait are cancelled; running ones go on until they end. A plan that is stopped
    /// already stays as it is.
    /// </summary>
    /// <param name="outcome">What the run is where this leaves a block undone: cancelled or failed.</param>
    public RunPlan Stop(RunStatus outcome) => _stopped is null ? new RunPlan(_shape, _statuses, outcome).Settle() : this;

    /// <summary>
    /// The same plan with other blocks beside: those that are there already keep their statuses, new ones begin with theirs. A group that has its children
    /// now may end by that.
    /// </summary>
    /// <param name="blocks">All blocks, every one after its upstream blocks.</param>
    public RunPlan Extend(IReadOnlyList<PlannedBlock> blocks)
    {
        var statuses = blocks.Select(block => _shape.Contains(block.Uuid) ? this[block.Uuid] : block.Status).ToArray();
        return new RunPlan(new RunPlanShape(blocks), statuses, _stopped).Settle();
    }

    /// <summary>A block that waits is failed without being run: a group that cannot have its children, a block that was not approved.</summary>
    public RunPlan Fail(string blockUuid) => With(_shape.IndexOf(blockUuid), BlockRunStatus.Failed).Settle();

    /// <summary>The blocks whose status differs from <paramref name="before"/>, in the order of the blocks.</summary>
    public IEnumerable<string> ChangedSince(RunPlan before) => ReferenceEquals(_shape, before._shape)
        ? Where(i => _statuses[i] != before._statuses[i])
        : Where(i => !before._shape.Contains(_shape.Uuid(i)) || _statuses[i] != before[_shape.Uuid(i)]);

    /// <summary>Gives up blocks that can never start. One pass suffices because every block comes after its upstream blocks.</summary>
    private RunPlan Settle()
    {
        var statuses = (BlockRunStatus[])_statuses.Clone();
        for (var i = 0; i < statuses.Length; i++)
        {
            if (statuses[i] == BlockRunStatus.Initial && Outlook(statuses, i) is var outlook && outlook.IsFinal())
            {
                statuses[i] = outlook;
            }
        }

        return new RunPlan(_shape, statuses, _stopped);
    }

    private BlockRunStatus Outlook(BlockRunStatus[] statuses, int block) => _shape.Kind(block) switch
    {
        PlannedKind.Callback => OutlookOfCallback(statuses, _shape.Upstream(block)[0]),
        PlannedKind.Gather => BlockOutlook.OfGather(UpstreamTally.Of(statuses, _shape.Upstream(block))),
        _ => BlockOutlook.Of(_shape.Rule(block), UpstreamTally.Of(statuses, _shape.Upstream(block)), _stopped is not null),
    };

    /// <summary>A block that is cancelled while it waits, here in this very pass, has not run, and nobody is called for it.</summary>
    private BlockRunStatus OutlookOfCallback(BlockRunStatus[] statuses, int parent) => statuses[parent] switch
    {
        BlockRunStatus.Completed or BlockRunStatus.Failed => BlockRunStatus.Running,
        BlockRunStatus.Cancelled when _statuses[parent] != BlockRunStatus.Initial => BlockRunStatus.Running,
        BlockRunStatus.Running => BlockRunStatus.Initial,
        var status => status,
    };

    private bool Any(BlockRunStatus status)
    {
        for (var i = 0; i < _statuses.Length; i++)
        {
            if (_statuses[i] == status && _shape.Kind(i) != PlannedKind.Callback)
            {
                return true;
            }
        }

        return false;
    }

    private bool MayStart(int block) =>
        _statuses[block] == BlockRunStatus.Initial && (_shape.Kind(block) is PlannedKind.Block or PlannedKind.Callback) && Outlook(_statuses, block) == BlockRunStatus.Running;

    private RunPlan With(int block, BlockRunStatus status)
    {
        var statuses = (BlockRunStatus[])_statuses.Clone();
        statuses[block] = status;
        return new RunPlan(_shape, statuses, _stopped);
    }

    private IEnumerable<string> Where(Func<int, bool> condition)
    {
        for (var i = 0; i < _statuses.Length; i++)
        {
            if (condition(i))
            {
                yield return _shape.Uuid(i);
            }
        }
    }
}

/// <summary>A block as a plan needs it.</summary>
/// <param name="Uuid">Unique in the run.</param>
/// <param name="UpstreamBlocks">Blocks that decide by <see cref="Rule"/> whether it starts.</param>
/// <param name="Status">Where it stands.</param>
public readonly record struct PlannedBlock(string Uuid, IReadOnlyList<string> UpstreamBlocks, BlockRunStatus Status = BlockRunStatus.Initial)
{
    /// <summary>What must have become of the upstream blocks.</summary>
    public TriggerRule Rule { get; init; }

    /// <summary>What is done with it.</summary>
    public PlannedKind Kind { get; init; }
}
