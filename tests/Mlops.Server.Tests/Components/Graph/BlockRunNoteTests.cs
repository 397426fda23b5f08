using Mlops.Core.Pipelines;
using Mlops.Core.Runs;
using Mlops.Server.Components.Shared.Graph;

namespace Mlops.Server.Tests.Components.Graph;

public sealed class BlockRunNoteTests
{
    [Fact]
    public void A_completed_block_says_its_time_attempts_and_tests()
    {
        var run = Runs.Block("load", BlockRunStatus.Completed, 0, 250) with { Attempt = 2, Tests = [new("One", true)] };

        Assert.Equal("250 ms · 2 attempts · 1 test", BlockRunNote.Of(run, [run], Runs.Start));
    }

    [Fact]
    public void A_ready_block_says_what_it_waits_for()
    {
        var load = Runs.Block("load", BlockRunStatus.Completed, 0, 250);
        var train = Runs.Block("train", BlockRunStatus.Running, 250);
        var export = Runs.Block("export", BlockRunStatus.Initial, upstream: ["load", "train"]);

        Assert.Equal("Waits for train", BlockRunNote.Of(export, [load, train, export], Runs.Start));
    }

    [Fact]
    public void A_failed_block_says_the_first_line_of_its_error()
    {
        var run = Runs.Block("load", BlockRunStatus.Failed, 0, 10) with { Error = new("x", "Column Fare does not fit\nand more") };

        Assert.Equal("Column Fare does not fit", BlockRunNote.Of(run, [run], Runs.Start));
    }

    [Fact]
    public void A_sensor_between_two_looks_says_when_it_looks_again()
    {
        var wait = Runs.Block("wait", BlockRunStatus.Initial, 0) with { NextAttemptAt = Runs.Start.AddSeconds(38) };

        Assert.Equal("Looks again at 08:42:00 UTC", BlockRunNote.Of(wait, [wait], Runs.Start));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_block_that_waits_for_a_person_says_so_and_never_when_it_is_tried(bool hasEnd)
    {
        var send = Runs.Waiting("send", hasEnd ? Runs.Start.AddHours(1) : new DateTimeOffset(9999, 1, 1, 0, 0, 0, TimeSpan.Zero));

        Assert.Equal("Waits for approval", BlockRunNote.Of(send, [send], Runs.Start));
    }

    [Theory]
    [InlineData(5, TriggerRule.AllSuccess, "Left out by its condition")]
    [InlineData(null, TriggerRule.AllSuccess, "Left out by a condition")]
    [InlineData(null, TriggerRule.OneFailed, "Left out by its rule one_failed")]
    public void A_block_that_was_left_out_says_by_what(int? from, TriggerRule rule, string note)
    {
        var block = Runs.Block("b", BlockRunStatus.ConditionFailed, from, 7) with { Terms = new BlockTerms { TriggerRule = rule } };

        Assert.Equal(note, BlockRunNote.Of(block, [block], Runs.Start));
    }

    [Theory]
    [InlineData(2_207, 11, "2,207 rows × 11 columns", "2,207×11")]
    [InlineData(1, 1, "1 row × 1 column", "1×1")]
    [InlineData(1_234_567, 3, "1,234,567 rows × 3 columns", "1.23M×3")]
    public void A_table_is_told_by_rows_and_columns(long rows, int columns, string words, string label) =>
        Assert.Equal((words, label), (TableSize.Long(rows, columns), TableSize.Short(rows, columns)));
}
