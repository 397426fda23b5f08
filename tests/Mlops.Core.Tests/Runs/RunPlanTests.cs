using CsCheck;
using Mlops.Core.Runs;

namespace Mlops.Core.Tests.Runs;

public sealed class RunPlanTests
{
    /// <summary>Random acyclic graphs: block i may wait for any blocks before it; some blocks are bound to fail.</summary>
    private static readonly Gen<(PlannedBlock[] Blocks, bool[] Fails)> Graphs =
        from count in Gen.Int[1, 25]
        from edges in Gen.Int[0, 3].Array[count * count]
        from fails in Gen.Int[0, 6].Array[count]
        select (
            Enumerable.Range(0, count).Select(i => new PlannedBlock(
                $"b{i}", [.. Enumerable.Range(0, i).Where(j => edges[(i * count) + j] == 0).Select(j => $"b{j}")])).ToArray(),
            fails.Select(fail => fail == 0).ToArray());

    [Fact]
    public void A_block_starts_only_after_all_its_upstream_blocks_completed() =>
        Gen.Select(Graphs, Gen.Int[0, int.MaxValue]).Sample((graph, seed) =>
        {
            var completed = new HashSet<string>();
            Walk(graph.Blocks, graph.Fails, new Random(seed), (uuid, plan) =>
            {
                var block = graph.Blocks.Single(block => block.Uuid == uuid);
                if (!block.UpstreamBlocks.All(completed.Contains))
                {
                    throw new InvalidOperationException($"{uuid} started too early.");
                }
            }, (uuid, status) => _ = status == BlockRunStatus.Completed && completed.Add(uuid));
        });

    [Fact]
    public void Every_run_ends_with_every_block_final_whatever_the_order() =>
        Gen.Select(Graphs, Gen.Int[0, int.MaxValue]).Sample((graph, seed) =>
        {
            var plan = Walk(graph.Blocks, graph.Fails, new Random(seed));
            return plan.IsFinal && graph.Blocks.All(block => plan[block.Uuid].IsFinal()) && !plan.Ready.Any() && plan.RunningCount == 0;
        });

    [Fact]
    public void The_order_in_which_blocks_end_does_not_change_the_outcome() =>
        Gen.Select(Graphs, Gen.Int[0, int.MaxValue], Gen.Int[0, int.MaxValue]).Sample((graph, seed, otherSeed) =>
        {
            var one = Walk(graph.Blocks, graph.Fails, new Random(seed));
            var other = Walk(graph.Blocks, graph.Fails, new Random(otherSeed));
            return one.Status == other.Status && graph.Blocks.All(block => one[block.Uuid] == other[block.Uuid]);
        });

    [Fact]
    public void A_block_fails_by_its_upstream_exactly_when_a_block_before_it_failed() =>
        Gen.Select(Graphs, Gen.Int[0, int.MaxValue]).Sample((graph, seed) =>
        {
            var plan = Walk(graph.Blocks, graph.Fails, new Random(seed));
            var doomed = new HashSet<string>();
            foreach (var (block, fails) in graph.Blocks.Zip(graph.Fails))
            {
                var upstreamFailed = block.UpstreamBlocks.Any(doomed.Contains);
                var expected = upstreamFailed ? BlockRunStatus.UpstreamFailed : fails ? BlockRunStatus.Failed : BlockRunStatus.Completed;
                if (plan[block.Uuid] != expected)
                {
                    return false;
                }

                _ = expected != BlockRunStatus.Completed && doomed.Add(block.Uuid);
            }

            return plan.Status == (doomed.Count > 0 ? RunStatus.Failed : RunStatus.Completed);
        });

    [Fact]
    public void A_plan_made_from_the_stored_statuses_of_a_broken_off_run_goes_on_to_the_same_end() =>
        Gen.Select(Graphs, Gen.Int[0, int.MaxValue], Gen.Int[0, 30]).Sample((graph, seed, steps) =>
        {
            var expected = Walk(graph.Blocks, graph.Fails, new Random(seed));
            var brokenOff = Walk(graph.Blocks, graph.Fails, new Random(seed), limit: steps);
            var stored = graph.Blocks.Select(block => block with { Status = brokenOff[block.Uuid] }).ToArray();

            var completedBefore = stored.Where(block => block.Status == BlockRunStatus.Completed).Select(block => block.Uuid).ToHashSet();
            var resumed = Walk(stored, graph.Fails, new Random(seed), (uuid, _) =>
            {
                if (completedBefore.Contains(uuid))
                {
                    throw new InvalidOperationException($"{uuid} ran again.");
                }
            });
            return resumed.Status == expected.Status && graph.Blocks.All(block => resumed[block.Uuid] == expected[block.Uuid]);
        });

    [Fact]
    public void A_cancelled_run_ends_once_its_running_blocks_have_ended() =>
        Gen.Select(Graphs, Gen.Int[0, int.MaxValue], Gen.Int[0, 30]).Sample((graph, seed, steps) =>
        {
            var plan = Walk(graph.Blocks, graph.Fails, new Random(seed), limit: steps);
            var wasFinal = plan.IsFinal;
            var status = plan.Status;
            plan = plan.Stop(RunStatus.Cancelled);
            var nothingStarts = !plan.Ready.Any();
            foreach (var uuid in plan.Running.ToList())
            {
                plan = plan.End(uuid, BlockRunStatus.Cancelled);
            }

            return nothingStarts && plan.IsFinal && (wasFinal ? plan.Status == status : plan.Status == RunStatus.Cancelled || !plan.Running.Any());
        });

    [Fact]
    public void Cancelling_leaves_ended_blocks_as_they_are()
    {
        var plan = RunPlan.Create([new("a", []), new("b", ["a"]), new("c", ["b"])]).Start("a").End("a", BlockRunStatus.Completed).Start("b");

        plan = plan.Stop(RunStatus.Cancelled).End("b", BlockRunStatus.Cancelled);

        Assert.Equal(
            [BlockRunStatus.Completed, BlockRunStatus.Cancelled, BlockRunStatus.Cancelled], [plan["a"], plan["b"], plan["c"]]);
        Assert.Equal(RunStatus.Cancelled, plan.Status);
    }

    [Fact]
    public void A_run_whose_last_block_completed_after_the_cancel_is_completed()
    {
        var plan = RunPlan.Create([new("a", [])]).Start("a").Stop(RunStatus.Cancelled).End("a", BlockRunStatus.Completed);

        Assert.Equal(RunStatus.Completed, plan.Status);
    }

    [Fact]
    public void Blocks_behind_a_condition_that_did_not_hold_are_left_out_and_the_run_completes()
    {
        var plan = RunPlan.Create([new("a", []), new("b", ["a"]), new("c", [])])
            .Start("a").End("a", BlockRunStatus.ConditionFailed).Start("c").End("c", BlockRunStatus.Completed);

        Assert.Equal(BlockRunStatus.ConditionFailed, plan["b"]);
        Assert.Equal(RunStatus.Completed, plan.Status);
    }

    [Fact]
    public void A_failure_is_told_to_far_descendants_at_once()
    {
        var plan = RunPlan.Create([new("a", []), new("b", ["a"]), new("c", ["b"]), new("d", [])]).Start("a").Start("d");

        var failed = plan.End("a", BlockRunStatus.Failed);

        Assert.Equal(["a", "b", "c"], failed.ChangedSince(plan));
        Assert.Equal(BlockRunStatus.UpstreamFailed, failed["c"]);
        Assert.Equal(RunStatus.Running, failed.Status);
    }

    [Fact]
    public void A_block_that_is_not_ready_cannot_start()
    {
        var plan = RunPlan.Create([new("a", []), new("b", ["a"])]);

        var error = Assert.Throws<InvalidOperationException>(() => plan.Start("b"));
        Assert.Contains("'b'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_before_its_upstream_block_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => RunPlan.Create([new("b", ["a"]), new("a", [])]));
        Assert.Contains("'b' waits for 'a'", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Runs the plan, choosing at random what happens next, until it is final or <paramref name="limit"/> things happened.</summary>
    private static RunPlan Walk(
        PlannedBlock[] blocks, bool[] fails, Random random, Action<string, RunPlan>? starts = null, Action<string, BlockRunStatus>? ended = null, int limit = int.MaxValue)
    {
        var plan = RunPlan.Create(blocks);
        for (var step = 0; step < limit && !plan.IsFinal; step++)
        {
            var choices = plan.Ready.Select(uuid => (uuid, start: true)).Concat(plan.Running.Select(uuid => (uuid, start: false))).ToList();
            var (chosen, start) = choices[random.Next(choices.Count)];
            if (start)
            {
                starts?.Invoke(chosen, plan);
                plan = plan.Start(chosen);
                continue;
            }

            var status = fails[Array.FindIndex(blocks, block => block.Uuid == chosen)] ? BlockRunStatus.Failed : BlockRunStatus.Completed;
            plan = plan.End(chosen, status);
            ended?.Invoke(chosen, status);
        }

        return plan;
    }
}
