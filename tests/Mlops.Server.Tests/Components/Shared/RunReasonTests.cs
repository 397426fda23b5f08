using System.Text.Json;
using Mlops.Core.Runs;
using Mlops.Server.Components.Shared;

namespace Mlops.Server.Tests.Components.Shared;

public sealed class RunReasonTests
{
    [Fact]
    public void A_failed_run_names_the_block_and_the_first_line_of_its_error()
    {
        var failed = Runs.Block("fill_in", BlockRunStatus.Failed, 0, 10) with { Error = new BlockError("System.FormatException", "“free” is not a number.\nExample: 7.25") };

        Assert.Equal("fill_in: “free” is not a number.", RunReason.Of(Runs.Run(RunStatus.Failed, Runs.Block("load", BlockRunStatus.Completed, 0, 5), failed)));
    }

    [Fact]
    public void A_run_that_failed_before_its_blocks_tells_its_own_error() =>
        Assert.Equal("The pipeline is gone", RunReason.Of(Runs.Run(RunStatus.Failed) with { Error = "The pipeline is gone" }));

    [Fact]
    public void A_run_that_waits_says_what_for() =>
        Assert.Equal("No worker is alive", RunReason.Of(Runs.Run(RunStatus.Initial) with { WaitingFor = "No worker is alive" }));

    [Fact]
    public void A_run_tells_the_variables_that_differ_from_the_usual_ones()
    {
        var run = Runs.Run(RunStatus.Completed) with { Variables = Variables("""{"source": "other.csv", "seed": 42, "limit": 7}""") };

        Assert.Equal("source = other.csv, limit = 7", RunReason.Of(run, Variables("""{"source": "data/titanic.csv", "seed": 42}""")));
    }

    [Fact]
    public void A_usual_run_has_no_reason()
    {
        var run = Runs.Run(RunStatus.Completed) with { Variables = Variables("""{"seed": 42}""") };

        Assert.Null(RunReason.Of(run, Variables("""{"seed": 42}""")));
        Assert.Null(RunReason.Of(run));
    }

    private static Dictionary<string, JsonElement> Variables(string json) => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;
}
