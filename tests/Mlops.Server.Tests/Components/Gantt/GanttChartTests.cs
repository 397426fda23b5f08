using Mlops.Core.Runs;
using Mlops.Server.Components.Shared.Gantt;

namespace Mlops.Server.Tests.Components.Gantt;

public sealed class GanttChartTests
{
    private static readonly Dictionary<string, TimeSpan> Nothing = [];

    [Fact]
    public void Bars_of_a_final_run_lie_where_the_blocks_ran()
    {
        var run = Runs.Run(RunStatus.Completed, Runs.Block("a", BlockRunStatus.Completed, 0, 400), Runs.Block("b", BlockRunStatus.Completed, 400, 800));
        run = run with { CompletedAt = Runs.Start.AddMilliseconds(800) };

        var chart = GanttChart.Of(run, Runs.Start.AddHours(3), Nothing);

        Assert.Null(chart.Now);
        Assert.Equal([new GanttBar(0, 50), new GanttBar(50, 50)], chart.Rows.Select(row => row.Bar));
        Assert.Equal([400d, 400d], chart.Rows.Select(row => row.Duration!.Value.TotalMilliseconds));
    }

    [Fact]
    public void A_running_bar_reaches_now_and_its_outline_the_usual_end()
    {
        var run = Runs.Run(RunStatus.Running, Runs.Block("train", BlockRunStatus.Running, 0), Runs.Block("export", BlockRunStatus.Initial, upstream: "train"));

        var chart = GanttChart.Of(run, Runs.Start.AddSeconds(2), new Dictionary<string, TimeSpan> { ["train"] = TimeSpan.FromSeconds(4) });

        Assert.Equal(50, chart.Now);
        Assert.Equal(new GanttBar(0, 50), chart.Rows[0].Bar);
        Assert.Equal(new GanttBar(50, 50), chart.Rows[0].Expected);
        Assert.Equal(("waits for train", 50d), (chart.Rows[1].Note, chart.Rows[1].NotePercent));
    }

    [Fact]
    public void A_block_that_waits_for_a_person_says_so()
    {
        var run = Runs.Run(RunStatus.Running, Runs.Waiting("send", new DateTimeOffset(9999, 1, 1, 0, 0, 0, TimeSpan.Zero)));

        var row = Assert.Single(GanttChart.Of(run, Runs.Start.AddSeconds(2), Nothing).Rows);

        Assert.Equal(("waits for approval", null), (row.Note, row.Bar));
    }

    [Fact]
    public void A_block_that_a_retry_kept_does_not_stretch_the_axis()
    {
        var kept = Runs.Block("load", BlockRunStatus.Completed, -7_200_000, -7_199_000);
        var run = Runs.Run(RunStatus.Completed, kept, Runs.Block("fill", BlockRunStatus.Completed, 0, 100)) with { CompletedAt = Runs.Start.AddMilliseconds(100) };

        var chart = GanttChart.Of(run, Runs.Start, Nothing);

        Assert.Equal(TimeSpan.FromMilliseconds(120), chart.Scale.Length);
        Assert.Null(chart.Rows[0].Bar);
        Assert.Equal("kept from an earlier attempt", chart.Rows[0].Note);
    }

    [Fact]
    public void A_block_below_a_failed_one_did_not_run()
    {
        var run = Runs.Run(RunStatus.Failed, Runs.Block("a", BlockRunStatus.Failed, 0, 10), Runs.Block("b", BlockRunStatus.UpstreamFailed, upstream: "a"));
        run = run with { CompletedAt = Runs.Start.AddMilliseconds(10) };

        Assert.Equal("did not run", GanttChart.Of(run, Runs.Start, Nothing).Rows[1].Note);
    }

    [Fact]
    public void The_usual_duration_is_the_median_of_what_completed()
    {
        PipelineRun Took(int milliseconds, BlockRunStatus status) => Runs.Run(RunStatus.Completed, Runs.Block("a", status, 0, milliseconds));

        var usual = UsualDurations.Of([
            Took(100, BlockRunStatus.Completed), Took(300, BlockRunStatus.Completed), Took(200, BlockRunStatus.Completed), Took(9_000, BlockRunStatus.Failed),
        ]);

        Assert.Equal(TimeSpan.FromMilliseconds(200), Assert.Single(usual).Value);
    }
}
