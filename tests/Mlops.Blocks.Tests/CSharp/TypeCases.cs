namespace Mlops.Blocks.Tests.CSharp;

/// <summary>What a block returns, what the next one takes, what is said before a run, and whether a run goes well with this value.</summary>
internal static class TypeCases
{
    /// <summary>Types and values that the cases use, as shared files of a project.</summary>
    public const string Shared = """
        using System.Collections.Immutable;
        using System.Text.Json;
        using Microsoft.ML;

        public sealed record Person(string Name, double? Age);
        public sealed record Aged(string NAME, int Age);
        public sealed record Timed(DateTime At, decimal Price, Guid Id, Color Color, List<int> Marks, Person Owner);
        public sealed record Snake(DateTime at, decimal p_r_i_c_e, Guid ID, string color, IReadOnlyList<long> Marks, Named owner);
        public sealed record Zoned(DateTimeOffset At);
        public sealed record Whole(int Price);
        public sealed record Nested(Cabined Owner);
        public sealed record Named(string Name);
        public sealed record Cabined(string Name, string Cabin);
        public sealed record MayHaveCabin(string Name, string? Cabin);
        public sealed record HasCabinByDefault(string Name, string Cabin = "none");
        public sealed record Texted(string Name, string? Age);
        public sealed class Settable { public string Name { get; set; } = ""; public double? Age { get; set; } public int Cabin { get; set; } }
        public sealed record Flagged(bool Age);
        public sealed record Order(Person Buyer, Person? Giver);
        public sealed record NeedsCabinOfBuyer(Cabined Buyer);
        public sealed record NeedsCabinOfGiver(Cabined? Giver);
        public record Animal(string Name);
        public record Pack(string Name) : Animal(Name), IEnumerable<Person>
        {
            public IEnumerator<Person> GetEnumerator() { yield return new("Rex", 3); }
            System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
        }
        public record Lone(string Name);
        public enum Color { Red, Green }

        public static class Made
        {
            public static readonly Person[] People = [new("Ann", 22), new("Bob", 3)];
            public static Table Table => Mlops.Sdk.Table.FromRows(People);
            public static IDataView View => new MLContext().Data.LoadFromEnumerable([new Point { X = 1 }, new Point { X = 2 }]);
            public static TrainedModel Model { get { var view = View; return new(new MLContext().Transforms.CopyColumns("Y", "X").Fit(view), view.Schema); } }
            public static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement.Clone();
            public static async IAsyncEnumerable<T> Async<T>(params T[] items) { await Task.Yield(); foreach (var item in items) { yield return item; } }
            public static Timed Timed => new(new(2024, 1, 2), 1.5m, Guid.NewGuid(), Color.Red, [1], People[0]);
        }

        public sealed class Point { public float X { get; set; } }
        """;

    /// <summary>Tables: which forms they can be taken as, whatever they were returned as.</summary>
    public static TheoryData<string, string, string, string?, bool> Tables => new()
    {
        { "IEnumerable<Person>", "Made.People", "IReadOnlyList<Person>", null, true },
        { "IAsyncEnumerable<Person>", "Made.Async(Made.People)", "IAsyncEnumerable<Person>", null, true },
        { "Task<List<Person>>", "Task.FromResult(Made.People.ToList())", "IEnumerable<Person>", null, true },
        { "ValueTask<Person[]>", "new(Made.People)", "Person[]", null, true },
        { "System.Collections.Immutable.ImmutableArray<Person>?", "[.. Made.People]", "List<Person>", null, true },
        { "HashSet<Person>", "[.. Made.People]", "Table", null, true },
        { "IEnumerable<Person>", "Made.People", "Microsoft.Data.Analysis.DataFrame", null, true },
        { "IEnumerable<Person>", "Made.People", "Apache.Arrow.RecordBatch", null, true },
        { "Task<IEnumerable<Person>>", "Task.FromResult(Made.People.AsEnumerable())", "Microsoft.ML.IDataView", null, true },
        { "IEnumerable<Person>", "Made.People", "System.Text.Json.JsonElement", null, true },
        { "IEnumerable<Person>", "Made.People", "Stream", null, true },
        { "IEnumerable<Person>", "Made.People", "int", "output_0 of 'up' (IEnumerable<Person>) is a table, which cannot be taken as Int32. Take it as Table,", false },
        { "IEnumerable<Person>", "Made.People", "Person", "is a table, which cannot be taken as Person.", false },
        { "IAsyncEnumerable<Person>", "Made.Async(Made.People)", "TrainedModel", "is a table, which cannot be taken as TrainedModel.", false },
        { "IEnumerable<Person>", "Made.People", "IReadOnlyList<int>", "Int32 is no row type", false },
        { "Table", "Made.Table", "IReadOnlyList<Cabined>", null, false },
        { "Table", "Made.Table", "IReadOnlyList<Person>", null, true },
        { "Table", "Made.Table", "Dictionary<string, int>", "output_0 of 'up' (Table) is a table, which cannot be taken as Dictionary<String, Int32>.", false },
        { "Task<Table>", "Task.FromResult(Made.Table)", "string[]", "output_0 of 'up' (Table) is a table, whose rows cannot be taken as String.", false },
        { "Microsoft.Data.Analysis.DataFrame", "Made.Table.ToDataFrame()", "TrainedModel", "(DataFrame) is a table,", false },
        { "Microsoft.ML.IDataView", "Made.View", "Table", null, true },
        { "Microsoft.ML.IDataView", "Made.View", "string", "(IDataView) is a table,", false },
        { "Apache.Arrow.RecordBatch", "Made.Table.Batches[0]", "byte[]", "(RecordBatch) is a table,", false },
    };

    /// <summary>Rows: whether every member has a column of a type that it can be read from.</summary>
    public static TheoryData<string, string, string, string?, bool> Rows => new()
    {
        { "IEnumerable<Person>", "Made.People", "IReadOnlyList<Named>", null, true },
        { "IEnumerable<Person>", "Made.People", "IReadOnlyList<Aged>", "column 'Age' (double) cannot be read as Aged.Age (Int32)", false },
        { "IEnumerable<Person>", "Made.People", "IReadOnlyList<Texted>", "column 'Age' (double) cannot be read as Texted.Age (String)", false },
        { "IEnumerable<Person>", "Made.People", "IReadOnlyList<Cabined>", "down cannot read the output of 'up' (output_0): no column for Cabined.Cabin (String); columns: Name, Age. Change Person of 'up' or Cabined of 'down'", false },
        { "IEnumerable<Person>", "Made.People", "IReadOnlyList<MayHaveCabin>", null, true },
        { "IEnumerable<Person>", "Made.People", "IReadOnlyList<HasCabinByDefault>", null, true },
        { "IEnumerable<Person>", "Made.People", "IReadOnlyList<Settable>", "no column for Settable.Cabin (Int32)", false },
        { "IEnumerable<Aged>", "[new(\"Ann\", 3)]", "IReadOnlyList<Person>", null, true },
        { "IEnumerable<Timed>", "[Made.Timed]", "IReadOnlyList<Timed>", null, true },
        { "IEnumerable<Timed>", "[Made.Timed]", "IReadOnlyList<Snake>", null, true },
        { "IEnumerable<Timed>", "[Made.Timed]", "IReadOnlyList<Zoned>", "column 'At' (timestamp) cannot be read as Zoned.At (DateTimeOffset)", false },
        { "IEnumerable<Timed>", "[]", "IAsyncEnumerable<Zoned>", "column 'At' (timestamp) cannot be read as Zoned.At (DateTimeOffset)", false },
        { "IEnumerable<Timed>", "[Made.Timed]", "IReadOnlyList<Whole>", null, false },
        { "IEnumerable<Timed>", "[Made.Timed with { Price = 2 }]", "IReadOnlyList<Whole>", null, true },
        { "IEnumerable<Timed>", "[Made.Timed]", "IReadOnlyList<Nested>", "no column for Nested.Owner.Cabin (String)", false },
        { "IEnumerable<Person>", "[new(\"Ann\", null)]", "IReadOnlyList<System.Text.Json.JsonElement>", null, true },
    };

    /// <summary>Models and files.</summary>
    public static TheoryData<string, string, string, string?, bool> Files => new()
    {
        { "TrainedModel", "Made.Model", "TrainedModel", null, true },
        { "TrainedModel", "Made.Model", "Microsoft.ML.ITransformer", null, true },
        { "Task<TrainedModel>", "Task.FromResult(Made.Model)", "Stream", null, true },
        { "TrainedModel", "Made.Model", "Microsoft.ML.IDataView", "output_0 of 'up' (TrainedModel) is a model, which cannot be taken as IDataView. Take it as TrainedModel, ITransformer or Stream.", false },
        { "TrainedModel", "Made.Model", "string", "is a model, which cannot be taken as String.", false },
        { "byte[]", "[1]", "byte[]", null, true },
        { "byte[]", "[1]", "Stream", null, true },
        { "MemoryStream", "new([1])", "byte[]", null, true },
        { "Stream", "new MemoryStream([1])", "string", "(Stream) is a file, which cannot be taken as String. Take it as Stream or byte[].", false },
        { "byte[]", "[1]", "Table", "(Byte[]) is a file, which cannot be taken as Table.", false },
        { "IReadOnlyList<byte>", "new byte[] { 1 }", "byte[]", null, true },
        { "IReadOnlyList<byte>", "new List<byte> { 1 }", "int[]", null, true },
        { "object", "Made.Model", "TrainedModel", null, true },
        { "object", "1", "TrainedModel", null, false },
        { "IDisposable", "Made.Table", "Table", null, true },
        { "System.Collections.IEnumerable", "Made.People", "IReadOnlyList<Person>", null, true },
    };

    /// <summary>JSON: what it is, what is wanted.</summary>
    public static TheoryData<string, string, string, string?, bool> Json => new()
    {
        { "int", "3", "int", null, true },
        { "int", "3", "double", null, true },
        { "int", "3", "string", null, true },
        { "int", "300", "byte", null, false },
        { "int?", "3", "int?", null, true },
        { "int", "3", "bool", "it is a number, wanted Boolean. Let 'up' return what 'down' takes, or take what it returns.", false },
        { "int", "3", "Color", "it is a number, wanted Color", false },
        { "int", "3", "DateTime?", "it is a number, wanted DateTime?", false },
        { "int", "3", "Table", "output_0 of 'up' (Int32) is JSON, which cannot be taken as Table. Take it as JsonElement,", false },
        { "int", "3", "IReadOnlyList<Person>", "output_0 of 'up' (Int32) cannot be taken as IReadOnlyList<Person>: it is a number, wanted IReadOnlyList<Person>", false },
        { "int", "3", "object", null, true },
        { "int", "3", "System.Text.Json.JsonElement", null, true },
        { "int", "3", "Stream", null, true },
        { "bool", "true", "string", null, true },
        { "bool", "true", "int", "it is true or false, wanted Int32", false },
        { "bool", "true", "Guid", "it is true or false, wanted Guid", false },
        { "double", "double.NaN", "string", null, true },
        { "double", "1", "Guid", null, false },
        { "string", "\"7\"", "int", null, true },
        { "string", "\"seven\"", "int", null, false },
        { "string", "\"true\"", "bool", null, true },
        { "string", "\"a\"", "char", null, true },
        { "string", "\"Red\"", "Color", null, true },
        { "string", "\"AQ==\"", "byte[]", null, true },
        { "string", "\"a\"", "List<string>", "it is text, wanted List<String>", false },
        { "Color", "Color.Green", "string", null, true },
        { "DateTimeOffset", "DateTimeOffset.UnixEpoch", "DateTime", null, true },
        { "DateTimeOffset", "DateTimeOffset.UnixEpoch", "Person", "it is text, wanted Person", false },
        { "List<string>", "[\"a\"]", "int", "output_0 of 'up' (List<String>) cannot be taken as Int32: it is an array, wanted Int32", false },
        { "List<string>", "[\"1\"]", "int[]", null, true },
        { "List<string>", "[\"a\"]", "int[]", null, false },
        { "List<string>", "[]", "IReadOnlyList<Person>", null, true },
        { "IEnumerable<string>", "[\"a\"]", "HashSet<string>", null, true },
        { "IEnumerable<char>", "\"ab\"", "string", null, true },
        { "IAsyncEnumerable<int>", "Made.Async(1, 2)", "int[]", null, true },
        { "IAsyncEnumerable<int>", "Made.Async(1, 2)", "IAsyncEnumerable<int>", "is JSON, which cannot be taken as IAsyncEnumerable<Int32>.", false },
        { "IAsyncEnumerable<int>", "Made.Async(1, 2)", "int", "it is an array, wanted Int32", false },
        { "Dictionary<string, int>", "new() { [\"Name\"] = 1 }", "Dictionary<string, string>", null, false },
        { "Dictionary<string, int>", "new() { [\"Name\"] = 1 }", "Named", null, true },
        { "Dictionary<string, int>", "new() { [\"a\"] = 1 }", "int[]", "it is an object, wanted Int32[]", false },
        { "IEnumerable<KeyValuePair<string, int>>", "new Dictionary<string, int>()", "Dictionary<string, int>", null, true },
        { "(int, string)?", "(1, \"a\")", "object[]", null, true },
        { "System.Text.Json.JsonElement", "Made.Json(\"[1]\")", "int[]", null, true },
        { "System.Text.Json.Nodes.JsonNode", "System.Text.Json.Nodes.JsonNode.Parse(\"3\")!", "int", null, true },
        { "Person", "Made.People[0]", "Person", null, true },
        { "Person", "Made.People[0]", "Named", null, true },
        { "Person", "Made.People[0]", "Dictionary<string, object>", null, true },
        { "Person", "Made.People[0]", "IReadOnlyList<Person>", "it is an object, wanted IReadOnlyList<Person>", false },
        { "Person", "Made.People[0]", "Table", "(Person) is JSON, which cannot be taken as Table.", false },
        { "Person", "Made.People[0]", "Cabined", "$ has no 'Cabin', which Cabined needs", false },
        { "Person", "Made.People[0]", "MayHaveCabin", null, true },
        { "Person", "Made.People[0]", "Settable", null, true },
        { "Person", "Made.People[0]", "Flagged", null, false },
        { "Aged", "new(\"Ann\", 3)", "Flagged", "$.Age is a number, wanted Boolean", false },
        { "Order", "new(Made.People[0], Made.People[1])", "NeedsCabinOfBuyer", "$.Buyer has no 'Cabin', which Cabined needs", false },
        { "Order", "new(Made.People[0], null)", "NeedsCabinOfGiver", null, true },
        { "Order", "new(Made.People[0], Made.People[1])", "NeedsCabinOfGiver", null, false },
        { "Animal", "new Pack(\"dogs\")", "IReadOnlyList<Person>", null, true },
        { "Lone", "new(\"wolf\")", "IReadOnlyList<Person>", "it is an object, wanted IReadOnlyList<Person>", false },
    };

    /// <summary>Several outputs, none, and nulls.</summary>
    public static TheoryData<string, string, string, string?, bool> Outputs => new()
    {
        { "(Table, int)", "(Made.Table, 3)", "(IReadOnlyList<Person>, long)", null, true },
        { "Task<(Table A, int B)>", "Task.FromResult((Made.Table, 3))", "(Table, bool)", "output_1 of 'up' (Int32) cannot be taken as Boolean: it is a number", false },
        { "(Table, int)", "(Made.Table, 3)", "Table", "'up' has 2 outputs, but 'x' of 'down' takes one. Take them as a tuple of 2.", false },
        { "(Table, int?)", "(Made.Table, null)", "Table", null, true },
        { "(Table, int?)", "(Made.Table, 3)", "Table", null, false },
        { "(Table, int?)", "(Made.Table, 3)", "(Table, int)", null, true },
        { "(int, int, int)", "(1, 2, 3)", "(int, int)", "'up' has an output_2, but 'x' of 'down' is a tuple of 2.", false },
        { "(int, int)", "(1, 2)", "(int, int, int)", "'up' stored no output_2, but 'x' of 'down' takes it as Int32.", false },
        { "(int, int)", "(1, 2)", "(int, int, int?)", null, true },
        { "(int, int, int, int, int, int, int, int, string?)", "(1, 2, 3, 4, 5, 6, 7, 8, null)", "(int, int, int, int, int, int, int, int, string?)", null, true },
        { "int", "3", "(int, int)", "'up' stored no output_1", false },
        { "int", "3", "(int, int?)", null, true },
        { "void", "Console.WriteLine()", "Table", "'up' stored no output, but 'down' takes one as 'x' (Table).", false },
        { "Task", "Task.CompletedTask", "Table?", null, true },
        { "void", "Console.WriteLine()", "int", null, false },
        { "Table?", "null", "TrainedModel?", null, true },
        { "Table?", "Made.Table", "TrainedModel?", null, false },
        { "Table?", "Made.Table", "TrainedModel", "(Table) is a table, which cannot be taken as TrainedModel.", false },
        { "Table?", "null", "Table", null, false },
        { "Table?", "Made.Table", "Table", null, true },
    };
}
