using System.Globalization;

namespace Mlops.Server.Components.Shared.Gantt;

/// <summary>A time axis that starts at zero and ends on a round number.</summary>
/// <param name="Step">From tick to tick.</param>
/// <param name="Steps">How many steps the axis has; at least 1.</param>
internal sealed record GanttScale(TimeSpan Step, int Steps)
{
    private static readonly double[] SecondsOfSteps =
    [
        0.001, 0.002, 0.004, 0.005, 0.01, 0.02, 0.04, 0.05, 0.1, 0.2, 0.4, 0.5, 1, 2, 4, 5, 10, 15, 20, 30, 60, 120, 240, 300, 600, 900, 1200, 1800,
        3600, 7200, 14_400, 21_600, 43_200, 86_400, 172_800, 432_000, 864_000,
    ];

    public TimeSpan Length => Step * Steps;

    /// <summary>The axis for something that takes <paramref name="length"/>, with two or three steps as a rule.</summary>
    public static GanttScale For(TimeSpan length)
    {
        var seconds = Math.Max(length.TotalSeconds, 0.001);
        var step = SecondsOfSteps.FirstOrDefault(step => seconds / step <= 3, SecondsOfSteps[^1]);
        return new(TimeSpan.FromSeconds(step), Math.Max(1, (int)Math.Ceiling(Math.Round(seconds / step, 6))));
    }

    /// <summary>Share of the axis from its start to <paramref name="at"/>, in percent.</summary>
    public double Percent(TimeSpan at) => Math.Clamp(at / Length * 100, 0, 100);

    /// <summary>The ticks with their place in percent; all in one unit.</summary>
    public IEnumerable<(double Percent, string Text)> Ticks() =>
        Enumerable.Range(0, Steps + 1).Select(i => (100d * i / Steps, Text(Step * i)));

    private string Text(TimeSpan at)
    {
        var (unit, word) = Step.TotalSeconds switch
        {
            < 1 when Length.TotalSeconds <= 2 => (TimeSpan.FromMilliseconds(1), "ms"),
            < 60 when Length.TotalSeconds <= 120 => (TimeSpan.FromSeconds(1), "s"),
            < 3600 => (TimeSpan.FromMinutes(1), "min"),
            < 172_800 => (TimeSpan.FromHours(1), "h"),
            _ => (TimeSpan.FromDays(1), "d"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{at / unit:#,0.##} {word}");
    }
}
