using Mlops.Server.Components.Shared;

namespace Mlops.Server.Tests.Components.Shared;

public sealed class MomentsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 9, 41, 30, TimeSpan.Zero);

    [Theory]
    [InlineData(0, "just now")]
    [InlineData(-9, "9 s ago")]
    [InlineData(-240, "4 min ago")]
    [InlineData(-7_200, "2 h ago")]
    [InlineData(-90_000, "1 day ago")]
    [InlineData(-259_200, "3 days ago")]
    [InlineData(-2_592_000, "24 Oct")]
    [InlineData(-31_622_400, "22 Nov 2025")]
    [InlineData(1, "now")]
    [InlineData(1_140, "in 19 min")]
    [InlineData(50_400, "in 14 h")]
    public void An_instant_is_told_by_its_distance(int seconds, string expected) => Assert.Equal(expected, Moments.Relative(Now.AddSeconds(seconds), Now));

    [Theory]
    [InlineData("2026-11-23T09:41:22Z", "09:41:22")]
    [InlineData("2026-11-22T18:04:51Z", "22 Nov 18:04")]
    [InlineData("2025-12-01T00:00:00Z", "1 Dec 2025 00:00")]
    public void A_clock_leaves_out_what_is_understood(string at, string expected) =>
        Assert.Equal(expected, Moments.Clock(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture), Now));

    [Fact]
    public void The_exact_time_is_in_UTC() => Assert.Equal("2026-11-23 08:41:30 UTC", Moments.Exact(new DateTimeOffset(2026, 11, 23, 9, 41, 30, TimeSpan.FromHours(1))));
}
