using Mlops.Core.Pipelines;
using Mlops.Core.Runs;
using Mlops.Core.Triggers;
using Mlops.Server.Components.Pages.Pipelines;

namespace Mlops.Server.Tests.Components.Pipelines;

public sealed class PipelineOrderTests
{
    private static readonly PipelineRow[] Rows =
    [
        Row("beta", blocks: 2, ranAfterHours: 5, nextAfterHours: null, active: 0),
        Row("Alpha", blocks: 3, ranAfterHours: null, nextAfterHours: 2, active: 1),
        Row("gamma", blocks: 2, ranAfterHours: 7, nextAfterHours: 1, active: 2),
        Row("delta", blocks: 0, ranAfterHours: null, nextAfterHours: null, active: 0),
    ];

    [Theory]
    [InlineData(null, "Alpha beta delta gamma")]
    [InlineData("name", "Alpha beta delta gamma")]
    [InlineData("-name", "gamma delta beta Alpha")]
    [InlineData("last_run", "beta gamma Alpha delta")]
    [InlineData("-last_run", "gamma beta Alpha delta")]
    [InlineData("next_trigger", "gamma Alpha beta delta")]
    [InlineData("-next_trigger", "Alpha gamma beta delta")]
    [InlineData("-blocks", "Alpha beta gamma delta")]
    [InlineData("blocks", "delta beta gamma Alpha")]
    [InlineData("-active", "gamma Alpha beta delta")]
    [InlineData("drop table", "Alpha beta delta gamma")]
    public void Rows_are_put_into_the_order_of_the_address(string? word, string expected) =>
        Assert.Equal(expected, string.Join(' ', PipelineOrder.Parse(word).Sort(Rows).Select(row => row.Pipeline.Name)));

    [Theory]
    [InlineData("name", PipelineColumn.Name, "-name")]
    [InlineData("-name", PipelineColumn.Name, "name")]
    [InlineData("name", PipelineColumn.LastRun, "-last_run")]
    [InlineData("-last_run", PipelineColumn.NextTrigger, "next_trigger")]
    public void A_press_on_a_head_turns_the_order_or_takes_another_column(string word, PipelineColumn column, string expected) =>
        Assert.Equal(expected, PipelineOrder.Parse(word).By(column).Word);

    private static PipelineRow Row(string name, int blocks, int? ranAfterHours, int? nextAfterHours, int active)
    {
        var pipeline = new Pipeline
        {
            ProjectUuid = "p",
            Uuid = name,
            Name = name,
            FilePath = $"/{name}",
            UpdatedAt = Runs.Start,
            Blocks = [.. Enumerable.Range(0, blocks).Select(i => new Block { Uuid = $"b{i}", Name = "b", Type = BlockType.Find("custom")!, Language = BlockLanguage.Find("csharp")! })],
        };
        PipelineRun[] runs = ranAfterHours is { } hours ? [Runs.Run(RunStatus.Completed) with { CreatedAt = Runs.Start.AddHours(hours) }] : [];
        var triggers = Enumerable.Range(0, Math.Max(active, nextAfterHours is null ? 0 : 1)).Select(i => new Trigger
        {
            Id = i,
            ProjectUuid = "p",
            PipelineUuid = name,
            Name = $"t{i}",
            ScheduleType = "time",
            IsActive = i < active,
            NextRunAt = nextAfterHours is { } next ? Runs.Start.AddHours(next) : null,
        });
        return new PipelineRow(pipeline, runs, [.. triggers]);
    }
}
