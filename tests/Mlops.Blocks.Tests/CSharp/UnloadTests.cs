namespace Mlops.Blocks.Tests.CSharp;

public sealed class UnloadTests
{
    private const int Blocks = 50;

    [Fact]
    public async Task Fifty_blocks_that_ran_leave_no_load_context_behind()
    {
        await RunBlocksAsync("fifty");

        Assert.Equal(0, LoadContexts.CountAfterCollection("transformers/fifty.cs"));
    }

    private static async Task RunBlocksAsync(string uuid)
    {
        await using var project = new BlockProject();
        project.Write("utils/Numbers.cs", "public static class Numbers { public static int Next { get; set; } } public sealed record Shared(int N);");
        var people = (await project.RunAsync("data_loader", "load_people", Code.LoadPeople)).Completed();
        for (var i = 0; i < Blocks; i++)
        {
            var outcome = await project.RunAsync("transformer", uuid, CodeOf(i), new { strategy = "median", row = new { name = "Zoe", age = 3 } }, [people, people, people]);
            outcome.Completed();
            Assert.Equal(2, outcome.Result.Tests.Count(test => test.Passed));
        }
    }

    /// <summary>Every form of table in and out, records as JSON both ways, a variable of a record type, tests, an exception, statics and shared files.</summary>
    private static string CodeOf(int edit) => $$"""
        public static class Block
        {
            private static readonly HashSet<Person> Seen = [];

            [Transformer]
            public static async Task<(IEnumerable<Person>, Table, Person, Dictionary<string, Person>, IAsyncEnumerable<Shared>)> Run(
                IReadOnlyList<Person> people, Table table, Microsoft.ML.IDataView view, ILogger logger, Strategy strategy, Person row, int edit = {{edit}})
            {
                await Task.Yield();
                Numbers.Next++;
                try
                {
                    throw new BlockException(row);
                }
                catch (BlockException exception)
                {
                    logger.LogWarning(exception, "{Row} {Strategy} {Columns}", exception.Row, strategy, view.Schema.Count);
                }

                Seen.UnionWith(people);
                Console.WriteLine(string.Join(", ", Seen));
                return (people.Append(row), table, row, new() { ["a"] = row }, Stream());
            }

            [Test]
            public static void Rows_and_JSON_come_back((IReadOnlyList<Person> All, Table Table, Person Row, Dictionary<string, Person> Map, List<Shared> Shared) output) =>
                Check.Equal((4, 3L, "Zoe", 3.0, 1), (output.All.Count, output.Table.RowCount, output.Row.Name, output.Map["a"].Age!.Value, output.Shared.Count), "output");

            [Test]
            public static void The_first_is_streamed(IEnumerable<Person> all, Microsoft.Data.Analysis.DataFrame frame) =>
                Check.Equal(frame.Rows.Count + 1, all.LongCount(), "rows");

            private static async IAsyncEnumerable<Shared> Stream()
            {
                await Task.Yield();
                yield return new Shared(Numbers.Next);
            }
        }

        public sealed record Person(string Name, double? Age);
        public enum Strategy { Mean, Median }
        public sealed class BlockException(Person row) : Exception("it") { public Person Row => row; }
        """;
}
