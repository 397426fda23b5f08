using Microsoft.Data.Analysis;
using Mlops.Sdk;

namespace Mlops.Blocks.Tests.Sdk.Tables;

public sealed class DataFrameTests
{
    private sealed record Item(string? Name, long? Count, double? Price, bool? Sold, DateTime? At, decimal? Cost, int Index, float? Ratio, byte? Small);

    private static readonly Item[] Items =
    [
        new("x", 9007199254740993, 71.2833, true, new DateTime(2024, 1, 31, 23, 59, 59), 1.10m, 0, 0.1f, 255),
        new(null, null, null, null, null, null, 1, null, null),
        new("", long.MinValue, double.NaN, false, DateTime.UnixEpoch, -5, 2, float.PositiveInfinity, 0),
    ];

    [Fact]
    public void A_table_becomes_a_data_frame_and_comes_back()
    {
        using var table = Table.FromRows(Items);
        var frame = table.ToDataFrame();
        Assert.Equal((3, 9), (frame.Rows.Count, frame.Columns.Count));
        Assert.Equal(1, frame.Columns["Count"].NullCount);
        Assert.Equal(9007199254740993, frame["Count"][0]);
        Assert.Null(frame["Name"][1]);

        using var back = Table.FromDataFrame(frame);
        Assert.Equal(Items, back.ToList<Item>());
    }

    [Fact]
    public void A_frame_from_a_table_can_be_changed_without_changing_the_table()
    {
        using var table = Table.FromRows(Items);
        var frame = table.ToDataFrame();
        frame["Index"][0] = 42;
        frame["Name"][1] = "filled";
        frame.Columns["Price"].FillNulls(1.0, inPlace: true);
        Assert.Equal(42, frame["Index"][0]);
        Assert.Equal(Items, table.ToList<Item>());
    }

    [Fact]
    public void A_frame_over_many_batches_is_whole()
    {
        using var table = Table.FromRows(Enumerable.Range(0, 150_000).Select(i => new { I = i, Even = i % 2 == 0 ? (double?)null : i }));
        var frame = table.ToDataFrame();
        Assert.Equal(75_000, frame.Columns["Even"].NullCount);
        Assert.Equal(149_999, frame["I"][149_999]);
        Assert.Equal(149_999.0, frame["Even"][149_999]);
        using var back = Table.FromDataFrame(frame);
        Assert.Equal((150_000, 3), (back.RowCount, back.Batches.Count));
    }

    [Fact]
    public void What_a_frame_does_not_know_becomes_text()
    {
        using var table = Table.FromRows([new { Id = Guid.Empty, Tags = new[] { "a", "b" }, At = new TimeOnly(1, 2) }]);
        var frame = table.ToDataFrame();
        Assert.Equal(["00000000-0000-0000-0000-000000000000", "[\"a\",\"b\"]", "01:02:00"], frame.Rows[0]);
    }

    [Fact]
    public void A_frame_without_columns_is_refused()
    {
        var error = Assert.Throws<TableFormatException>(() => Table.FromDataFrame(new DataFrame()));
        Assert.Equal("The data frame has no columns. A table needs at least one.", error.Message);
    }

    [Fact]
    public void An_empty_frame_keeps_its_columns()
    {
        using var table = Table.FromRows(Array.Empty<Item>());
        using var back = Table.FromDataFrame(table.ToDataFrame());
        Assert.Equal(table.Schema.FieldsList.Select(f => f.Name), back.Schema.FieldsList.Select(f => f.Name));
        Assert.Equal(0, back.RowCount);
    }
}
