using Mlops.Core.Runs;
using Mlops.Server.Components.Shared.Errors;

namespace Mlops.Server.Tests.Components.Errors;

public sealed class ErrorSummaryTests
{
    [Theory]
    [InlineData("column Fare does not fit.\nmore", "fill failed: column Fare does not fit")]
    [InlineData("", "fill failed with FormatException")]
    public void The_title_is_block_and_cause_in_one_line(string message, string expected) =>
        Assert.Equal(expected, ErrorSummary.Title(Failed(new BlockError("System.FormatException", message))));

    [Fact]
    public void A_long_cause_is_left_to_the_message() =>
        Assert.Equal("fill failed with compile error", ErrorSummary.Title(Failed(new BlockError("compile_error", new string('x', 200)))));

    [Fact]
    public void What_a_person_said_is_told_as_such()
    {
        var error = new BlockError("rejected", "Rejected by ann: too dear");

        Assert.Equal(("fill was rejected", "Rejected by ann: too dear"), (ErrorSummary.Title(Failed(error)), ErrorSummary.Message(error)));
        Assert.Equal("compile error: CS1002", ErrorSummary.Message(new BlockError("compile_error", "CS1002")));
    }

    [Fact]
    public void The_consequence_is_told_in_words()
    {
        var run = Runs.Run(
            RunStatus.Failed, Runs.Block("load", BlockRunStatus.Completed, 0, 1), Failed(new("x", "y")),
            Runs.Block("a", BlockRunStatus.UpstreamFailed), Runs.Block("b", BlockRunStatus.UpstreamFailed));

        Assert.Equal("2 blocks are upstream failed and did not run; 1 completed block keeps its output", ErrorSummary.Consequence(run));
    }

    [Theory]
    [InlineData("transformers/fill.cs", 10, 46, "transformers/fill.cs:10:46")]
    [InlineData("transformers/fill.cs", 10, null, "transformers/fill.cs:10")]
    [InlineData("transformers/fill.cs", null, null, "transformers/fill.cs")]
    [InlineData(null, 10, 46, null)]
    public void The_place_names_what_is_known(string? file, int? line, int? column, string? expected) =>
        Assert.Equal(expected, ErrorSummary.Place(new BlockError("x", "y") { File = file, Line = line, Column = column }));

    [Theory]
    [InlineData("rejected", "Do as the answer says")]
    [InlineData("approval_timeout", "Retry the incomplete blocks: the run asks again")]
    [InlineData("System.FormatException", "Mend the block")]
    public void What_helps_depends_on_what_failed(string type, string words) =>
        Assert.StartsWith(words, ErrorSummary.Remedy(Failed(new BlockError(type, "y"))), StringComparison.Ordinal);

    [Fact]
    public void Frames_of_a_stack_trace_are_counted() =>
        Assert.Equal(2, ErrorSummary.Frames("   at A.B() in c.cs:line 1\n   --- End of stack trace ---\n   at D.E()"));

    private static BlockRun Failed(BlockError error) => Runs.Block("fill", BlockRunStatus.Failed, 0, 22) with { Error = error };
}
