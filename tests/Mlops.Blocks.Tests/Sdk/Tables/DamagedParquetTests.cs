using Mlops.Sdk;

namespace Mlops.Blocks.Tests.Sdk.Tables;

/// <summary>Whatever happened to a Parquet file, reading it either works or says that it is damaged.</summary>
public sealed class DamagedParquetTests
{
    private sealed record Point(long X, double Y, string Name);

    [Fact]
    public void A_file_that_was_cut_off_or_is_something_else_says_so()
    {
        using var folder = new TemporaryFolder();
        var whole = Write(folder);
        foreach (var bytes in new[] { [], whole[..3], whole[..(whole.Length / 2)], whole[..^1], "not Parquet"u8.ToArray() })
        {
            File.WriteAllBytes(folder["points.parquet"], bytes);
            var exception = Assert.Throws<TableFormatException>(() => Table.OpenParquet(folder["points.parquet"]));
            Assert.StartsWith($"'{folder["points.parquet"]}' cannot be read as Parquet: ", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Bytes_that_changed_anywhere_are_read_or_refused_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var whole = Write(folder);
        var refusedRows = 0;
        for (var i = 0; i < 60; i++)
        {
            var damaged = (byte[])whole.Clone();
            damaged.AsSpan(whole.Length * i / 60, Math.Min(24, whole.Length - (whole.Length * i / 60))).Fill(0xA5);
            var path = folder[$"{i}.parquet"];
            await File.WriteAllBytesAsync(path, damaged, TestContext.Current.CancellationToken);
            refusedRows += IsRefused(() =>
            {
                using var table = Table.OpenParquet(path);
                using var slice = table.Slice(500, 20);
                Assert.Equal(1000, table.ToList<Point>().Count);
                table.WriteCsv(path + ".csv");
            }) ? 1 : 0;
            await IsRefusedAsync(() => TableProfile.ReadAsync(path, TestContext.Current.CancellationToken));
        }

        Assert.True(refusedRows > 10, $"Only {refusedRows} of 60 damages were noticed");
    }

    private static byte[] Write(TemporaryFolder folder)
    {
        using var table = Table.FromRows(Enumerable.Range(0, 1000).Select(i => new Point(i * 7919L, Math.Sqrt(i), $"point {i * 31 % 997}")));
        table.WriteParquet(folder["points.parquet"]);
        return File.ReadAllBytes(folder["points.parquet"]);
    }

    private static bool IsRefused(Action read)
    {
        try
        {
            read();
            return false;
        }
        catch (Exception exception) when (exception is TableFormatException or TableBindingException)
        {
            return true;
        }
    }

    private static async Task IsRefusedAsync(Func<Task> read)
    {
        try
        {
            await read();
        }
        catch (TableFormatException exception)
        {
            Assert.Contains("cannot be read as Parquet", exception.Message, StringComparison.Ordinal);
        }
    }
}
