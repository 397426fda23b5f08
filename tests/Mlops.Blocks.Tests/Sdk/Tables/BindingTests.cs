using Apache.Arrow;
using Apache.Arrow.Types;
using Mlops.Sdk;
using Mlops.Sdk.Tables;
using Table = Mlops.Sdk.Table;

namespace Mlops.Blocks.Tests.Sdk.Tables;

public sealed class BindingTests
{
    private sealed record Titanic(long PassengerId, long Survived, double? Age);

    private sealed record Person(DateOnly Age, string Nope, int Survived);

    private sealed record Count(int N);

    private sealed record Ratio(double N);

    private sealed record Trip(DateTime LpepPickupDatetime, int PuLocationId);

    private sealed record WithDefault(int N, string Strategy = "median", int? Missing = 7, string? Note = null);

    private enum Color
    {
        Red = 1,
        Green = 2,
    }

    [Fact]
    public void A_missing_column_names_both_blocks()
    {
        using var table = Table.FromRows([new Titanic(1, 0, 22)]);
        var error = Assert.Throws<TableBindingException>(() => TableBinder.ReadList<Person>(table, "load_titanic", "fill_in_missing_values"));
        Assert.Equal(
            "fill_in_missing_values cannot read the output of load_titanic: column 'Age' (double) cannot be read as Person.Age (DateOnly); "
            + "no column for Person.Nope (String); columns: PassengerId, Survived, Age",
            error.Message);
        Assert.Equal(error.Message, TableBinder.Validate(table.Schema, typeof(Person), "load_titanic", "fill_in_missing_values")?.Message);
        Assert.Equal(2, TableBinder.Validate(table.Schema, typeof(Person)).Count);
        Assert.Null(TableBinder.Validate(table.Schema, typeof(Titanic), "a", "b"));
    }

    [Fact]
    public void A_null_is_named_by_its_row_in_the_table()
    {
        using var table = Table.FromRows(Enumerable.Range(0, 100_000).Select(i => new { N = i == 90_001 ? (int?)null : i }));
        var error = Assert.Throws<TableBindingException>(table.ToList<Count>);
        Assert.Equal(
            "The table cannot be read as Count: column 'N' (int32) is null at row 90001 (counted from 0), but Count.N (Int32) does not accept null; make it nullable", error.Message);
    }

    [Fact]
    public void A_number_that_does_not_fit_is_named_by_its_row()
    {
        using var table = Table.FromRows([new { N = 1L }, new { N = 3_000_000_000L }]);
        var error = Assert.Throws<TableBindingException>(table.ToList<Count>);
        Assert.EndsWith("column 'N' (int64) holds 3000000000 at row 1 (counted from 0), but Count.N (Int32) cannot hold without loss", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_integer_becomes_a_double_as_long_as_it_is_exact()
    {
        using var exact = Table.FromRows([new { N = 9007199254740991 }]);
        Assert.Equal([new Ratio(9007199254740991)], exact.ToList<Ratio>());
        using var inexact = Table.FromRows([new { N = 9007199254740993 }]);
        Assert.Throws<TableBindingException>(inexact.ToList<Ratio>);
    }

    [Theory]
    [InlineData(typeof(int))]
    [InlineData(typeof(float))]
    [InlineData(typeof(decimal))]
    [InlineData(typeof(string))]
    [InlineData(typeof(bool))]
    public void A_double_is_never_cut(Type type)
    {
        using var table = Table.FromRows([new { N = 1.5 }]);
        Assert.Equal([$"column 'N' (double) cannot be read as Holder<{type.Name}>.N ({type.Name})"], TableBinder.Validate(table.Schema, typeof(Holder<>).MakeGenericType(type)));
    }

    [Fact]
    public void Wider_types_are_filled_without_loss()
    {
        using var table = Table.FromRows([new { N = (sbyte)-5 }]);
        Assert.Equal(-5, table.ToList<Holder<long>>()[0].N);
        Assert.Equal(-5, table.ToList<Holder<double?>>()[0].N);
        Assert.Equal(-5, table.ToList<Holder<decimal>>()[0].N);
        Assert.Throws<TableBindingException>(table.ToList<Holder<ulong>>);
        using var real = Table.FromRows([new { N = 0.1f }]);
        Assert.Equal(0.1f, real.ToList<Holder<double>>()[0].N);
    }

    [Fact]
    public void Names_match_without_regard_to_case_and_signs()
    {
        using var table = Table.FromRows([new { lpep_pickup_datetime = DateTime.UnixEpoch, PULocationID = 7L }]);
        Assert.Equal([new Trip(DateTime.UnixEpoch, 7)], table.ToList<Trip>());
    }

    [Fact]
    public void An_exact_name_goes_before_a_similar_one_and_two_similar_ones_are_an_error()
    {
        using var exact = Table.FromRows([new { n = 1, N = 2 }]);
        Assert.Equal([new Count(2)], exact.ToList<Count>());
        using var similar = Table.FromRows([new { n = 1, n_ = 2, _n = 3 }]);
        Assert.Equal([new Count(1)], similar.ToList<Count>());
        using var ambiguous = Table.FromRows([new { n_ = 2, _n = 3 }]);
        Assert.Equal(["the columns 'n_' and '_n' fit Count.N equally well"], TableBinder.Validate(ambiguous.Schema, typeof(Count)));
    }

    [Fact]
    public void A_parameter_without_a_column_takes_its_default()
    {
        using var table = Table.FromRows([new { N = 1 }]);
        Assert.Equal([new WithDefault(1)], table.ToList<WithDefault>());
    }

    [Fact]
    public void Classes_with_setters_and_inherited_properties_are_filled()
    {
        using var table = Table.FromRows([new Derived { Name = "x", Count = 3 }]);
        Assert.Equal(["Name", "Count", "Twice"], table.Schema.FieldsList.Select(f => f.Name));
        var read = table.ToList<Derived>()[0];
        Assert.Equal(("x", 3, 6), (read.Name, read.Count, read.Twice));
    }

    [Fact]
    public void Enums_are_read_from_names_and_numbers()
    {
        using var names = Table.FromRows([new { N = "green" }, new { N = "Red" }]);
        Assert.Equal([Color.Green, Color.Red], names.ToList<Holder<Color>>().Select(h => h.N));
        using var numbers = Table.FromRows([new { N = (long?)2 }, new { N = (long?)null }]);
        Assert.Equal([Color.Green, null], numbers.ToList<Holder<Color?>>().Select(h => h.N));
        using var wrong = Table.FromRows([new { N = "blue" }]);
        var error = Assert.Throws<TableBindingException>(wrong.ToList<Holder<Color>>);
        Assert.EndsWith("holds 'blue' at row 0 (counted from 0), but Holder<Color>.N (Color) does not know; its values are Red, Green", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_inside_of_a_list_or_record_is_named_by_row_and_place()
    {
        using var table = Table.FromRows([new { N = new[] { (int?)1 } }, new { N = new[] { 2, (int?)null } }]);
        var error = Assert.Throws<TableBindingException>(table.ToList<Holder<int[]>>);
        Assert.Contains("column 'N'[] (list<int32>) is null at row 1 (counted from 0), but Holder<Int32[]>.N (Int32[])", error.Message, StringComparison.Ordinal);

        using var nested = Table.FromRows([new { N = new { Name = (string?)"x", Count = 1 } }, new { N = new { Name = (string?)null, Count = 1 } }]);
        error = Assert.Throws<TableBindingException>(nested.ToList<Holder<Named>>);
        Assert.Contains("column 'N'.Name (struct<Name: string, Count: int32>) is null at row 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dictionary_encoded_and_large_text_are_read()
    {
        var type = new DictionaryType(Int8Type.Default, StringType.Default, false);
        var entries = new StringArray.Builder().Append("a").AppendNull().Append("b").Build();
        var coded = new DictionaryArray(type, new Int8Array.Builder().Append(2).AppendNull().Append(1).Append(0).Build(), entries);
        var large = new LargeStringArray.Builder().Append("x").AppendNull().Append("").Append("y").Build();
        var view = new StringViewArray.Builder().Append("short").AppendNull().Append("").Append("longer than twelve bytes").Build();
        var schema = new Schema([new Field("Coded", type, true), new Field("Large", LargeStringType.Default, true), new Field("View", StringViewType.Default, true)], null);
        using var table = Table.FromBatches(schema, [new RecordBatch(schema, [coded, large, view], 4)]);
        Assert.Equal([new("b", "x", "short"), new(null, null, null), new(null, "", ""), new("a", "y", "longer than twelve bytes")], table.ToList<Texts>());
    }

    [Fact]
    public void Times_of_every_unit_are_read()
    {
        foreach (var (unit, value) in new[] { (TimeUnit.Second, 1L), (TimeUnit.Millisecond, 1_000L), (TimeUnit.Microsecond, 1_000_000L), (TimeUnit.Nanosecond, 1_000_000_000L) })
        {
            var type = new TimestampType(unit, (string?)null);
            var data = new ArrayData(type, 1, 0, 0, [ArrowBuffer.Empty, new ArrowBuffer(BitConverter.GetBytes(value))], []);
            var schema = new Schema([new Field("N", type, true)], null);
            using var table = Table.FromBatches(schema, [new RecordBatch(schema, [new TimestampArray(data)], 1)]);
            Assert.Equal(DateTime.UnixEpoch.AddSeconds(1), table.ToList<Holder<DateTime>>()[0].N);
            Assert.Single(TableBinder.Validate(table.Schema, typeof(Holder<DateTimeOffset>)));
        }
    }

    [Fact]
    public async Task A_decimal_of_over_28_digits_is_an_error_that_shows_it()
    {
        using var connection = DuckDb.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "select '12345678901234567890123456789012345678'::decimal(38,0) as N";
        using var table = await DuckDb.ReadTableAsync(command, "The query", TestContext.Current.CancellationToken);
        var error = Assert.Throws<TableBindingException>(table.ToList<Holder<decimal>>);
        Assert.Contains("(decimal(38,0)) holds 12345678901234567890123456789012345678 at row 0", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("interval 1 day", "interval")]
    [InlineData("sum(1::integer)", "hugeint")]
    [InlineData("[1::hugeint]", "hugeint")]
    public async Task A_type_that_parquet_cannot_keep_is_refused_with_advice(string expression, string type)
    {
        using var connection = DuckDb.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"select {expression} as x";
        var error = await Assert.ThrowsAsync<TableFormatException>(() => DuckDb.ReadTableAsync(command, "The output of my_query", TestContext.Current.CancellationToken));
        Assert.StartsWith($"The output of my_query has the column 'x' of type {type}, which Parquet cannot keep. Cast it in the query to ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scalar_is_no_row()
    {
        using var table = Table.FromRows([new { N = 1 }]);
        Assert.Contains("Int32 is no row type", Assert.Throws<TableBindingException>(() => table.ToList<int>()).Message, StringComparison.Ordinal);
        Assert.Contains("String is no row type", Assert.Throws<TableBindingException>(() => Table.FromRows(["x"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_come_in_every_form_by_type_alone()
    {
        var type = typeof(Count);
        using var table = Table.FromRows([new { N = 1 }, new { N = 2 }]);
        Assert.Equal([new(1), new(2)], Assert.IsType<IReadOnlyList<Count>>(TableBinder.ReadList(table, type, "a", "b"), exactMatch: false));
        Assert.Equal([new(1), new(2)], Assert.IsType<IEnumerable<Count>>(TableBinder.Stream(table, type, "a", "b"), exactMatch: false));
        var rows = new List<Count>();
        await foreach (var row in Assert.IsType<IAsyncEnumerable<Count>>(TableBinder.StreamAsync(table, type, "a", "b"), exactMatch: false))
        {
            rows.Add(row);
        }

        Assert.Equal([new(1), new(2)], rows);
    }

    [Fact]
    public async Task One_plan_serves_many_threads()
    {
        using var table = Table.FromRows(Enumerable.Range(0, 50_000).Select(i => new { N = i }));
        var sums = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => table.ReadRows<Count>().Sum(c => (long)c.N))));
        Assert.All(sums, s => Assert.Equal(1_249_975_000, s));
    }

    private sealed record Holder<T>(T N);

    private sealed record Named(string Name, int Count);

    private sealed record Texts(string? Coded, string? Large, string? View);

    private class Base
    {
        public string? Name { get; set; }
    }

    private sealed class Derived : Base
    {
        public int Count { get; set; }

        public int Twice => Count * 2;
    }
}
