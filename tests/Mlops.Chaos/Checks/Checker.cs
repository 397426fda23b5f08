using Mlops.Chaos.Graphs;
using Mlops.Chaos.Load;

namespace Mlops.Chaos.Checks;

/// <summary>Compares what was accepted and seen, what the database holds, and what the blocks' code says that it did.</summary>
internal sealed class Checker(FinalRows rows, Ledger ledger, RunSource source, RunWatch watch, Violations violations)
{
    private const string Completed = "completed";
    private const string Failed = "failed";
    private const string UpstreamFailed = "upstream_failed";

    /// <summary>Errors that a block may have because its process or the worker of its run was killed.</summary>
    private static readonly string[] ErrorsByDeath = ["runner_died", "worker_died"];

    private static readonly Dictionary<string, Graph> Graphs = Graph.All.ToDictionary(graph => graph.Name);

    public void Check()
    {
        CheckAccepted();
        CheckSeen();
        CheckLedger();
        foreach (var run in rows.Runs.Values)
        {
            CheckStatuses(run, [.. rows.Blocks[run.Id]]);
            CheckErrors(run, [.. rows.Blocks[run.Id]]);
            CheckOrder(run, [.. rows.Blocks[run.Id]]);
        }
    }

    private void CheckAccepted()
    {
        foreach (var id in source.Accepted.Keys.Where(id => !rows.Runs.ContainsKey(id)))
        {
            violations.Add(ViolationKind.Lost, $"Run {id} was accepted and is not in the database.", id);
        }

        var extra = rows.Runs.Keys.Count(id => !source.Accepted.ContainsKey(id));
        if (extra > source.AmbiguousCount)
        {
            violations.Add(
                ViolationKind.Lost, $"{extra} runs are in the database that no answer named; only {source.AmbiguousCount} requests had no clear answer.");
        }

        foreach (var run in rows.Runs.Values.Where(run => !RunWatch.IsFinalWord(run.Status)))
        {
            violations.Add(ViolationKind.Stuck, $"Run {run.Id} ({run.Pipeline}) is still {run.Status}.", run.Id);
        }
    }

    private void CheckSeen()
    {
        foreach (var (id, seen) in watch.Runs)
        {
            if (rows.Runs.GetValueOrDefault(id)?.Status is var now && !seen.StartsWith($"{now} ", StringComparison.Ordinal))
            {
                violations.Add(ViolationKind.Overwritten, $"Run {id} was seen as {seen} and is {now ?? "away"} in the end.", id);
            }
        }

        foreach (var block in rows.Blocks.SelectMany(blocks => blocks))
        {
            if (watch.Blocks.TryGetValue((block.RunId, block.Block), out var seen) && (seen.Status, seen.Attempt) != (block.Status, (int)block.Number))
            {
                violations.Add(
                    ViolationKind.Overwritten, $"Block {block.Block} of run {block.RunId} was seen as {seen} and is {block.Status} ({block.Number}) in the end.", block.RunId);
            }
        }
    }

    /// <summary>An attempt is stored before its code begins, and has one process: so it begins once, and none begins when the block has completed.</summary>
    private void CheckLedger()
    {
        var starts = ledger.Lines.Where(line => !line.IsEnd).ToLookup(line => line.Attempt);
        var ends = ledger.Lines.Where(line => line.IsEnd).ToLookup(line => line.Attempt);
        foreach (var attempt in starts.Where(lines => lines.Count() > 1))
        {
            violations.Add(ViolationKind.Double, $"{attempt.Key} began {attempt.Count()} times.", attempt.Key.RunId);
        }

        var startsByBlock = ledger.Lines.Where(line => !line.IsEnd).ToLookup(line => (line.Attempt.RunId, line.Attempt.Block));
        foreach (var block in rows.Blocks.SelectMany(blocks => blocks))
        {
            var began = startsByBlock[(block.RunId, block.Block)].ToList();
            if (began.Find(line => line.Attempt.Number > block.Number) is { } later)
            {
                violations.Add(ViolationKind.Double, $"{later.Attempt} began, but the database knows {block.Number} attempts only.", block.RunId);
            }

            if (block.Status != Completed)
            {
                continue;
            }

            if (ends[block.Attempt].FirstOrDefault() is not { } end)
            {
                violations.Add(ViolationKind.Wrong, $"{block.Attempt} is completed, but its code did not come to its end.", block.RunId);
            }
            else if (began.Find(line => line.Position > end.Position) is { } again)
            {
                violations.Add(ViolationKind.Double, $"{again.Attempt} began after {block.Attempt} had completed.", block.RunId);
            }
        }

        foreach (var attempt in rows.FormerAttempts.SelectMany(attempts => attempts).Where(attempt => attempt.Status == Completed))
        {
            violations.Add(ViolationKind.Double, $"{attempt.Attempt} had completed and was followed by another attempt.", attempt.RunId);
        }
    }

    private void CheckStatuses(RunRow run, IReadOnlyList<BlockRow> blocks)
    {
        if (!RunWatch.IsFinalWord(run.Status))
        {
            return;
        }

        var statuses = blocks.ToDictionary(block => block.Block, block => block.Status);
        Require(blocks.All(block => RunWatch.IsFinalWord(block.Status)), run, "is final, but a block is not");
        Require(run is { CompletedAt: not null, LeaseExpiresAt: null, WaitingFor: null }, run, "is final, but has no end, a lease or something that it waits for");
        Require(run.Status != Completed || statuses.Values.All(status => status == Completed), run, "is completed, but a block is not");
        Require(run.Status == Completed || statuses.Values.Any(status => status != Completed), run, "is not completed, but all its blocks are");
        Require(run.Status != "cancelled" || source.Cancelled.Contains(run.Id), run, "is cancelled, but nobody asked for that");
        foreach (var block in blocks)
        {
            var upstream = block.UpstreamBlocks.Select(uuid => statuses[uuid]).ToList();
            var mayRun = upstream.TrueForAll(status => status == Completed);
            Require(block.Status is not (Completed or Failed) || mayRun, run, $"ran block {block.Block}, but not all blocks upstream of it completed");
            Require(
                (block.Status == UpstreamFailed) == upstream.Exists(status => status is Failed or UpstreamFailed), run,
                $"has block {block.Block} as {block.Status}, which does not fit those upstream of it");
        }
    }

    private void CheckErrors(RunRow run, IReadOnlyList<BlockRow> blocks)
    {
        var graph = Graphs[run.Pipeline];
        Require(!graph.NeverCompletes || run.Status != Completed, run, "is completed, though one of its blocks never completes");
        Require(run.Error is null || run.Status != Completed, run, "is completed, but has an error");
        foreach (var block in blocks.Where(block => block.Status == Failed))
        {
            Require(
                ErrorsByDeath.Contains(block.ErrorType) || graph.WantedErrors.Contains(block.ErrorType), run,
                $"failed by block {block.Block}, whose error was caused by no fault: {block.Error}");
        }
    }

    /// <summary>No code begins before all that is upstream of it has completed.</summary>
    private void CheckOrder(RunRow run, IReadOnlyList<BlockRow> blocks)
    {
        var ends = ledger.Lines.Where(line => line.IsEnd && line.Attempt.RunId == run.Id).ToLookup(line => line.Attempt, line => line.Position);
        var starts = ledger.Lines.Where(line => !line.IsEnd && line.Attempt.RunId == run.Id).ToLookup(line => line.Attempt.Block, line => line.Position);
        var attempts = blocks.ToDictionary(block => block.Block, block => block.Attempt);
        foreach (var block in blocks.Where(block => starts[block.Block].Any()))
        {
            var first = starts[block.Block].Min();
            Require(
                block.UpstreamBlocks.All(uuid => ends[attempts[uuid]].Any(end => end < first)), run,
                $"began block {block.Block} before all blocks upstream of it had completed");
        }
    }

    private void Require(bool condition, RunRow run, string what)
    {
        if (!condition)
        {
            violations.Add(ViolationKind.Wrong, $"Run {run.Id} ({run.Pipeline}) {what}.", run.Id);
        }
    }
}
