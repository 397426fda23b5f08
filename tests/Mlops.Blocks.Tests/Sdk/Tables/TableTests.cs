using Apache.Arrow;
using Apache.Arrow.Types;
using Mlops.Sdk;
using Mlops.Testing;
using Table = Mlops.Sdk.Table;

namespace Mlops.Blocks.Tests.Sdk.Tables;

public sealed class TableTests
{
    private sealed record Passenger(int PassengerId, int Survived, string Name, double? Age, double Fare, string? Cabin);

    private sealed record Point(long X, double Y);

    [Fact]
    public async Task A_csv_file_goes_to_records_and_back_through_parquet()
    {
        using var folder = new TemporaryFolder();
        using var table = await Table.ReadCsvAsync(TestData.TitanicCsv());
        var people = table.ToList<Passenger>();
        Assert.Equal(table.RowCount, people.Count);
        Assert.Contains(people, p => p.Age is null);
        Assert.Contains(people, p => p.Cabin is null);

        using var written = Table.FromRows(people);
        written.WriteParquet(folder["people.parquet"]);
        using var read = Table.OpenParquet(folder["people.parquet"]);
        Assert.Equal(people, read.ToList<Passenger>());
        Assert.Equal(["people.parquet"], folder.Files);
    }

    [Fact]
    public void Opening_a_parquet_file_reads_its_footer_only()
    {
        using var folder = new TemporaryFolder();
        using (var points = Table.FromRows(Enumerable.Range(0, 1000).Select(i => new Point(i, i / 2.0))))
        {
            points.WriteParquet(folder["points.parquet"]);
        }

        using var table = Table.OpenParquet(folder["points.parquet"]);
        Assert.Equal(1000, table.RowCount);
        Assert.Equal(["X", "Y"], table.Schema.FieldsList.Select(f => f.Name));
        Assert.Equal(folder["points.parquet"], table.ParquetPath);
        Assert.False(table.IsLoaded);

        Assert.Equal(1000, table.ToList<Point>().Count);
        Assert.False(table.IsLoaded);
        Assert.Equal(1000, table.Batches.Sum(b => b.Length));
        Assert.True(table.IsLoaded);
    }

    [Theory]
    [InlineData(0, 10, 10)]
    [InlineData(65_530, 20, 20)]
    [InlineData(262_140, 20, 20)]
    [InlineData(299_995, 20, 5)]
    [InlineData(300_000, 20, 0)]
    [InlineData(5, 0, 0)]
    public void A_slice_has_the_same_rows_from_file_and_from_memory(long offset, int limit, int expected)
    {
        using var folder = new TemporaryFolder();
        using var memory = Table.FromRows(Enumerable.Range(0, 300_000).Select(i => new Point(i, i)));
        memory.WriteParquet(folder["points.parquet"]);
        using var file = Table.OpenParquet(folder["points.parquet"]);

        using var fromMemory = memory.Slice(offset, limit);
        using var fromFile = file.Slice(offset, limit);
        Assert.Equal(Enumerable.Range((int)offset, expected).Select(i => new Point(i, i)), fromMemory.ToList<Point>());
        Assert.Equal(fromMemory.ToList<Point>(), fromFile.ToList<Point>());
        Assert.Equal(expected, fromFile.RowCount);
        Assert.False(file.IsLoaded);
    }

    [Fact]
    public void A_slice_outlives_its_table()
    {
        var table = Table.FromRows([new Point(1, 1), new Point(2, 2)]);
        using var slice = table.Slice(1, 1);
        table.Dispose();
        Assert.Equal([new Point(2, 2)], slice.ToList<Point>());
    }

    [Fact]
    public void A_table_without_rows_keeps_its_columns()
    {
        using var folder = new TemporaryFolder();
        using var none = Table.FromRows(System.Array.Empty<Passenger>());
        none.WriteParquet(folder["none.parquet"]);
        using var read = Table.OpenParquet(folder["none.parquet"]);
        Assert.Equal(0, read.RowCount);
        Assert.Equal(["PassengerId", "Survived", "Name", "Age", "Fare", "Cabin"], read.Schema.FieldsList.Select(f => f.Name));
        Assert.Empty(read.Batches);
        Assert.Empty(read.ToList<Passenger>());
    }

    [Fact]
    public void Two_columns_of_one_name_are_refused()
    {
        var schema = new Schema([new Field("a", Int64Type.Default, true), new Field("a", Int64Type.Default, true)], null);
        var error = Assert.Throws<TableFormatException>(() => Table.FromBatches(schema, []));
        Assert.Equal("The table has more than one column named 'a'. Give every column a name of its own.", error.Message);
    }

    [Fact]
    public void A_table_without_columns_is_refused()
    {
        var error = Assert.Throws<TableFormatException>(() => Table.FromBatches(new Schema(System.Array.Empty<Field>(), null), []));
        Assert.Equal("The table has no columns. A table needs at least one.", error.Message);
    }

    [Fact]
    public void A_file_that_is_no_parquet_is_named()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<TableFormatException>(() => Table.OpenParquet(folder.Write("x.parquet", "hello")));
        Assert.Contains("x.parquet' cannot be read as Parquet", error.Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => Table.OpenParquet(folder["nothing.parquet"]));
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file()
    {
        using var folder = new TemporaryFolder();
        using var table = Table.FromRows([new Point(1, 1)]);
        table.WriteParquet(folder["a.parquet"]);
        var disposed = Table.FromRows([new Point(2, 2)]);
        disposed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => disposed.WriteParquet(folder["a.parquet"]));
        using var read = Table.OpenParquet(folder["a.parquet"]);
        Assert.Equal([new Point(1, 1)], read.ToList<Point>());
        Assert.Equal(["a.parquet"], folder.Files);
    }
}
