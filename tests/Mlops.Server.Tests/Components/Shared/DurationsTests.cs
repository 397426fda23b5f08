using Mlops.Server.Components.Shared;

namespace Mlops.Server.Tests.Components.Shared;

public sealed class DurationsTests
{
    [Theory]
    [InlineData(-5, "0 ms")]
    [InlineData(0, "0 ms")]
    [InlineData(1.4, "1.4 ms")]
    [InlineData(96, "96 ms")]
    [InlineData(999.4, "999 ms")]
    [InlineData(999.6, "1 s")]
    [InlineData(1_240, "1.24 s")]
    [InlineData(9_996, "10 s")]
    [InlineData(12_840, "12.8 s")]
    [InlineData(59_960, "1 min")]
    [InlineData(125_000, "2 min 5 s")]
    [InlineData(3_600_000, "1 h")]
    [InlineData(12_000_000, "3 h 20 min")]
    [InlineData(86_400_000, "1 day")]
    [InlineData(532_800_000, "6 days 4 h")]
    public void A_duration_has_three_digits_at_most(double milliseconds, string expected) =>
        Assert.Equal(expected, Durations.Text(TimeSpan.FromMilliseconds(milliseconds)));
}
