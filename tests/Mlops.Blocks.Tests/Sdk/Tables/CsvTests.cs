using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Mlops.Sdk;
using Mlops.Sdk.Tables;
using Mlops.Testing;

namespace Mlops.Blocks.Tests.Sdk.Tables;

public sealed class CsvTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private sealed record Passenger(double? Age, double Fare, long Parch, long Pclass, long SibSp, long Survived);

    private sealed record Clean(double Age, double Fare, long Parch, long Pclass, long SibSp, long Survived);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true, 20_469, "644c3e809205998ee3a00ff57b5ef582c427e085fd91dde8f70b1d96c3e2f642")]
    [InlineData(false, 17_014, "f03d9def42a05454d42d3f327a32295a2d3917c40aa0d0eba307e738a54eb7f5")]
    public async Task A_cleaned_table_is_written_as_Python_writes_it(bool index, int bytes, string sha256)
    {
        using var titanic = await Table.ReadCsvAsync(TestData.TitanicCsv());
        using var clean = Table.FromRows(titanic.ReadRows<Passenger>().Select(p => new Clean(p.Age ?? 28, p.Fare, p.Parch, p.Pclass, p.SibSp, p.Survived)));
        clean.WriteCsv(_folder["clean.csv"], new CsvWriteOptions { IndexColumn = index });

        var written = await File.ReadAllBytesAsync(_folder["clean.csv"]);
        using var again = await Table.ReadCsvAsync(_folder["clean.csv"]);
        Assert.Equal(clean.ToList<Clean>(), again.ToList<Clean>());
        Assert.Equal(index ? "column0" : "Age", again.Schema.GetFieldByIndex(0).Name);
        if (TestData.IsReal)
        {
            Assert.Equal((bytes, sha256), (written.Length, Convert.ToHexStringLower(SHA256.HashData(written))));
        }
    }

    [Fact]
    public async Task Types_are_found_over_the_whole_file()
    {
        Assert.Equal("a int64, b double, c string, d date, e bool, f timestamp", await Types("a,b,c,d,e,f\n1,71.2833,x,2024-01-31,true,2024-01-31 12:00:00\n"));
        Assert.Equal("a double", await Types("a\n" + string.Concat(Enumerable.Repeat("1\n", 50_000)) + "1.5\n"));
        Assert.Equal("a string", await Types("a\n0123\n12\n"));
        Assert.Equal("a int64", await Types("a\n9007199254740993\n"));
    }

    [Fact]
    public async Task A_number_keeps_its_digits()
    {
        using var table = await Read("a,b\n71.2833,9007199254740993\n");
        Assert.Equal("71.2833", CellText.Of(table.Schema.GetFieldByIndex(0), table.Batches[0].Column(0), 0));
        Assert.Equal("9007199254740993", CellText.Of(table.Schema.GetFieldByIndex(1), table.Batches[0].Column(1), 0));
    }

    [Fact]
    public async Task A_told_type_goes_before_a_found_one()
    {
        var options = new CsvReadOptions { ColumnTypes = new Dictionary<string, string> { ["a"] = "VARCHAR", ["b"] = "DECIMAL(18,2)" } };
        using var table = await Table.ReadCsvAsync(_folder.Write("t.csv", "a,b\n1,2.5\n"), options);
        Assert.Equal(["string", "decimal(18,2)"], table.Schema.FieldsList.Select(ColumnTypeName.Of));
    }

    [Fact]
    public async Task An_empty_cell_is_null_and_a_quoted_one_is_not()
    {
        Assert.Equal(["", null, "x"], await Column("a,b\n\"\",1\n,2\nx,3\n"));
    }

    [Theory]
    [InlineData("a,b\n")]
    [InlineData("a,b")]
    [InlineData("a,b\r\n")]
    public async Task A_file_of_names_only_has_columns_and_no_rows(string text)
    {
        using var table = await Read(text);
        Assert.Equal(0, table.RowCount);
        Assert.Equal(["a", "b"], table.Schema.FieldsList.Select(f => f.Name));
    }

    [Theory]
    [InlineData("a\rx\ry\r")]
    [InlineData("a\r\nx\r\ny\r\n")]
    [InlineData("a\nx\ny")]
    public async Task Any_line_end_will_do(string text) => Assert.Equal(["x", "y"], await Column(text));

    [Fact]
    public async Task Line_ends_may_be_mixed_as_long_as_nothing_is_lost()
    {
        Assert.Equal(["x", "y", "z"], await Column("a,b\nx,1\r\ny,2\nz,3\r\n"));
        var error = await Assert.ThrowsAsync<TableFormatException>(() => Read("a\nx\r\ny\n"));
        Assert.Equal(
            $"'{_folder["t.csv"]}' has 3 lines of 1 columns, but was read as 3 rows of 1. Its lines end in different ways: save it with one kind of line end.", error.Message);
    }

    [Fact]
    public async Task Empty_lines_are_rows_of_a_single_column_only()
    {
        Assert.Equal(["1", null, "2"], await Column("a\n1\n\n2\n"));
        Assert.Equal(["1", "2"], await Column("a,b\n1,1\n\n2,2\n\n"));
    }

    [Fact]
    public async Task A_first_line_of_values_is_no_header()
    {
        Assert.Equal(["1", "3"], await Column("1,2\n3,4\n"));
        using var table = await Table.ReadCsvAsync(_folder.Write("t.csv", "1,1\n3,4\n"), new CsvReadOptions { Header = false });
        Assert.Equal(2, table.RowCount);
    }

    [Theory]
    [InlineData("a;b\nx;1\n")]
    [InlineData("a\tb\nx\t1\n")]
    [InlineData("a|b\nx|1\n")]
    [InlineData("\uFEFFa,b\nx,1\n")]
    public async Task The_separator_is_found(string text)
    {
        using var table = await Read(text);
        Assert.Equal(["a", "b"], table.Schema.FieldsList.Select(f => f.Name));
    }

    [Fact]
    public async Task Quotes_hold_separators_quotes_and_lines()
    {
        Assert.Equal(["a,\"b\"\nc", "#x", "5\" pipe"], await Column("t,n\n\"a,\"\"b\"\"\nc\",1\n#x,2\n5\" pipe,3\n"));
    }

    [Fact]
    public async Task A_line_with_too_few_columns_is_named()
    {
        var error = await Assert.ThrowsAsync<TableFormatException>(() => Read("a,b\n1,2\n3\n4,5\n"));
        Assert.Equal($"'{_folder["t.csv"]}' line 3 has 1 column, but the first line has 2. Quote text that holds ','.", error.Message);
    }

    [Fact]
    public async Task A_line_with_too_many_columns_is_named_by_its_place_in_the_file()
    {
        var error = await Assert.ThrowsAsync<TableFormatException>(() => Read("a,b\n\"1\n1\",2\n3,4,5\n"));
        Assert.Equal($"'{_folder["t.csv"]}' line 4 has 3 columns, but the first line has 2. Quote text that holds ','.", error.Message);
    }

    [Fact]
    public async Task A_quote_that_is_not_closed_is_named()
    {
        var error = await Assert.ThrowsAsync<TableFormatException>(() => Read("a,b\n1,2\n\"3,4\n5,6\n"));
        Assert.Contains("the record that begins in line 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_file_is_refused()
    {
        var error = await Assert.ThrowsAsync<TableFormatException>(() => Read(""));
        Assert.Equal($"'{_folder["t.csv"]}' is empty (0 bytes). A CSV file needs at least a line of column names.", error.Message);
    }

    [Fact]
    public async Task A_missing_file_is_named()
    {
        var error = await Assert.ThrowsAsync<FileNotFoundException>(() => Table.ReadCsvAsync(_folder["nothing.csv"]));
        Assert.Contains("nothing.csv", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_encoding_is_named_with_its_line()
    {
        await File.WriteAllBytesAsync(_folder["latin.csv"], Encoding.Latin1.GetBytes("a,b\n1,x\n2,é\n"));
        var error = await Assert.ThrowsAsync<TableFormatException>(() => Table.ReadCsvAsync(_folder["latin.csv"]));
        Assert.Equal($"'{_folder["latin.csv"]}' is not UTF-8 text: line 3 holds the byte 0xE9. Save it as UTF-8.", error.Message);

        await File.WriteAllBytesAsync(_folder["wide.csv"], [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("a,b\n1,x\n")]);
        error = await Assert.ThrowsAsync<TableFormatException>(() => Table.ReadCsvAsync(_folder["wide.csv"]));
        Assert.Contains("UTF-16", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_character_across_two_buffers_is_whole()
    {
        // The scanner reads a megabyte at a time; an offset of one byte makes an é straddle the border in one of the two files.
        foreach (var offset in (string[])["", "x"])
        {
            using var table = await Read("a\n" + offset + new string('é', 1_500_000) + "\n");
            Assert.Equal(1, table.RowCount);
        }
    }

    [Fact]
    public async Task Two_columns_of_one_name_are_refused()
    {
        var error = await Assert.ThrowsAsync<TableFormatException>(() => Read("a,b,a\n1,2,3\n"));
        Assert.Contains("more than one column named 'a'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_packed_file_is_read()
    {
        await using (var file = new GZipStream(File.Create(_folder["t.csv.gz"]), CompressionLevel.Fastest))
        {
            await file.WriteAsync("a\n1\n2\n"u8.ToArray());
        }

        using var table = await Table.ReadCsvAsync(_folder["t.csv.gz"]);
        Assert.Equal(2, table.RowCount);
    }

    [Fact]
    public async Task Text_goes_out_and_back_as_it_was()
    {
        Row[] rows = [new("a,b", 1.5), new("", null), new(null, double.NaN), new("line\nbreak", 1e300), new("\"q\"", -0.0), new("é😀", 1e-7)];
        using var table = Table.FromRows(rows);
        table.WriteCsv(_folder["out.csv"], new CsvWriteOptions { Delimiter = ';' });
        Assert.Equal(
            "Text;Number\na,b;1.5\n\"\";\n;NaN\n\"line\nbreak\";1e+300\n\"\"\"q\"\"\";-0.0\né😀;1e-07\n", await File.ReadAllTextAsync(_folder["out.csv"]));
        using var read = await Table.ReadCsvAsync(_folder["out.csv"]);
        Assert.Equal(rows, read.ToList<Row>());
    }

    [Fact]
    public async Task Reading_can_be_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Table.ReadCsvAsync(_folder.Write("t.csv", "a\n1\n"), null, cancelled.Token));
    }

    private sealed record Row(string? Text, double? Number);

    private Task<Table> Read(string text) => Table.ReadCsvAsync(_folder.Write("t.csv", text));

    private async Task<string> Types(string text)
    {
        using var table = await Read(text);
        return string.Join(", ", table.Schema.FieldsList.Select(f => $"{f.Name} {ColumnTypeName.Of(f)}"));
    }

    private async Task<List<string?>> Column(string text)
    {
        using var table = await Read(text);
        return [.. table.Batches.SelectMany(b => Enumerable.Range(0, b.Length).Select(i => CellText.Of(table.Schema.GetFieldByIndex(0), b.Column(0), i)))];
    }
}
