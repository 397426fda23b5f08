using Mlops.Sdk;
using Mlops.Server.Components.Shared.Metrics;

namespace Mlops.Server.Tests.Components.Metrics;

public sealed class CurveChartTests
{
    [Fact]
    public void A_curve_of_shares_is_drawn_between_zero_and_one()
    {
        var chart = Chart(new(0, 0), new(0.25, 0.75), new(1, 1));

        Assert.Equal("M44 232L121 67L352 12", chart.Line);
        Assert.Equal("M44 232L121 67L352 12L352 232L44 232Z", chart.Area);
        Assert.Equal(["0", "0.25", "0.5", "0.75", "1"], chart.XTicks().Select(tick => tick.Text));
        Assert.Equal([232, 177, 122, 67, 12], chart.YTicks().Select(tick => tick.At));
    }

    [Fact]
    public void Other_curves_have_axes_of_their_own()
    {
        var chart = Chart(new(0, 10), new(50, 30));

        Assert.Equal("M44 232L352 12", chart.Line);
        Assert.Equal(["10", "15", "20", "25", "30"], chart.YTicks().Select(tick => tick.Text));
    }

    [Fact]
    public void Points_without_a_number_are_left_out()
    {
        Assert.Equal(Chart(new(0, 0), new(1, 1)).Line, Chart(new(0, 0), new(double.NaN, 0.5), new(0.5, double.PositiveInfinity), new(1, 1)).Line);
        Assert.Equal("", Chart(new CurvePoint(0.5, 0.5)).Line);
        Assert.Equal("", Chart().Area);
    }

    private static CurveChart Chart(params CurvePoint[] points) => new(new Curve("ROC", "x", "y", points));
}
