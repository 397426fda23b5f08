using Mlops.Core.Runs;

namespace Mlops.Blocks.Tests.CSharp;

public sealed class CallbackTests
{
    private const string Tell = """
        public static class Tell
        {
            [Callback]
            public static void Completed(IReadOnlyList<Person> people, BlockContext context, BlockFailure? failure) =>
                Console.WriteLine($"{context.BlockUuid}: {people.Count}, {failure is null}");

            [Callback("failure")]
            [Callback("cancelled")]
            public static async Task Ended(BlockContext context, BlockFailure? failure, ILogger logger, Table? people = null)
            {
                await Task.Yield();
                logger.LogWarning("{Block}: {Message} {Line} {Rows}", context.BlockUuid, failure?.Message ?? "-", failure?.Line ?? 0, people?.RowCount ?? -1);
            }
        }

        public sealed record Person(string Name, double? Age);
        """;

    [Theory]
    [InlineData("success", "load_people: 3, True")]
    [InlineData("failure", "load_people: broken 7 3")]
    [InlineData("cancelled", "load_people: - 0 -1")]
    public async Task The_method_for_the_outcome_is_called(string outcome, string line)
    {
        await using var project = new BlockProject();
        var people = (await project.RunAsync("data_loader", "load_people", Code.LoadPeople)).Completed();

        var result = await project.CallAsync("tell", Tell, people, outcome, outcome == "failure" ? new BlockError("x", "broken") { Line = 7 } : null);

        Assert.Null(result.Error);
        Assert.Equal((true, 0), (result.Answer, result.Outputs.Count));
        Assert.Equal(line, Assert.Single(project.Log).Text);
    }

    [Fact]
    public async Task A_file_without_a_method_for_the_outcome_says_so()
    {
        await using var project = new BlockProject();
        var people = (await project.RunAsync("data_loader", "load_people", Code.LoadPeople)).Completed();

        var result = await project.CallAsync("tell", "public static class A { [Callback(\"failure\")] public static void Run() { } }", people, "success", null);

        Assert.Equal((null, false), (result.Error, result.Answer));
    }

    [Theory]
    [InlineData("[Callback(\"done\")] public static void Run() { }", "callbacks/tell.cs has a callback for 'done', which is no outcome. Write \"success\", \"failure\", \"cancelled\".")]
    [InlineData("[Callback] public static void Run() { } [Callback] public static void Other() { }", "callbacks/tell.cs has 2 callbacks for 'success'; keep one.")]
    public async Task Callbacks_that_cannot_be_told_apart_are_refused(string methods, string message)
    {
        await using var project = new BlockProject();

        var description = await project.DescribeAsync("callback", "tell", $"public static class A {{ {methods} }}");

        Assert.Equal(message, Assert.Single(description.Errors).Message);
    }
}
