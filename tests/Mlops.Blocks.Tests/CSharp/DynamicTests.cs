using Mlops.Core.Runs;

namespace Mlops.Blocks.Tests.CSharp;

/// <summary>Dynamic blocks: what their items are, and how children and what gathers them take them.</summary>
public sealed class DynamicTests
{
    [Theory]
    [InlineData("public static int[] Run() => [7, 8];", "0 1")]
    [InlineData("public static IEnumerable<Person> Run() => [new(\"Ann\", 1), new(\"Bob\", 2)];", "0 1")]
    [InlineData("public static (int[], Named[]) Run() => ([7, 8], [new(\"seven\"), new(\"eight\")]);", "seven eight")]
    [InlineData("public static (IEnumerable<Person>, List<Dictionary<string, string>>) Run() => ([new(\"Ann\", 1)], [new() { [\"block_uuid\"] = \"ann\" }]);", "ann")]
    [InlineData("public static object Run() => new object[] { new[] { 7, 8 }, new[] { new Named(\"seven\"), new Named(\"eight\") } };", "seven eight")]
    [InlineData("public static int[][] Run() => [[7, 8], [9]];", "0 1")]
    [InlineData("public static int[] Run() => [];", "")]
    public async Task The_items_of_a_list_are_named(string method, string expected)
    {
        await using var project = new BlockProject();

        var fan = await project.RunDynamicAsync("fan", Block("Custom", method));

        Assert.Equal(expected, string.Join(' ', fan.Completed().Result.FanItems!));
    }

    [Theory]
    [InlineData("public static int Run() => 5;", "returned 5")]
    [InlineData("public static string Run() => \"abc\";", "returned \"abc\"")]
    [InlineData("public static void Run() { }", "returned nothing")]
    [InlineData("public static byte[] Run() => [1];", "returned a file")]
    [InlineData("public static (int[], Named[]) Run() => ([7, 8], [new(\"seven\")]);", "returned 2 items and 1 names for them")]
    public async Task A_dynamic_block_that_returns_no_list_fails_in_words(string method, string what)
    {
        await using var project = new BlockProject();

        var fan = await project.RunDynamicAsync("fan", Block("Custom", method));

        Assert.Equal("dynamic_output", fan.Error.Type);
        Assert.StartsWith($"Block 'fan' is dynamic but {what}. Let it return a list, of which each item is one run of the blocks downstream", fan.Error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("public static int[] Run() => [7, 8];", "public static int Run(int item) => item * 2;", "16")]
    [InlineData("public static string[] Run() => [\"a\", \"b\"];", "public static string Run(System.Text.Json.JsonElement item) => item.GetString()!;", "\"b\"")]
    [InlineData("public static object Run() => new object[] { new[] { 7, 8 }, new[] { new Named(\"seven\"), new Named(\"eight\") } };", "public static int Run(int item) => item;", "8")]
    [InlineData("public static IEnumerable<Person> Run() => [new(\"Ann\", 1), new(\"Bob\", 2)];", "public static string Run(Person person) => person.Name;", "\"Bob\"")]
    [InlineData("public static IEnumerable<Person> Run() => [new(\"Ann\", 1), new(\"Bob\", 2)];", "public static long Run(Table one) => one.RowCount;", "1")]
    public async Task A_child_takes_its_item(string fan, string child, string expected)
    {
        await using var project = new BlockProject();
        var items = (await project.RunDynamicAsync("fan", Block("Custom", fan))).Completed();

        var made = await project.RunAsync("custom", "child", Block("Custom", child), new UpstreamOutputs("fan", items.Directory, items.Result.Outputs) { Item = 1 });

        Assert.Equal(expected, made.Completed().Json());
    }

    [Theory]
    [InlineData("public static int Run() => 7;", "public static int Run(IReadOnlyList<int> all) => all.Sum();", "14")]
    [InlineData("public static int Run() => 7;", "public static int Run(int[] all) => all.Length;", "2")]
    [InlineData("public static int Run() => 7;", "public static int Run(System.Text.Json.JsonElement all) => all[1].GetInt32();", "7")]
    [InlineData("public static IEnumerable<Person> Run() => [new(\"Ann\", 1)];", "public static string Run(IReadOnlyList<Person> all) => string.Join(' ', all.Select(one => one.Name));", "\"Ann Ann\"")]
    [InlineData("public static IEnumerable<Person> Run() => [new(\"Ann\", 1)];", "public static long Run(IEnumerable<Table> all) => all.Sum(one => one.RowCount);", "2")]
    [InlineData("public static (int, string) Run() => (7, \"a\");", "public static string Run(List<(int, string)> all) => all[1].Item2;", "\"a\"")]
    public async Task What_gathers_takes_the_outputs_of_all_children_as_a_list(string child, string gather, string expected)
    {
        await using var project = new BlockProject();
        var made = (await project.RunAsync("custom", "child", Block("Custom", child))).Completed();
        var part = new UpstreamOutputs("child:0", made.Directory, made.Result.Outputs);

        var gathered = await project.RunAsync("custom", "gather", Block("Custom", gather), new UpstreamOutputs("child", "", []) { Parts = [part, part, part with { Outputs = [] }] });

        Assert.Equal(expected, gathered.Completed().Json());
    }

    [Fact]
    public async Task What_gathers_into_a_single_value_says_that_it_needs_a_list()
    {
        await using var project = new BlockProject();

        var gathered = await project.RunAsync("custom", "gather", Block("Custom", "public static int Run(int all) => all;"), new UpstreamOutputs("child", "", []) { Parts = [] });

        Assert.Equal(
            "'all' of 'gather' cannot be read from 'child': it is what several blocks made, which cannot be taken as Int32. Take it as a list, such as IReadOnlyList<Int32>.",
            gathered.Error.Message);
    }

    private static string Block(string attribute, string method) => $$"""
        public static class Block
        {
            [{{attribute}}]
            {{method}}
        }

        public sealed record Person(string Name, double? Age);
        public sealed record Named(string BlockUuid);
        """;
}
