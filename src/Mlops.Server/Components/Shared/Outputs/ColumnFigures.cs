using System.Globalization;
using System.Text;
using Mlops.Sdk;

namespace Mlops.Server.Components.Shared.Outputs;

/// <summary>What a column head draws of a profile.</summary>
internal static class ColumnFigures
{
    private const double BarWidth = 6.73;
    private const double Height = 24;

    /// <summary>
    /// Bars of a histogram in a box of 100 × 24, on a square-root scale, so that a bin of one row in a thousand is still seen.
    /// </summary>
    public static string HistogramPath(IReadOnlyList<long> histogram)
    {
        var most = histogram.DefaultIfEmpty().Max();
        var step = histogram.Count > 1 ? (100 - BarWidth) / (histogram.Count - 1) : 0;
        var bars = new StringBuilder();
        for (var i = 0; i < histogram.Count; i++)
        {
            if (histogram[i] > 0)
            {
                var height = Height * Math.Sqrt((double)histogram[i] / most);
                bars.Append(CultureInfo.InvariantCulture, $"M{i * step:0.##} 24h{BarWidth:0.##}v-{Math.Max(height, 1):0.#}h-{BarWidth:0.##}z");
            }
        }

        return bars.ToString();
    }

    /// <summary>Missing cells as a share, <c>40 %</c>, or as a number where they are fewer than one in a hundred: <c>2</c>.</summary>
    public static string MissingText(long missing, long rows) =>
        missing * 100 < rows ? Numbers.Text(missing) : string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(100d * missing / rows):0} %");

    /// <summary>Such as <c>890 of 2,207 missing</c>.</summary>
    public static string MissingTitle(long missing, long rows) =>
        missing == 0 ? "none missing" : $"{Numbers.Text(missing)} of {Numbers.Text(rows)} missing";

    /// <summary>A least or greatest value; whole numbers get groups and lose <c>.0</c>, others keep their digits.</summary>
    public static string Bound(string value)
    {
        var whole = value.EndsWith(".0", StringComparison.Ordinal) ? value[..^2] : value;
        return long.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? Numbers.Text(number) : value;
    }

    /// <summary>Such as <c>male 78 %</c>; null where no value stands out.</summary>
    public static string? Commonest(ColumnProfile column, long rows)
    {
        var filled = rows - column.MissingCount;
        return column.Frequent.Count > 0 && column.Frequent[0] is { Count: > 1 } first && first.Count * 100 >= filled
            ? string.Create(CultureInfo.InvariantCulture, $"{first.Value} {Math.Floor(100d * first.Count / filled):0} %")
            : null;
    }

    /// <summary>Width in percent of the commonest of all, for up to three values.</summary>
    public static IReadOnlyList<double> FrequentWidths(ColumnProfile column) =>
        [.. column.Frequent.Take(3).Select(value => 100d * value.Count / column.Frequent[0].Count)];
}
