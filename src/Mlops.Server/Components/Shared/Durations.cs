using System.Globalization;

namespace Mlops.Server.Components.Shared;

/// <summary>Lengths of time in words.</summary>
internal static class Durations
{
    /// <summary>Three digits at most, in the unit that fits: <c>96 ms</c>, <c>1.24 s</c>, <c>2 min 5 s</c>, <c>3 h 20 min</c>, <c>6 days 4 h</c>.</summary>
    public static string Text(TimeSpan duration)
    {
        var milliseconds = Math.Max(0, duration.TotalMilliseconds);
        return milliseconds switch
        {
            < 9.95 => Invariant($"{milliseconds:0.#} ms"),
            < 999.5 => Invariant($"{milliseconds:0} ms"),
            < 9_995 => Invariant($"{milliseconds / 1000:0.##} s"),
            < 59_950 => Invariant($"{milliseconds / 1000:0.#} s"),
            _ => Long(TimeSpan.FromSeconds(Math.Round(milliseconds / 1000))),
        };
    }

    private static string Long(TimeSpan duration) => duration switch
    {
        { TotalHours: < 1 } => Pair(duration.Minutes, "min", duration.Seconds, "s"),
        { TotalDays: < 1 } => Pair(duration.Hours, "h", duration.Minutes, "min"),
        _ => Pair(duration.Days, duration.Days == 1 ? "day" : "days", duration.Hours, "h"),
    };

    private static string Pair(int many, string unit, int few, string smallUnit) =>
        few == 0 ? Invariant($"{many:N0} {unit}") : Invariant($"{many:N0} {unit} {few} {smallUnit}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
