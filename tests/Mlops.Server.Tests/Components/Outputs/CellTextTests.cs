using Mlops.Server.Components.Shared.Outputs;

namespace Mlops.Server.Tests.Components.Outputs;

public sealed class CellTextTests
{
    [Fact]
    public void Numbers_keep_every_digit_and_get_none()
    {
        Assert.Equal("71.2833", CellText.Of(71.2833));
        Assert.Equal("512.0607", CellText.Of(512.0607));
        Assert.Equal("0.30000000000000004", CellText.Of(0.1 + 0.2));
        Assert.Equal("29", CellText.Of(29d));
        Assert.Equal("71.2833", CellText.Of(71.2833f));
        Assert.Equal("9223372036854775807", CellText.Of(long.MaxValue));
        Assert.Equal("1.50", CellText.Of(1.50m));
        Assert.Equal("NaN", CellText.Of(double.NaN));
    }

    [Fact]
    public void Times_are_exact_and_tell_instants_from_local_times()
    {
        Assert.Equal("2026-11-23 08:41:22.104Z", CellText.Of(new DateTimeOffset(2026, 11, 23, 9, 41, 22, 104, TimeSpan.FromHours(1))));
        Assert.Equal("2026-11-23 09:41:22", CellText.Of(new DateTime(2026, 11, 23, 9, 41, 22, DateTimeKind.Unspecified)));
        Assert.Equal("1912-04-15", CellText.Of(new DateOnly(1912, 4, 15)));
        Assert.Equal("02:20:00", CellText.Of(new TimeOnly(2, 20)));
    }

    [Fact]
    public void What_is_missing_is_told_from_empty_text()
    {
        Assert.Null(CellText.Of(null));
        Assert.Equal("", CellText.Of(""));
    }

    [Fact]
    public void Lists_and_records_are_JSON() =>
        Assert.Equal("{\"a\":[1,null,\"é\"]}", CellText.Of(new Dictionary<string, object?> { ["a"] = new List<object?> { 1, null, "é" } }));

    [Fact]
    public void Bytes_are_hexadecimal_and_cut()
    {
        Assert.Equal("0x00ff", CellText.Of(new byte[] { 0, 255 }));
        Assert.EndsWith("… (100 B)", CellText.Of(new byte[100]), StringComparison.Ordinal);
    }
}
