using CsCheck;
using Mlops.Core.Pipelines;
using Mlops.Core.Runs;

namespace Mlops.Core.Tests.Runs;

/// <summary>Trigger rules in the state machine, beside a rule book of their own.</summary>
public sealed class RunPlanRuleTests
{
    private static readonly BlockRunStatus[] Ends = [BlockRunStatus.Completed, BlockRunStatus.Completed, BlockRunStatus.Failed, BlockRunStatus.ConditionFailed];

    /// <summary>Random acyclic graphs of blocks with rules; each block is bound to end in one way if it starts.</summary>
    private static readonly Gen<(PlannedBlock[] Blocks, BlockRunStatus[] Ends)> Graphs =
        from count in Gen.Int[1, 20]
        from edges in Gen.Int[0, 2].Array[count * count]
        from rules in Gen.Int[0, 3].Array[count]
        from ends in Gen.Int[0, Ends.Length - 1].Array[count]
        select (
            Enumerable.Range(0, count).Select(i => new PlannedBlock(
                $"b{i}", [.. Enumerable.Range(0, i).Where(j => edges[(i * count) + j] == 0).Select(j => $"b{j}")])
            {
                Rule = (TriggerRule)rules[i],
            }).ToArray(),
            ends.Select(end => Ends[end]).ToArray());

    [Fact]
    public void Every_block_ends_as_its_rule_says_whatever_the_order() =>
        Gen.Select(Graphs, Gen.Int[0, int.MaxValue]).Sample((graph, seed) =>
        {
            var plan = Walk(graph.Blocks, graph.Ends, new Random(seed));
            var expected = Expected(graph.Blocks, graph.Ends);
            return plan.IsFinal && graph.Blocks.All(block => plan[block.Uuid] == expected[block.Uuid])
                && plan.Status == (expected.Values.Any(status => status is BlockRunStatus.Failed or BlockRunStatus.UpstreamFailed) ? RunStatus.Failed : RunStatus.Completed);
        });

    [Fact]
    public void A_plan_made_from_stored_statuses_goes_on_to_the_same_end() =>
        Gen.Select(Graphs, Gen.Int[0, int.MaxValue], Gen.Int[0, 30]).Sample((graph, seed, steps) =>
        {
            var brokenOff = Walk(graph.Blocks, graph.Ends, new Random(seed), steps);
            var stored = graph.Blocks.Select(block => block with { Status = brokenOff[block.Uuid] }).ToArray();
            var resumed = Walk(stored, graph.Ends, new Random(seed));
            var expected = Expected(graph.Blocks, graph.Ends);
            return graph.Blocks.All(block => resumed[block.Uuid] == expected[block.Uuid]);
        });

    [Fact]
    public void A_stopped_plan_starts_nothing_and_ends_with_its_running_blocks() =>
        Gen.Select(Graphs, Gen.Int[0, int.MaxValue], Gen.Int[0, 30]).Sample((graph, seed, steps) =>
        {
            var plan = Walk(graph.Blocks, graph.Ends, new Random(seed), steps).Stop(RunStatus.Cancelled);
            var startsNothing = !plan.Ready.Any();
            foreach (var uuid in plan.Running.ToList())
            {
                plan = plan.End(uuid, BlockRunStatus.Cancelled);
            }

            return startsNothing && !plan.Ready.Any() && plan.IsFinal;
        });

    [Fact]
    public void A_block_by_one_failed_starts_before_the_others_ended_and_is_left_out_where_nothing_failed()
    {
        var plan = RunPlan.Create([new("a", []), new("b", []), new("alarm", ["a", "b"]) { Rule = TriggerRule.OneFailed }]).Start("a").Start("b");

        Assert.Equal(["alarm"], plan.End("a", BlockRunStatus.Failed).Ready);
        var quiet = plan.End("a", BlockRunStatus.Completed).End("b", BlockRunStatus.Completed);
        Assert.Equal((BlockRunStatus.ConditionFailed, RunStatus.Completed), (quiet["alarm"], quiet.Status));
    }

    [Fact]
    public void A_block_by_all_done_waits_for_the_slowest_and_runs_whatever_became_of_them()
    {
        var plan = RunPlan.Create([new("a", []), new("b", ["a"]), new("c", []), new("tidy", ["b", "c"]) { Rule = TriggerRule.AllDone }]).Start("a").Start("c");

        plan = plan.End("a", BlockRunStatus.Failed);
        Assert.Equal((BlockRunStatus.UpstreamFailed, false), (plan["b"], plan.Ready.Any()));
        plan = plan.End("c", BlockRunStatus.Completed);
        Assert.Equal(["tidy"], plan.Ready);
        Assert.Equal(RunStatus.Failed, plan.Start("tidy").End("tidy", BlockRunStatus.Completed).Status);
    }

    [Fact]
    public void Callbacks_start_for_the_blocks_that_ran_whatever_stops_the_run_and_change_nothing_of_it() =>
        Gen.Select(Graphs, Gen.Int[0, int.MaxValue], Gen.Int[0, 30]).Sample((graph, seed, steps) =>
        {
            var random = new Random(seed);
            var called = graph.Blocks.Select(block => new PlannedBlock($"tell:{block.Uuid}", [block.Uuid]) { Kind = PlannedKind.Callback });
            var ends = graph.Ends.Concat(graph.Ends.Select(_ => Ends[random.Next(Ends.Length)])).ToArray();
            var blocks = graph.Blocks.Concat(called).ToArray();
            var before = Walk(blocks, ends, random, steps);
            var ran = graph.Blocks.Where(block => before[block.Uuid] is BlockRunStatus.Running).Select(block => block.Uuid).ToHashSet();
            var plan = before.Stop(RunStatus.Cancelled);
            foreach (var uuid in plan.Running.Where(ran.Contains).ToList())
            {
                plan = plan.End(uuid, BlockRunStatus.Cancelled);
            }

            var outcome = Outcome(graph.Blocks.Select(block => plan[block.Uuid]));
            while (plan.Ready.Concat(plan.Running).FirstOrDefault() is { } uuid)
            {
                plan = plan.Ready.Contains(uuid) ? plan.Start(uuid) : plan.End(uuid, Ends[random.Next(Ends.Length)]);
                _ = uuid.StartsWith("tell:", StringComparison.Ordinal) ? true : throw new InvalidOperationException($"{uuid} started in a stopped plan.");
            }

            return plan.IsFinal && plan.Status == outcome && graph.Blocks.All(block => (plan[block.Uuid], plan[$"tell:{block.Uuid}"]) switch
            {
                (BlockRunStatus.Cancelled, var callback) => ran.Contains(block.Uuid) != (callback == BlockRunStatus.Cancelled),
                (BlockRunStatus.Completed or BlockRunStatus.Failed, var callback) => callback is not BlockRunStatus.Cancelled and not BlockRunStatus.UpstreamFailed,
                (var status, var callback) => callback == status,
            });
        });

    [Fact]
    public void A_block_that_stands_for_its_children_ends_with_the_last_of_them_and_as_they_did() =>
        Gen.Select(Gen.Int[0, 3].Array[0, 8], Gen.Int[0, int.MaxValue]).Sample((ends, seed) =>
        {
            var random = new Random(seed);
            var children = ends.Select((_, i) => new PlannedBlock($"b:{i}", ["d"])).ToArray();
            var plan = RunPlan.Create([new("d", []), new("b", ["d"]) { Kind = PlannedKind.Group }, new("e", ["b"])]).Start("d").End("d", BlockRunStatus.Completed);
            var startsNothing = !plan.Ready.Any();
            plan = plan.Extend([new("d", []), .. children, new("b", [.. children.Select(child => child.Uuid)]) { Kind = PlannedKind.Gather }, new("e", ["b"])]);
            while (children.Where(child => !plan[child.Uuid].IsFinal()).ToList() is { Count: > 0 } open)
            {
                startsNothing &= plan["b"] == BlockRunStatus.Initial && plan["e"] == BlockRunStatus.Initial;
                var child = open[random.Next(open.Count)].Uuid;
                plan = plan[child] == BlockRunStatus.Running ? plan.End(child, Ends[ends[Array.FindIndex(children, each => each.Uuid == child)]]) : plan.Start(child);
            }

            var all = children.Select(child => plan[child.Uuid]).ToList();
            var expected = all.Contains(BlockRunStatus.Failed) ? BlockRunStatus.Failed
                : all.Count > 0 && all.TrueForAll(status => status == BlockRunStatus.ConditionFailed) ? BlockRunStatus.ConditionFailed
                : BlockRunStatus.Completed;
            return startsNothing && plan["b"] == expected && plan.Ready.SequenceEqual(expected == BlockRunStatus.Completed ? ["e"] : []);
        });

    private static RunStatus Outcome(IEnumerable<BlockRunStatus> statuses)
    {
        var all = statuses.ToHashSet();
        return all.Contains(BlockRunStatus.Cancelled) ? RunStatus.Cancelled
            : all.Contains(BlockRunStatus.Failed) || all.Contains(BlockRunStatus.UpstreamFailed) ? RunStatus.Failed
            : RunStatus.Completed;
    }

    private static Dictionary<string, BlockRunStatus> Expected(PlannedBlock[] blocks, BlockRunStatus[] ends)
    {
        var expected = new Dictionary<string, BlockRunStatus>();
        foreach (var (block, end) in blocks.Zip(ends))
        {
            var upstream = block.UpstreamBlocks.Select(uuid => expected[uuid]).ToList();
            var hasFailed = upstream.Any(status => status is BlockRunStatus.Failed or BlockRunStatus.UpstreamFailed);
            var hasCompleted = upstream.Contains(BlockRunStatus.Completed);
            var (runs, otherwise) = block.Rule switch
            {
                TriggerRule.AllSuccess => (upstream.All(status => status == BlockRunStatus.Completed), hasFailed ? BlockRunStatus.UpstreamFailed : BlockRunStatus.ConditionFailed),
                TriggerRule.AllDone => (true, default),
                TriggerRule.OneFailed => (hasFailed || upstream.Count == 0, BlockRunStatus.ConditionFailed),
                _ => (hasCompleted || upstream.Count == 0, hasFailed ? BlockRunStatus.UpstreamFailed : BlockRunStatus.ConditionFailed),
            };
            expected[block.Uuid] = runs ? end : otherwise;
        }

        return expected;
    }

    private static RunPlan Walk(PlannedBlock[] blocks, BlockRunStatus[] ends, Random random, int limit = int.MaxValue)
    {
        var plan = RunPlan.Create(blocks);
        for (var step = 0; step < limit && !plan.IsFinal; step++)
        {
            var choices = plan.Ready.Select(uuid => (uuid, start: true)).Concat(plan.Running.Select(uuid => (uuid, start: false))).ToList();
            var (chosen, start) = choices[random.Next(choices.Count)];
            plan = start ? plan.Start(chosen) : plan.End(chosen, ends[Array.FindIndex(blocks, block => block.Uuid == chosen)]);
        }

        return plan;
    }
}
