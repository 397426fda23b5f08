namespace Mlops.Blocks.Tests.CSharp;

/// <summary>Conditions and sensors: blocks that say yes or no.</summary>
public sealed class QuestionTests
{
    [Theory]
    [InlineData("public static bool Run(IReadOnlyList<Person> people) => people.Count == 3;", true)]
    [InlineData("public static async Task<bool> Run(BlockContext context) { await Task.Yield(); return context.BlockUuid != \"is_due\"; }", false)]
    [InlineData("public static ValueTask<bool> Run(int limit = 5) => ValueTask.FromResult(limit > 5);", false)]
    public async Task A_condition_says_yes_or_no_and_stores_nothing(string method, bool expected)
    {
        await using var project = new BlockProject();
        var people = (await project.RunAsync("data_loader", "load_people", Code.LoadPeople)).Completed();

        var asked = (await project.RunAsync("conditional", "is_due", Question("Condition", method), people)).Completed();

        Assert.Equal((expected, 0, false), (asked.Result.Answer, asked.Result.Outputs.Count, Directory.Exists(asked.Directory)));
    }

    [Fact]
    public async Task A_sensor_that_returns_a_number_is_refused_in_words()
    {
        await using var project = new BlockProject();

        var asked = await project.RunAsync("sensor", "wait", Question("Sensor", "public static int Run() => 1;"));

        Assert.Equal(
            "sensors/wait.cs: Run (line 4) returns Int32 instead of bool, which is what it has to say; make it public static, with plain parameters, and let it return bool.",
            asked.Error.Message);
    }

    [Fact]
    public async Task What_a_condition_throws_is_its_error_with_its_place()
    {
        await using var project = new BlockProject();

        var asked = await project.RunAsync("conditional", "is_due", Question("Condition", "public static bool Run() => throw new InvalidOperationException(\"no calendar\");"));

        Assert.Equal(("System.InvalidOperationException", "no calendar", "conditionals/is_due.cs", 4), (asked.Error.Type, asked.Error.Message, asked.Error.File, asked.Error.Line));
        Assert.Null(asked.Result.Answer);
    }

    private static string Question(string attribute, string method) => $$"""
        public static class Block
        {
            [{{attribute}}]
            {{method}}
        }

        public sealed record Person(string Name, double? Age);
        """;
}
