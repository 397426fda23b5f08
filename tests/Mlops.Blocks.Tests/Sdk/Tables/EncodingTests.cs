using Mlops.Sdk;
using Mlops.Sdk.Tables;

namespace Mlops.Blocks.Tests.Sdk.Tables;

public sealed class EncodingTests
{
    private sealed record At(DateTime Time);

    private sealed record Node(string Name, Node? Next);

    private sealed record Odd(Action Run, object Any, int Fine);

    private sealed record Price(decimal Amount);

    private static readonly Type PriceType = typeof(Price);

    private sealed class Ordered(int b, int a)
    {
        public int C { get; init; }

        public int A { get; } = a;

        public int B { get; } = b;
    }

    [Fact]
    public void A_local_time_is_refused()
    {
        var error = Assert.Throws<TableBindingException>(() => TableEncoder.Encode([new At(DateTime.UnixEpoch), new At(new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Local))], "load"));
        Assert.Equal(
            "The output of load cannot be stored: At.Time holds 01/01/2024 00:00:00 at row 1 (counted from 0); it is a local time, whose instant depends on the machine; "
            + "use DateTimeOffset, or DateTime of kind Utc or Unspecified",
            error.Message);
    }

    [Fact]
    public void A_type_that_contains_itself_is_refused()
    {
        var error = Assert.Throws<TableBindingException>(() => Table.FromRows([new Node("x", null)]));
        Assert.Equal("Rows of Node cannot be a table: Node.Next (Node) contains itself, so it would have no end of columns", error.Message);
    }

    [Fact]
    public void All_properties_that_cannot_be_columns_are_named_at_once()
    {
        var error = Assert.Throws<TableBindingException>(() => Table.FromRows(Array.Empty<Odd>()));
        Assert.Equal("Rows of Odd cannot be a table: Odd.Run (Action) cannot be a column; Odd.Any (Object) cannot be a column", error.Message);
    }

    [Fact]
    public void Columns_come_in_the_order_of_the_constructor_and_then_of_declaration()
    {
        using var table = Table.FromRows([new Ordered(1, 2) { C = 3 }]);
        Assert.Equal(["B", "A", "C"], table.Schema.FieldsList.Select(f => f.Name));
    }

    [Fact]
    public void Decimals_of_all_batches_share_the_greatest_scale()
    {
        using var table = Table.FromRows(Enumerable.Range(0, 100_000).Select(i => new Price(i == 99_999 ? 0.123m : i)));
        Assert.Equal("decimal(38,3)", ColumnTypeName.Of(table.Schema.GetFieldByIndex(0)));
        Assert.Equal((99_998m * 99_999 / 2) + 0.123m, Total(table));
    }

    [Fact]
    public void Decimals_that_need_too_many_digits_together_are_refused_by_row()
    {
        var error = Assert.Throws<TableBindingException>(() => Table.FromRows([new Price(1e-28m), new Price(decimal.MaxValue)]));
        Assert.Contains("Price.Amount holds 79228162514264337593543950335 at row 1 (counted from 0); it needs more than 38 digits", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_null_row_is_refused_by_its_number()
    {
        var error = Assert.Throws<TableBindingException>(() => Table.FromRows([new Price(1), null!]));
        Assert.Contains("Price is null at row 1 (counted from 0); every row needs a value", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_that_come_later_are_stored_too()
    {
        using var table = await TableEncoder.EncodeAsync(Later(20_000), PriceType, "load", TestContext.Current.CancellationToken);
        Assert.Equal(20_000, table.RowCount);
        Assert.Equal(19_999m * 20_000 / 2, Total(table));
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TableEncoder.EncodeAsync(Later(10), "load", cancelled.Token));
    }

    [Fact]
    public void The_schema_of_a_type_is_known_without_rows()
    {
        Assert.Equal(["Time: timestamp"], TableEncoder.SchemaOf(typeof(At)).FieldsList.Select(f => $"{f.Name}: {ColumnTypeName.Of(f)}"));
        using var table = TableEncoder.Encode(new List<Price> { new(1) }, PriceType);
        Assert.Equal(1, table.RowCount);
    }

    [Fact]
    public void A_stored_table_knows_its_file()
    {
        using var folder = new TemporaryFolder();
        using var table = Table.FromRows([new Price(1)]);
        Assert.Null(table.ParquetPath);
        table.WriteParquet(folder["export.parquet"]);
        Assert.Null(table.ParquetPath);
        table.StoreParquet(folder["output.parquet"]);
        Assert.Equal(folder["output.parquet"], table.ParquetPath);
    }

    private static decimal Total(Table table) => table.ReadRows<Price>().Sum(p => p.Amount);

    private static async IAsyncEnumerable<Price> Later(int count, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
            yield return new Price(i);
        }
    }
}
