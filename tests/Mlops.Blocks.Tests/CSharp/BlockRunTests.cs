using System.Security.Cryptography;
using Mlops.Core.Runs;
using Mlops.Sdk;

namespace Mlops.Blocks.Tests.CSharp;

public sealed class BlockRunTests
{
    [Fact]
    public async Task Records_are_stored_as_a_table_with_size_hash_rows_and_columns()
    {
        await using var project = new BlockProject();

        var people = (await project.RunAsync("data_loader", "load_people", Code.LoadPeople)).Completed();

        var output = Assert.Single(people.Result.Outputs);
        Assert.Equal("output_0.parquet", output.FileName);
        Assert.Equal(("output_0", OutputKind.Table, 3), (output.Output.Name, output.Output.Kind, output.Output.RowCount));
        Assert.Equal([new OutputColumn("Name", "string", true), new OutputColumn("Age", "double", true)], output.Output.Columns);
        var file = await File.ReadAllBytesAsync(people.PathOf(0));
        Assert.Equal((file.Length, Convert.ToHexStringLower(SHA256.HashData(file))), (output.Output.SizeBytes, output.Output.Hash));
        Assert.Equal(["output_0.parquet"], Directory.GetFiles(people.Directory).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("public static double Run(IReadOnlyList<Person> people) => people.Sum(p => p.Age ?? 0);", "93")]
    [InlineData("public static double Run(List<Person> people) => people.Sum(p => p.Age ?? 0);", "93")]
    [InlineData("public static double Run(Person[] people) => people.Sum(p => p.Age ?? 0);", "93")]
    [InlineData("public static double Run(IEnumerable<Person> people) => people.Sum(p => p.Age ?? 0);", "93")]
    [InlineData("public static async Task<double> Run(IAsyncEnumerable<Person> people) { var s = 0.0; await foreach (var p in people) { s += p.Age ?? 0; } return s; }", "93")]
    [InlineData("public static long Run(Table people) => people.RowCount;", "3")]
    [InlineData("public static long Run(Apache.Arrow.RecordBatch people) => people.Length;", "3")]
    [InlineData("public static long Run(Microsoft.Data.Analysis.DataFrame people) => people.Rows.Count;", "3")]
    [InlineData("public static long? Run(Microsoft.ML.IDataView people) => people.GetRowCount();", "3")]
    [InlineData("public static string Run(System.Text.Json.JsonElement people) => people[2].GetProperty(\"Name\").GetString()!;", "\"Cy\"")]
    [InlineData("public static bool Run(System.IO.Stream people) => people.Length > 100;", "true")]
    public async Task A_table_is_handed_over_in_the_form_of_the_parameter(string method, string expected)
    {
        await using var project = new BlockProject();
        var people = (await project.RunAsync("data_loader", "load_people", Code.LoadPeople)).Completed();

        var block = (await project.RunAsync("transformer", "block", Code.Transformer(method), people)).Completed();

        Assert.Equal(expected, block.Json());
    }

    [Theory]
    [InlineData("public static Task<string> Run() => Task.FromResult(\"ü\");", "\"\\u00FC\"")]
    [InlineData("public static async ValueTask<int> Run() { await Task.Yield(); return 7; }", "7")]
    [InlineData("public static int[] Run() => [1, 2];", "[1,2]")]
    [InlineData("public static Person Run() => new(\"Ann\", null);", "{\"Name\":\"Ann\",\"Age\":null}")]
    [InlineData("public static object Run() => new { N = double.NaN, S = Strategy.Median, D = new DateOnly(2024, 2, 1) };", "{\"N\":\"NaN\",\"S\":\"Median\",\"D\":\"2024-02-01\"}")]
    [InlineData("public static Dictionary<string, Person> Run() => new() { [\"a\"] = new(\"Ann\", 1) };", "{\"a\":{\"Name\":\"Ann\",\"Age\":1}}")]
    [InlineData("public static IReadOnlyDictionary<string, int> Run() => new Dictionary<string, int> { [\"a\"] = 1 };", "{\"a\":1}")]
    [InlineData("public static IEnumerable<(string, int)> Run() => [(\"a\", 1)];", "[[\"a\",1]]")]
    [InlineData("public static async IAsyncEnumerable<int> Run() { await Task.Yield(); yield return 4; }", "[4]")]
    [InlineData("public static System.Text.Json.JsonElement Run() => System.Text.Json.JsonElement.Parse(\"[1, {}]\");", "[1,{}]")]
    public async Task Anything_else_is_stored_as_JSON(string method, string expected)
    {
        await using var project = new BlockProject();

        var block = (await project.RunAsync("transformer", "block", Code.Transformer(method))).Completed();

        var output = Assert.Single(block.Result.Outputs);
        Assert.Equal(("output_0.json", OutputKind.Json), (output.FileName, output.Output.Kind));
        Assert.Equal(expected, block.Json());
    }

    [Theory]
    [InlineData("public static async IAsyncEnumerable<Person> Run() { await Task.Yield(); yield return new(\"Ann\", 1); }", 1)]
    [InlineData("public static Task<List<Person>> Run() => Task.FromResult(new List<Person>());", 0)]
    [InlineData("public static Table Run() => Table.FromRows<Person>([new(\"Ann\", 1), new(\"Bob\", 2)]);", 2)]
    [InlineData("public static Apache.Arrow.RecordBatch Run() => Table.FromRows<Person>([new(\"Ann\", 1)]).Batches[0];", 1)]
    public async Task Sequences_of_records_and_Arrow_data_are_tables(string method, long rowCount)
    {
        await using var project = new BlockProject();

        var block = (await project.RunAsync("transformer", "block", Code.Transformer(method))).Completed();

        Assert.Equal(
            [("output_0.parquet", rowCount, "Name,Age")],
            block.Result.Outputs.Select(o => (o.FileName, o.Output.RowCount ?? -1, string.Join(',', o.Output.Columns.Select(column => column.Name)))));
    }

    [Fact]
    public async Task A_tuple_is_several_outputs_and_a_tuple_takes_them()
    {
        await using var project = new BlockProject();
        var split = (await project.RunAsync("transformer", "split", Code.Transformer(
            "public static (IEnumerable<Person> Train, Table Val, int Seed) Run() => ([new(\"Ann\", 1)], Table.FromRows<Person>([new(\"Bob\", 2), new(\"Cy\", 3)]), 42);"))).Completed();

        var block = (await project.RunAsync("transformer", "block", Code.Transformer(
            "public static string Run((IReadOnlyList<Person> Train, Table Val, int Seed) data) => $\"{data.Train[0].Name} {data.Val.RowCount} {data.Seed}\";"), split)).Completed();

        Assert.Equal(["output_0.parquet", "output_1.parquet", "output_2.json"], split.Result.Outputs.Select(output => output.FileName));
        Assert.Equal("\"Ann 2 42\"", block.Json());
    }

    [Fact]
    public async Task A_tuple_of_nine_is_nine_outputs()
    {
        await using var project = new BlockProject();
        var nine = (await project.RunAsync("transformer", "nine", Code.Transformer(
            "public static (int, int, int, int, int, int, int, int, Person) Run() => (1, 2, 3, 4, 5, 6, 7, 8, new(\"Ann\", 9));"))).Completed();

        var block = (await project.RunAsync("transformer", "block", Code.Transformer(
            "public static string Run((int, int, int, int, int, int, int, int, Person) all) => $\"{all.Item1}{all.Item7}{all.Item8}{all.Item9.Name}\";"), nine)).Completed();

        Assert.Equal(9, nine.Result.Outputs.Count);
        Assert.Equal("\"178Ann\"", block.Json());
    }

    [Fact]
    public async Task Null_is_no_output_and_reaches_a_parameter_that_takes_null()
    {
        await using var project = new BlockProject();
        var nothing = (await project.RunAsync("transformer", "nothing", Code.Transformer("public static Table? Run() => null;"))).Completed();

        var block = (await project.RunAsync("transformer", "block", Code.Transformer("public static bool Run(Table? table) => table is null;"), nothing)).Completed();
        var strict = await project.RunAsync("transformer", "strict", Code.Transformer("public static bool Run(Table table) => true;"), nothing);

        Assert.Empty(nothing.Result.Outputs);
        Assert.Equal("true", block.Json());
        Assert.Equal(
            "'nothing' stored no output, but 'strict' takes one as 'table' (Table). Let it return something, or make the parameter nullable.", strict.Error.Message);
    }

    [Fact]
    public async Task An_upstream_block_without_outputs_takes_no_parameter()
    {
        await using var project = new BlockProject();
        var people = (await project.RunAsync("data_loader", "load_people", Code.LoadPeople)).Completed();
        var export = (await project.RunAsync("transformer", "export", Code.Transformer("public static void Run(Table table) { }"), people)).Completed();

        var block = (await project.RunAsync("transformer", "block", Code.Transformer(
            "public static string Run(Table table, int factor) => $\"{table.RowCount} {factor}\";"), new { factor = 5 }, [export, people])).Completed();

        Assert.Empty(export.Result.Outputs);
        Assert.Equal("\"3 5\"", block.Json());
    }

    [Fact]
    public async Task Bytes_and_streams_are_files()
    {
        await using var project = new BlockProject();
        var bytes = (await project.RunAsync("transformer", "bytes", Code.Transformer("public static byte[] Run() => [1, 2, 3];"))).Completed();
        var stream = (await project.RunAsync("transformer", "stream", Code.Transformer(
            "public static System.IO.Stream Run(byte[] upstream) => new System.IO.MemoryStream([.. upstream, 4]);"), bytes)).Completed();

        Assert.Equal(("output_0.bin", OutputKind.File), (bytes.Result.Outputs[0].FileName, bytes.Result.Outputs[0].Output.Kind));
        Assert.Equal([1, 2, 3, 4], await File.ReadAllBytesAsync(stream.PathOf(0)));
    }

    [Fact]
    public async Task Records_go_through_JSON_and_back()
    {
        await using var project = new BlockProject();
        var one = (await project.RunAsync("transformer", "one", Code.Transformer(
            "public static Dictionary<string, List<Person>> Run() => new() { [\"a\"] = [new(\"Ann\", null), new(\"Bob\", 2.5)] };"))).Completed();

        var block = (await project.RunAsync("transformer", "block", Code.Transformer(
            "public static string Run(IReadOnlyDictionary<string, Person[]> all) => string.Join(';', all[\"a\"].Select(p => $\"{p.Name}={p.Age}\"));"), one)).Completed();

        Assert.Equal("\"Ann=;Bob=2.5\"", block.Json());
    }

    [Fact]
    public async Task Two_blocks_downstream_of_one_table_cannot_free_each_others_rows()
    {
        await using var project = new BlockProject();
        var people = (await project.RunAsync("data_loader", "load_people", Code.LoadPeople)).Completed();
        var code = Code.Transformer("public static double Run(Table people) { using (people) { return people.ToList<Person>().Sum(p => p.Age ?? 0); } }");

        var blocks = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => project.RunAsync("transformer", $"block_{i}", code, people)));

        Assert.Equal(Enumerable.Repeat("93", 8), blocks.Select(block => block.Completed().Json()));
    }

    [Fact]
    public async Task A_block_may_return_the_table_that_it_was_given()
    {
        await using var project = new BlockProject();
        var people = (await project.RunAsync("data_loader", "load_people", Code.LoadPeople)).Completed();
        var same = (await project.RunAsync("transformer", "same", Code.Transformer("public static Table Run(Table people) => people;"), people)).Completed();

        var block = (await project.RunAsync("transformer", "block", Code.Transformer(
            "public static int Run(IReadOnlyList<Person> a, IReadOnlyList<Person> b) => a.Count + b.Count;"), same, people)).Completed();

        Assert.Equal("6", block.Json());
    }

    [Fact]
    public async Task A_later_session_reads_the_stored_files()
    {
        await using var project = new BlockProject();
        var people = (await project.RunAsync("data_loader", "load_people", Code.LoadPeople)).Completed();
        await using var session = await project.Host.OpenAsync(new BlockSessionOptions(2, "project", project.ProjectPath, "pipeline"), CancellationToken.None);
        project.Write("transformers/block.cs", Code.Transformer("public static int Run(IReadOnlyList<Person> people, Table table) => people.Count + (int)table.RowCount;"));

        var block = (await project.RunAsync(session, "transformer", "block", null, [people, people])).Completed();

        Assert.Equal("6", block.Json());
    }

    [Fact]
    public async Task Shared_files_are_compiled_with_their_internals_open_to_blocks()
    {
        await using var project = new BlockProject();
        project.Write("utils/Numbers.cs", "namespace Shared; internal static class Numbers { public static int Twice(int n) => 2 * n; }");
        project.Write("utils/deep/Rows.cs", "namespace Shared; public sealed record Row(int N);");

        var block = (await project.RunAsync("transformer", "block", """
            using Shared;
            public static class Block
            {
                [Transformer] public static IEnumerable<Row> Run() => [new(Numbers.Twice(21))];
                [Test] public static void It_is_42(IReadOnlyList<Row> rows) => Check.Equal(42, rows[0].N, "N");
            }
            """)).Completed();

        Assert.Equal([new BlockTestResult("It_is_42", true)], block.Result.Tests);
    }

    [Fact]
    public async Task The_context_tells_what_runs()
    {
        await using var project = new BlockProject();

        var block = (await project.RunAsync("transformer", "block", Code.Transformer(
            "public static string Run(BlockContext c, CancellationToken t, ILogger l) => $\"{c.ProjectUuid} {c.PipelineUuid} {c.BlockUuid} {c.PipelineRunId} {c.Attempt} {c.ExecutionDate:yyyy-MM-dd} {c.Variables.Count} {t.CanBeCanceled} {l == c.Logger}\";"))).Completed();

        Assert.Equal("\"project pipeline block 1 1 2024-02-01 0 False True\"", block.Json());
    }

    [Fact]
    public async Task Tests_run_after_the_outputs_are_stored_and_a_failing_one_fails_the_block()
    {
        await using var project = new BlockProject();

        var block = await project.RunAsync("transformer", "block", """
            public static class Block
            {
                [Transformer] public static IEnumerable<Row> Run() => [new(1), new(2)];
                [Test] public static void Good(IReadOnlyList<Row> output) => Check.That(output.Count == 2, "not two");
                [Test] public static async Task Bad(Table output)
                {
                    await Task.Yield();
                    Check.Equal(3, output.RowCount, "The number of rows");
                }
                [Test] public static void Thrown() => throw new InvalidOperationException("no");
            }
            public sealed record Row(int N);
            """);

        Assert.Equal(
            [new("Good", true), new("Bad", false, "The number of rows is 2, expected 3"), new BlockTestResult("Thrown", false, "no")],
            block.Result.Tests);
        Assert.Equal(("test_failed", "2 of 3 tests failed\nBad: The number of rows is 2, expected 3\nThrown: no"), (block.Error.Type, block.Error.Message));
        Assert.Equal(("transformers/block.cs", 8), (block.Error.File, block.Error.Line));
        Assert.True(File.Exists(block.PathOf(0)));
    }

    [Fact]
    public async Task A_test_takes_each_output_or_all_as_a_tuple()
    {
        await using var project = new BlockProject();

        var block = (await project.RunAsync("transformer", "block", """
            public static class Block
            {
                [Transformer] public static (int, string) Run() => (1, "a");
                [Test] public static void Each(int number, string text) => Check.Equal("1a", number + text, "it");
                [Test] public static void Both((int Number, string Text) all) => Check.Equal("1a", all.Number + all.Text, "it");
                [Test] public static void First(int number, BlockContext context) => Check.Equal(1, number, context.BlockUuid);
            }
            """)).Completed();

        Assert.Equal(["Each", "Both", "First"], block.Result.Tests.Where(test => test.Passed).Select(test => test.Name));
    }

    [Fact]
    public async Task An_exception_carries_the_users_file_and_line()
    {
        await using var project = new BlockProject();

        var block = await project.RunAsync("transformer", "nested/block", """
            public static class Block
            {
                [Transformer]
                public static IEnumerable<int> Run()
                {
                    yield return 1;
                    yield return Parse(0);
                }

                [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
                private static int Parse(int by)
                {
                    var text = by.ToString();
                    return int.Parse(text + 'x') + 1;
                }
            }
            """);

        var error = block.Error;
        Assert.Equal(("System.FormatException", "transformers/nested/block.cs", 14), (error.Type, error.File, error.Line));
        Assert.Equal((11, 6), (error.CodeFirstLine, error.Code!.Split('\n').Length));
        Assert.Contains("return int.Parse(text + 'x') + 1;", error.Code, StringComparison.Ordinal);
        Assert.Contains("   at Block.Parse(Int32 by) in transformers/nested/block.cs:line 14", error.StackTrace, StringComparison.Ordinal);
        Assert.DoesNotContain("Mlops.Blocks", error.StackTrace, StringComparison.Ordinal);
        Assert.DoesNotContain("System.Reflection", error.StackTrace, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("var list = new List<int> { 1 };", "var second = list[1];", "Console.WriteLine(second);")]
    [InlineData("var texts = new[] { \"1\", \"x\" };", "var numbers = texts.Select(int.Parse).ToList();", "Console.WriteLine(numbers.Count);")]
    [InlineData("Console.WriteLine(1);", "if (list1.Count > 0) throw new FormatException();", "Console.WriteLine(2);")]
    [InlineData("Console.WriteLine(1);", "var price = decimal.Parse(\"x\");", "Console.WriteLine(price);")]
    [InlineData("var text = (string?)Environment.GetEnvironmentVariable(\"NO_SUCH\");", "var length = text!.Length;", "Console.WriteLine(length);")]
    [InlineData("var array = new int[list1.Count];", "var second = array[5];", "Console.WriteLine(second);")]
    [InlineData("var text = list1.Count + \"x\";", "var number = int.Parse(text);", "Console.WriteLine(number);")]
    [InlineData("Console.WriteLine(1);", "var length = Nothing(list1)!.Length;", "Console.WriteLine(length);")]
    public async Task The_line_is_that_of_the_statement(string before, string failing, string after)
    {
        await using var project = new BlockProject();

        var block = await project.RunAsync("transformer", "block", $$"""
            public static class Block
            {
                [Transformer]
                public static void Run()
                {
                    var list1 = new List<int> { 1, 2 };
                    {{before}}
                    {{failing}}
                    {{after}}
                }
                private static string? Nothing(List<int> list) => list.Count > 5 ? "a" : null;
            }
            """);

        Assert.Equal(8, block.Error.Line);
    }

    [Fact]
    public async Task A_cause_in_the_users_code_is_found_below_an_exception_of_a_library()
    {
        await using var project = new BlockProject();

        var block = await project.RunAsync("transformer", "block", """
            public static class Block
            {
                [Transformer]
                public static async Task<int> Run()
                {
                    await Task.Yield();
                    return new Lazy<Setup>().Value.N;
                }
            }
            public sealed class Setup
            {
                public Setup() => throw new FormatException("bad");
                public int N => 1;
            }
            """);

        Assert.Equal(("transformers/block.cs", 12), (block.Error.File, block.Error.Line));
        Assert.Contains("bad", block.Error.Message + block.Error.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_block_throws_and_one_that_cancels_itself_fails()
    {
        await using var project = new BlockProject();
        using var source = new CancellationTokenSource();
        var code = Code.Transformer("public static async Task Run(CancellationToken token) { Console.WriteLine(\"waiting\"); await Task.Delay(Timeout.Infinite, token); }");
        var running = project.RunAsync("transformer", "block", code, null, [], source.Token);
        while (!running.IsCompleted && project.Log.ToArray().Length == 0)
        {
            await Task.Yield();
        }

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        var own = await project.RunAsync("transformer", "own", Code.Transformer("public static void Run() => throw new OperationCanceledException(\"own\");"));
        Assert.Equal(("System.OperationCanceledException", "own"), (own.Error.Type, own.Error.Message));
    }

    [Fact]
    public async Task A_file_that_is_gone_fails_the_block()
    {
        await using var project = new BlockProject();
        var people = (await project.RunAsync("data_loader", "load_people", Code.LoadPeople)).Completed();
        var bytes = (await project.RunAsync("transformer", "bytes", Code.Transformer("public static byte[] Run() => [1];"))).Completed();
        File.Delete(bytes.PathOf(0));
        File.Delete(Path.Combine(project.ProjectPath, "data_loaders", "load_people.cs"));
        await using var session = await project.Host.OpenAsync(new BlockSessionOptions(2, "project", project.ProjectPath, "pipeline"), CancellationToken.None);

        var noCode = await project.RunAsync(session, "data_loader", "load_people", null, []);
        var noInput = await project.RunAsync("transformer", "block", Code.Transformer("public static int Run(byte[] bytes) => 1;"), bytes);

        Assert.Equal("file_missing", noCode.Error.Type);
        Assert.Contains("data_loaders/load_people.cs", noCode.Error.Message, StringComparison.Ordinal);
        Assert.Equal("file_missing", noInput.Error.Type);
        Assert.Contains("output_0 of 'bytes'", noInput.Error.Message, StringComparison.Ordinal);
        Assert.Equal(3, people.Result.Outputs[0].Output.RowCount);
    }

    [Fact]
    public async Task A_value_that_contains_itself_is_refused()
    {
        await using var project = new BlockProject();

        var block = await project.RunAsync("transformer", "block", """
            public static class Block
            {
                [Transformer] public static Node Run() { var node = new Node(); node.Next = node; return node; }
            }
            public sealed class Node { public Node? Next { get; set; } }
            """);

        Assert.Contains("nested deeper", block.Error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(block.Directory));
    }

    [Theory]
    [InlineData(4094, true)]
    [InlineData(4095, false)]
    public async Task Small_JSON_goes_with_its_row_and_larger_JSON_into_a_file(int letters, bool isSmall)
    {
        await using var project = new BlockProject();

        var text = (await project.RunAsync("data_loader", "text", $$"""
            public static class Text
            {
                [DataLoader] public static string Run() => new('a', {{letters}});
            }
            """)).Completed();
        var length = (await project.RunAsync("transformer", "length", """
            public static class Length
            {
                [Transformer] public static int Run(string text) => text.Length;
            }
            """, text)).Completed();

        var output = Assert.Single(text.Result.Outputs).Output;
        Assert.Equal((OutputKind.Json, letters + 2L), (output.Kind, output.SizeBytes));
        Assert.Equal((isSmall, !isSmall), (output.Value is not null, File.Exists(text.PathOf(0))));
        Assert.Equal($"\"{new string('a', letters)}\"", text.Json());
        Assert.Equal($"{letters}", length.Json());
    }

    [Fact]
    public void What_cannot_run_says_why()
    {
        var runners = new BlockRunners([]);

        Assert.Equal(
            "Python blocks cannot run yet; this block is listed only.",
            runners.WhyNot(Core.Pipelines.BlockType.Find("transformer")!, Core.Pipelines.BlockLanguage.Find("python")!));
        Assert.Equal(
            "Scratchpad blocks take no part in runs.",
            runners.WhyNot(Core.Pipelines.BlockType.Find("scratchpad")!, Core.Pipelines.BlockLanguage.Find("csharp")!));
    }

    [Fact]
    public async Task A_trained_model_is_stored_with_its_schema_and_metrics_and_loaded_back()
    {
        await using var project = new BlockProject();
        var model = (await project.RunAsync("trainer", "train", """
            using Microsoft.ML;
            using Microsoft.ML.Data;
            public static class Train
            {
                [Trainer]
                public static TrainedModel Run()
                {
                    var ml = new MLContext(1);
                    var data = new DataViewBuilder().Load(ml);
                    return new TrainedModel(ml.Transforms.CopyColumns("Copy", "Text").Fit(data), data.Schema)
                    {
                        Metrics = [new Metric("AUC", 0.75, 0.01)],
                    };
                }
                [Test] public static void It_has_a_metric(TrainedModel output) => Check.Equal(0.75, output.Metrics[0].Value, "AUC");
            }
            public sealed class DataViewBuilder
            {
                public IDataView Load(MLContext ml)
                {
                    var path = System.IO.Path.GetTempFileName();
                    return ml.Data.LoadFromTextFile(new MultiFileSource(path), [new TextLoader.Column("Text", DataKind.String, 0)]);
                }
            }
            internal static class Loading
            {
                public static IDataView LoadFromTextFile(this DataOperationsCatalog data, MultiFileSource source, TextLoader.Column[] columns) =>
                    data.CreateTextLoader(columns).Load(source);
            }
            """)).Completed();
        await using var session = await project.Host.OpenAsync(new BlockSessionOptions(2, "project", project.ProjectPath, "pipeline"), CancellationToken.None);
        project.Write("transformers/block.cs", """
            public static class Block
            {
                [Transformer]
                public static string Run(TrainedModel model, Microsoft.ML.ITransformer same) => $"{model.InputSchema[0].Name} {model.Metrics[0]} {same == model.Model}";
            }
            """);

        var block = (await project.RunAsync(session, "transformer", "block", null, [model, model])).Completed();

        var output = model.Result.Outputs[0];
        Assert.Equal(("output_0.zip", OutputKind.Model, new Metric("AUC", 0.75, 0.01)), (output.FileName, output.Output.Kind, output.Output.Metrics[0]));
        Assert.Contains("\"name\": \"Text\"", await File.ReadAllTextAsync(Path.Combine(model.Directory, "output_0.schema.json")), StringComparison.Ordinal);
        Assert.Contains("Text Metric { Name = AUC, Value = 0.75", block.Json().Replace("\\u0022", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.EndsWith(" True\"", block.Json(), StringComparison.Ordinal);
    }
}
