using Mlops.Sdk;
using Mlops.Testing;

namespace Mlops.Blocks.Tests.Sdk.Tables;

public sealed class TableProfileTests
{
    private sealed record Item(string? Name, long Count, double? Price, bool Sold, DateOnly Day, string[] Tags, decimal Cost);

    private sealed record Trip(int VendorId);

    [Fact]
    public async Task Each_column_is_summed_up()
    {
        using var folder = new TemporaryFolder();
        using var table = Table.FromRows(
        [
            new Item("x", 0, 1.5, true, new DateOnly(2024, 1, 31), ["a"], 1.10m),
            new Item("y", 1, null, true, new DateOnly(2024, 1, 1), [], 2),
            new Item("x", 1, double.NaN, false, new DateOnly(2024, 2, 1), ["a"], 3),
            new Item(null, 3, 2.5, true, new DateOnly(2024, 2, 1), ["b"], 4),
        ]);
        table.WriteParquet(folder["items.parquet"]);
        var profile = await TableProfile.ReadAsync(folder["items.parquet"], TestContext.Current.CancellationToken);

        Assert.Equal(4, profile.RowCount);
        Assert.Equal(
            [
                "Name string missing 1 distinct 2 x..y bins [] frequent [x 2, y 1]",
                "Count int64 missing 0 distinct 3 0..3 bins [1, 2, 0, 1] frequent []",
                "Price double missing 1 distinct 3 1.5..NaN bins [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] frequent []",
                "Sold bool missing 0 distinct 2 false..true bins [] frequent [true 3, false 1]",
                "Day date missing 0 distinct 3 2024-01-01..2024-02-01 bins [] frequent []",
                "Tags list<string> missing 0 distinct 3 .. bins [] frequent []",
                "Cost decimal(38,2) missing 0 distinct 4 1.10..4.00 bins [1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1] frequent []",
            ],
            profile.Columns.Select(Line));
    }

    [Fact]
    public async Task A_table_without_rows_has_a_profile()
    {
        using var folder = new TemporaryFolder();
        using var table = Table.FromRows(Array.Empty<Item>());
        table.WriteParquet(folder["none.parquet"]);
        var profile = await TableProfile.ReadAsync(folder["none.parquet"], TestContext.Current.CancellationToken);
        Assert.Equal(0, profile.RowCount);
        Assert.All(profile.Columns, c => Assert.Equal((0, 0, null, 0), (c.MissingCount, c.DistinctCount, c.Minimum, c.Histogram.Count + c.Frequent.Count)));
    }

    [Fact]
    public async Task The_taxi_trips_are_profiled()
    {
        if (TestData.GreenTaxiParquet() is not { } trips)
        {
            using var folder = new TemporaryFolder();
            using var made = Table.FromRows(Enumerable.Range(0, 1000).Select(i => new { VendorID = 1 + (i % 2), trip_distance = i / 10.0 }));
            made.WriteParquet(folder["trips.parquet"]);
            Assert.Equal(2, (await TableProfile.ReadAsync(folder["trips.parquet"])).Columns[0].DistinctCount);
            return;
        }

        var profile = await TableProfile.ReadAsync(trips, TestContext.Current.CancellationToken);
        Assert.Equal((56_551, 20), (profile.RowCount, profile.Columns.Count));
        using var table = Table.OpenParquet(trips);
        var first = table.ReadRows<Trip>().Count(t => t.VendorId == 1);
        Assert.Equal($"VendorID int32 missing 0 distinct 2 1..2 bins [{first}, {56_551 - first}] frequent []", Line(profile.Columns[0]));
        Assert.Equal(56_551, profile.Columns.Single(c => c.Name == "ehail_fee").MissingCount);
    }

    private static string Line(ColumnProfile c) =>
        $"{c.Name} {c.Type} missing {c.MissingCount} distinct {c.DistinctCount} {c.Minimum}..{c.Maximum} bins [{string.Join(", ", c.Histogram)}] "
        + $"frequent [{string.Join(", ", c.Frequent.Select(f => $"{f.Value} {f.Count}"))}]";
}
