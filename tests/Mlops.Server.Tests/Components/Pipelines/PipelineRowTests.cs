using Mlops.Core.Pipelines;
using Mlops.Core.Triggers;
using Mlops.Server.Components.Pages.Pipelines;

namespace Mlops.Server.Tests.Components.Pipelines;

public sealed class PipelineRowTests
{
    private static readonly Pipeline Pipeline = new()
    {
        ProjectUuid = "unit_0_setup",
        Uuid = "example_pipeline",
        Name = "example_pipeline",
        Description = "Loads the people aboard",
        Tags = ["titanic"],
        FilePath = "/projects/unit_0_setup/pipelines/example_pipeline/metadata.yaml",
        UpdatedAt = Runs.Start,
        Blocks = [new Block { Uuid = "load_people", Name = "load_people", Type = BlockType.Find("data_loader")!, Language = BlockLanguage.Find("csharp")! }],
    };

    [Theory]
    [InlineData("EXAMPLE", true)]
    [InlineData("people aboard", true)]
    [InlineData("titanic load_people", true)]
    [InlineData("data loader", true)]
    [InlineData("", true)]
    [InlineData("titanik", false)]
    [InlineData("titanic sensor", false)]
    public void Every_word_of_a_search_has_to_be_somewhere(string search, bool expected) => Assert.Equal(expected, new PipelineRow(Pipeline, [], []).Matches(search));

    [Fact]
    public void The_next_trigger_is_the_active_one_that_fires_first()
    {
        var row = new PipelineRow(Pipeline, [], [Trigger("late", true, 9), Trigger("off", false, 1), Trigger("soon", true, 3), Trigger("never", true, null)]);

        Assert.Equal("soon", row.NextTrigger?.Name);
    }

    [Fact]
    public void Only_an_error_is_shown_in_the_place_of_the_runs()
    {
        var warned = Pipeline with { Problems = [new PipelineProblem("A block is not linked.", IsError: false)] };
        var broken = Pipeline with { Problems = [.. warned.Problems, new PipelineProblem("There is a cycle.", IsError: true)] };

        Assert.Null(new PipelineRow(warned, [], []).Error);
        Assert.Equal("There is a cycle.", new PipelineRow(broken, [], []).Error?.Message);
    }

    private static Trigger Trigger(string name, bool isActive, int? hours) => new()
    {
        Id = 1,
        ProjectUuid = "unit_0_setup",
        PipelineUuid = "example_pipeline",
        Name = name,
        ScheduleType = "time",
        ScheduleInterval = "@daily",
        IsActive = isActive,
        NextRunAt = hours is { } number ? Runs.Start.AddHours(number) : null,
    };
}
