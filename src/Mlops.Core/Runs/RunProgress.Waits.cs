using Mlops.Core.Runs.Approvals;
using Mlops.Core.Runs.Calls;

namespace Mlops.Core.Runs;

/// <content>What blocks wait for that is outside of the run: people, and other runs.</content>
internal sealed partial class RunProgress
{
    private readonly RunApprovals _approvals = new();
    private readonly Dictionary<(long BlockRunId, int Attempt), CalledRun> _called = [];
    private readonly List<(BlockRun Block, string Text)> _notes = [];

    /// <summary>Whether the time is over in which a block is to be approved, or the run to end that it waits for.</summary>
    public bool HasLateWait(DateTimeOffset now) => (_hasApprovals || _hasCalls) && _blocks.All.Any(block => (block.WaitsForApproval || block.WaitsForRun) && block.NextAttemptAt <= now);

    /// <summary>What people were asked and said, for the log; nothing is left.</summary>
    public IReadOnlyList<(BlockRun Block, string Text)> TakeNotes()
    {
        IReadOnlyList<(BlockRun, string)> taken = [.. _notes];
        _notes.Clear();
        return taken;
    }

    /// <summary>A running block is a run that it now waits for; it holds nothing meanwhile.</summary>
    /// <returns>Its failure, where the run failed before.</returns>
    public IReadOnlyList<BlockFailure> WaitFor(BlockRun waiting, CalledRun run)
    {
        _called[(run.BlockRunId, run.Attempt)] = run;
        LookAgain(waiting, waiting.StartedAt + waiting.Terms.Timeout ?? RunApprovals.Never);
        return EndCalls(waiting.CompletedAt!.Value);
    }

    /// <summary>Takes what others told the run: blocks that were approved may start, and those whose runs ended have ended.</summary>
    /// <returns>The blocks that failed by it, and when they are tried again.</returns>
    public IReadOnlyList<BlockFailure> TakeNews(RunNews news, DateTimeOffset now)
    {
        _wakeUps = news.WakeUps;
        return IsStopped ? [] : TakeAll(news, now);
    }

    private string DescribeWait(BlockRun block) => block switch
    {
        { WaitsForRun: true } when _called.TryGetValue((block.Id, block.Attempt), out var run) =>
            $"Block '{block.BlockUuid}' waits for run {run.Id} of pipeline {run.Name(Run.ProjectUuid)}.",
        { WaitsForApproval: true } => $"Block '{block.BlockUuid}' waits for somebody to approve it.",
        { LooksAgain: true } => $"Sensor '{block.BlockUuid}' waits; it looks again at {block.NextAttemptAt:HH:mm:ss} UTC.",
        _ => $"Waits until {block.NextAttemptAt:HH:mm:ss} UTC to try block '{block.BlockUuid}' again (retry {block.Failures} of {block.Terms.Retry.Retries}).",
    };

    private void AskForApprovals(DateTimeOffset now)
    {
        foreach (var block in _hasApprovals ? _plan.Ready.Select(uuid => _blocks[uuid]).Where(_approvals.WantsToAsk).ToList() : [])
        {
            Change(_approvals.Ask(block, now));
            Note(block, $"Waits for approval{(block.Terms.Approval!.Message is { } message ? $": {message}" : ".")}");
        }
    }

    private List<BlockFailure> TakeAll(RunNews news, DateTimeOffset now)
    {
        foreach (var run in news.Called)
        {
            // Of two that an attempt waited for, the later.
            if (!(_called.TryGetValue((run.BlockRunId, run.Attempt), out var other) && other.Id > run.Id))
            {
                _called[(run.BlockRunId, run.Attempt)] = run;
            }
        }

        _approvals.Take(news.Approvals);
        return [.. Decide(now), .. EndCalls(now)];
    }

    private List<BlockFailure> EndCalls(DateTimeOffset now)
    {
        var failures = new List<BlockFailure>();
        foreach (var block in _hasCalls ? _blocks.All.Where(block => block.WaitsForRun).ToList() : [])
        {
            var run = _called.GetValueOrDefault((block.Id, block.Attempt));
            var ended = block with { CompletedAt = now, NextAttemptAt = null };
            if (run is { Status: RunStatus.Completed } && block.Terms.Product is not null)
            {
                // Its attempt goes on: it takes what is there now.
                Change(block with { NextAttemptAt = null });
            }
            else if (run is { Status: RunStatus.Completed } || (run?.Status.IsFinal() == true && block.Terms.Call is { ErrorOnFailure: false }))
            {
                _plan = _plan.Start(block.BlockUuid);
                End(ended with { Status = BlockRunStatus.Completed, Outputs = [PipelineCaller.Output(run)] });
            }
            else if (run is null || run.Status.IsFinal() || block.NextAttemptAt <= now)
            {
                _plan = _plan.Start(block.BlockUuid);
                failures.Add(Fail(ended with { Error = ErrorOf(block, run) }, now));
            }
        }

        return failures;
    }

    private BlockError ErrorOf(BlockRun block, CalledRun? run) => run switch
    {
        null => new BlockError("pipeline_failed", "The run that the block waits for was removed."),
        { Status: RunStatus.Failed or RunStatus.Cancelled } => new BlockError(
            "pipeline_failed",
            $"Run {run.Id} of pipeline {run.Name(Run.ProjectUuid)} {(run.Status == RunStatus.Cancelled ? "was cancelled" : "failed")}{(run.Error is null ? "." : $": {run.Error}")}"),
        _ => RunTimeout.ErrorOf(block),
    };

    /// <summary>Of the attempt that comes.</summary>
    private void Note(BlockRun block, string text) => _notes.Add((block with { Attempt = block.Attempt + 1 }, text));

    private List<BlockFailure> Decide(DateTimeOffset now)
    {
        var failed = new List<BlockFailure>();
        foreach (var block in _hasApprovals ? _blocks.All.Where(block => _approvals.Decision(block) is not null).ToList() : [])
        {
            var decision = _approvals.Decision(block)!;
            if (decision.Status == ApprovalStatus.Approved)
            {
                Change(block with { NextAttemptAt = null });
                Note(block, $"Approved by {decision.DecidedBy ?? "somebody"}{(decision.Comment is { } comment ? $": {comment}" : ".")}");
                continue;
            }

            var before = _plan;
            _plan = before.Fail(block.BlockUuid);
            failed.Add(new BlockFailure(Change(GivenUp(block, BlockRunStatus.Failed, now) with { Error = RunApprovals.ErrorOf(decision) }), null));
            GiveUp(before, block.BlockUuid, now);
        }

        return failed;
    }
}
