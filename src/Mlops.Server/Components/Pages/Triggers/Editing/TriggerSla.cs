using System.Globalization;

namespace Mlops.Server.Components.Pages.Triggers.Editing;

/// <summary>The SLA of a trigger as people say it: a number and its unit. The file has seconds.</summary>
internal static class TriggerSla
{
    public const string UsualUnit = "minutes";

    /// <summary>Units with their seconds, the smallest first.</summary>
    public static readonly IReadOnlyList<(string Unit, long Seconds)> Units =
        [("seconds", 1), (UsualUnit, 60), ("hours", 60 * 60), ("days", 24 * 60 * 60), ("weeks", 7 * 24 * 60 * 60)];

    /// <summary>In the largest unit of which it is a whole number.</summary>
    public static (string Number, string Unit) Read(TimeSpan? sla)
    {
        if (sla is not { } span)
        {
            return ("", UsualUnit);
        }

        var seconds = (decimal)span.Ticks / TimeSpan.TicksPerSecond;
        var (unit, length) = Units.LastOrDefault(unit => seconds % unit.Seconds == 0, Units[0]);
        return ((seconds / length).ToString("0.#######", CultureInfo.InvariantCulture), unit);
    }

    /// <summary>Seconds; null where the text is no number above 0.</summary>
    public static double? Seconds(string number, string unit) =>
        TriggerNumbers.Positive(number) is { } count ? count * Units.First(known => known.Unit == unit).Seconds : null;
}
