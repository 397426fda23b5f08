using System.Globalization;
using System.Text;
using Mlops.Sdk;

namespace Mlops.Server.Components.Shared.Metrics;

/// <summary>A curve of quality as SVG paths in a box of 360 × 280, with axes from 0 to 1 as a rule.</summary>
internal sealed class CurveChart
{
    public const double Left = 44, Right = 352, Top = 12, Bottom = 232;

    private readonly double _fromX, _toX, _fromY, _toY;

    public CurveChart(Curve curve)
    {
        Points = [.. curve.Points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y))];
        (_fromX, _toX) = Range(Points.Select(point => point.X));
        (_fromY, _toY) = Range(Points.Select(point => point.Y));
        Line = Draw();
        Area = Points.Count < 2 ? "" : $"{Line}L{Text(X(Points[^1].X))} {Text(Bottom)}L{Text(X(Points[0].X))} {Text(Bottom)}Z";
    }

    /// <summary>The points that can be drawn; those with NaN or infinity are left out.</summary>
    public IReadOnlyList<CurvePoint> Points { get; }

    /// <summary>Path of the line; empty for fewer than two points.</summary>
    public string Line { get; }

    /// <summary>Path of the area below it.</summary>
    public string Area { get; }

    /// <summary>Five ticks of the horizontal axis, with their place.</summary>
    public IEnumerable<(double At, string Text)> XTicks() => Ticks(_fromX, _toX).Select(tick => (X(tick), Text(tick)));

    /// <summary>Five ticks of the vertical axis, with their place.</summary>
    public IEnumerable<(double At, string Text)> YTicks() => Ticks(_fromY, _toY).Select(tick => (Y(tick), Text(tick)));

    public double X(double value) => Left + ((value - _fromX) / (_toX - _fromX) * (Right - Left));

    public double Y(double value) => Bottom - ((value - _fromY) / (_toY - _fromY) * (Bottom - Top));

    public static string Text(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private string Draw()
    {
        if (Points.Count < 2)
        {
            return "";
        }

        var path = new StringBuilder();
        foreach (var point in Points)
        {
            path.Append(CultureInfo.InvariantCulture, $"{(path.Length == 0 ? 'M' : 'L')}{Text(X(point.X))} {Text(Y(point.Y))}");
        }

        return path.ToString();
    }

    /// <summary>0 to 1 where all values are in it, else from the least to the greatest.</summary>
    private static (double From, double To) Range(IEnumerable<double> values)
    {
        var all = values.ToList();
        var (least, most) = all.Count == 0 ? (0, 1) : (all.Min(), all.Max());
        return least >= 0 && most <= 1 ? (0, 1) : least < most ? (least, most) : (least - 0.5, least + 0.5);
    }

    private static IEnumerable<double> Ticks(double from, double to) => Enumerable.Range(0, 5).Select(i => from + ((to - from) * i / 4));
}
