using System.Globalization;
using System.Text.Json;

namespace Mlops.Blocks.Tests.CSharp;

public sealed class BindingTests
{
    [Fact]
    public async Task Variables_are_read_as_the_types_of_their_parameters()
    {
        await using var project = new BlockProject();
        var code = Code.Transformer(
            """
            public static string Run(
                int count, string number, double ratio, bool loud, Strategy strategy, DateOnly day, DateTimeOffset at, Guid id, TimeSpan every, long? nothing,
                string? nobody, int[] list, Person person, IReadOnlyList<Person> people, Dictionary<string, int> map, System.Text.Json.JsonElement raw,
                (int A, Person B) pair, int maxDepth, int kept = 9, double text = 1.5) =>
                FormattableString.Invariant($"{count} {number} {ratio} {loud} {strategy} {day:yyyy-MM-dd} {at:u} {id:N} {every} {nothing is null} {nobody is null} {list.Sum()} ")
                + FormattableString.Invariant($"{person.Name} {people[1].Age} {map["b"]} {raw.GetArrayLength()} {pair.A}{pair.B.Name} {maxDepth} {kept} {text}");
            """);

        var block = (await project.RunAsync("transformer", "block", code, new Dictionary<string, object?>
        {
            ["count"] = 3,
            ["number"] = 7,
            ["ratio"] = "0.25",
            ["loud"] = "True",
            ["strategy"] = "mEAN",
            ["day"] = "2024-02-29",
            ["at"] = "2024-02-29T12:00:00+02:00",
            ["id"] = "0f8fad5b-d9cb-469f-a165-70867728950e",
            ["every"] = "01:30:00",
            ["nothing"] = null,
            ["nobody"] = null,
            ["list"] = new[] { 1, 2, 3 },
            ["person"] = new { name = "Ann" },
            ["people"] = new object[] { new { Name = "Bob" }, new { NAME = "Cy", age = 4.5, other = 1 } },
            ["map"] = new { a = 1, b = 2 },
            ["raw"] = new[] { 1, 2 },
            ["pair"] = new object[] { 1, new { name = "Di" } },
            ["max_depth"] = 42.0,
            ["text"] = "1e2",
        }, [])).Completed();

        Assert.Equal(
            "\"3 7 0.25 True Mean 2024-02-29 2024-02-29 10:00:00Z 0f8fad5bd9cb469fa16570867728950e 01:30:00 True True 6 Ann 4.5 2 2 1Di 42 9 100\"", block.Json());
    }

    [Fact]
    public async Task Every_problem_is_told_at_once()
    {
        await using var project = new BlockProject();
        var people = (await project.RunAsync("data_loader", "load_people", Code.LoadPeople)).Completed();

        var block = await project.RunAsync("transformer", "fill_in", """
            public static class FillIn
            {
                [Transformer]
                public static int Run(IReadOnlyList<Person> people, string absent, int strategy, Color color, byte small, DateOnly day, Person person, string notNull, int[] list) => 1;
            }
            public sealed record Person(string Name, int Age, string Cabin);
            public enum Color { Red, Blue }
            """, new { strategy = "42x", color = "7", small = 300, day = "2024-02-30", person = new { Name = "A" }, notNull = (string?)null, list = "x" }, [people]);

        Assert.Equal("binding_error", block.Error.Type);
        var problems = block.Error.Message.Split('\n');
        Assert.Contains("the output of 'load_people' (output_0)", problems[0], StringComparison.Ordinal);
        Assert.Contains("Cabin", problems[0], StringComparison.Ordinal);
        Assert.Contains("Age", problems[0], StringComparison.Ordinal);
        Assert.Equal(
            [
                "'fill_in' needs the variable 'absent' (String). Set it on the pipeline, or give the parameter a default.",
                "variable 'strategy' is \"42x\"; fill_in wants Int32",
                "variable 'color' is \"7\"; fill_in wants Color, one of Red, Blue",
                "variable 'small' is 300; fill_in wants Byte",
                "variable 'day' is \"2024-02-30\"; fill_in wants DateOnly",
                "variable 'person' is {\"Name\":\"A\"}; fill_in wants Person ($ has no 'Age', which Person needs)",
                "variable 'notNull' is null; fill_in wants String",
            ],
            problems[1..8]);
        Assert.StartsWith("variable 'list' is \"x\"; fill_in wants Int32[]", problems[8], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("public static int Run() => 1;", 1, "'block' has 1 upstream blocks ('a'), but its method takes none of them. Add a parameter for each, or remove the connection.")]
    [InlineData("public static int Run(Table a, int n = 3) => 1;", 2, "'block' has 2 upstream blocks ('a', 'b'), but its method takes only 'a'. Add a parameter for each, or remove the connection.")]
    [InlineData("public static int Run(Table a, Table b) => 1;", 1, "'block' may be missing upstream blocks: it takes 'b' (Table), but has only 'a' upstream. Connect a block, or remove the parameter.")]
    [InlineData("public static int Run(List<Person> people) => 1;", 0, "'block' may be missing upstream blocks: it takes 'people' (List<Person>), but has no upstream block and no variable of that name. Connect a block, or remove the parameter.")]
    [InlineData("public static int Run(TrainedModel model) => 1;", 1, "'model' of 'block': output_0 of 'a' is a table, which cannot be taken as TrainedModel. Take it as Table, DataFrame, IDataView, RecordBatch, a sequence of records, JsonElement or Stream.")]
    [InlineData("public static int Run((Table, Table) pair) => 1;", 1, "'a' stored no output_1, but 'pair' of 'block' takes it as Table. Take fewer items, or make that item nullable.")]
    public async Task Parameters_and_upstream_blocks_that_do_not_fit_are_told(string method, int upstreamCount, string message)
    {
        await using var project = new BlockProject();
        List<BlockRunOutcome> upstream = [];
        for (var i = 0; i < upstreamCount; i++)
        {
            upstream.Add((await project.RunAsync("data_loader", ((char)('a' + i)).ToString(CultureInfo.InvariantCulture), Code.LoadPeople)).Completed());
        }

        var block = await project.RunAsync("transformer", "block", Code.Transformer(method), [.. upstream]);

        Assert.Equal(("binding_error", message), (block.Error.Type, block.Error.Message));
    }

    [Fact]
    public async Task What_a_block_sets_for_itself_goes_before_what_the_run_has()
    {
        await using var project = new BlockProject
        {
            Configuration = new Dictionary<string, JsonElement> { ["variables"] = JsonElement.Parse("""{"max_depth": 3, "name": "{{ ds }} {{ variables('other') }}"}""") },
        };

        var block = await project.RunAsync(
            "transformer", "block", Code.Transformer("public static string Run(BlockContext context, int maxDepth, string name, int other) => $\"{maxDepth} {name} {other} {context.Variables.Count}\";"),
            variables: new { maxDepth = 5, other = 7 }, []);

        Assert.Equal("3 2024-02-01 7 7 3", JsonSerializer.Deserialize<string>(block.Completed().Result.Outputs[0].Output.Value!));
    }

    [Fact]
    public async Task Several_outputs_for_one_parameter_are_refused_with_the_cure()
    {
        await using var project = new BlockProject();
        var two = (await project.RunAsync("transformer", "two", Code.Transformer("public static (int, int) Run() => (1, 2);"))).Completed();

        var block = await project.RunAsync("transformer", "block", Code.Transformer("public static int Run(int n) => n;"), two);

        Assert.Equal("'two' has 2 outputs, but 'n' of 'block' takes one. Take them as a tuple of 2.", block.Error.Message);
    }

    [Fact]
    public async Task An_item_of_a_tuple_may_be_null_where_its_type_says_so()
    {
        await using var project = new BlockProject();
        var some = (await project.RunAsync("transformer", "some", Code.Transformer("public static (int, Table?, string) Run() => (1, null, \"a\");"))).Completed();

        var block = (await project.RunAsync("transformer", "block", Code.Transformer(
            "public static string Run((int N, Table? Table, string Text) all) => $\"{all.N}{all.Table is null}{all.Text}\";"), some)).Completed();
        var fewer = await project.RunAsync("transformer", "fewer", Code.Transformer("public static int Run((int N, Table? Table) all) => 1;"), some);

        Assert.Equal(["output_0", "output_2"], some.Result.Outputs.Select(output => output.Output.Name));
        Assert.Equal("\"1Truea\"", block.Json());
        Assert.Equal("'some' has an output_2, but 'all' of 'fewer' is a tuple of 2. Give it an item for each output.", fewer.Error.Message);
    }

    [Fact]
    public async Task A_value_that_does_not_fit_names_column_and_row()
    {
        await using var project = new BlockProject();
        var people = (await project.RunAsync("data_loader", "load_people", Code.LoadPeople)).Completed();

        var block = await project.RunAsync("transformer", "block", """
            public static class Block { [Transformer] public static int Run(IReadOnlyList<Person> people) => 1; }
            public sealed record Person(string Name, double Age);
            """, people);

        Assert.Equal("binding_error", block.Error.Type);
        Assert.Contains("'Age'", block.Error.Message, StringComparison.Ordinal);
        Assert.Contains("row 1", block.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_that_is_optional_may_be_absent()
    {
        await using var project = new BlockProject();

        var block = (await project.RunAsync("transformer", "block", Code.Transformer("public static bool Run(Table? table = null) => table is null;"))).Completed();

        Assert.Equal("true", block.Json());
    }
}
