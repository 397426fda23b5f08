using Mlops.Server.Components.Shared.Gantt;

namespace Mlops.Server.Tests.Components.Gantt;

public sealed class GanttScaleTests
{
    [Theory]
    [InlineData(11_800, "0 s|4 s|8 s|12 s")]
    [InlineData(663, "0 ms|400 ms|800 ms")]
    [InlineData(96, "0 ms|40 ms|80 ms|120 ms")]
    [InlineData(1_900, "0 s|1 s|2 s")]
    [InlineData(125_000, "0 min|1 min|2 min|3 min")]
    [InlineData(20_000_000, "0 h|2 h|4 h|6 h")]
    [InlineData(1_100, "0 ms|400 ms|800 ms|1,200 ms")]
    [InlineData(0, "0 ms|1 ms")]
    public void The_axis_has_few_round_ticks_in_one_unit(int milliseconds, string expected) =>
        Assert.Equal(expected, string.Join('|', GanttScale.For(TimeSpan.FromMilliseconds(milliseconds)).Ticks().Select(tick => tick.Text)));

    [Fact]
    public void Every_length_fits_its_axis()
    {
        for (var milliseconds = 1d; milliseconds < 1e10; milliseconds *= 1.37)
        {
            var length = TimeSpan.FromMilliseconds(milliseconds);
            var scale = GanttScale.For(length);
            Assert.True(scale.Length >= length - TimeSpan.FromTicks(10), $"{length} on {scale}");
            Assert.InRange(scale.Percent(length), 0, 100);
        }
    }
}
