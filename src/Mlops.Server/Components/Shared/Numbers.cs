using System.Globalization;

namespace Mlops.Server.Components.Shared;

/// <summary>Numbers for people, the same in every locale.</summary>
internal static class Numbers
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>With groups: <c>2,207</c>.</summary>
    public static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>With its noun: <c>1 row</c>, <c>2,207 rows</c>.</summary>
    public static string Count(long number, string one, string? many = null) => $"{Text(number)} {(number == 1 ? one : many ?? one + "s")}";

    /// <summary>Share in per cent with one decimal: <c>99.7 %</c>; never rounded up to 100 or down to 0.</summary>
    public static string Share(long part, long whole)
    {
        var percent = whole == 0 ? 0 : 100.0 * part / whole;
        var shown = part == whole ? percent : Math.Min(percent, 99.9);
        shown = part == 0 ? shown : Math.Max(shown, 0.1);
        return string.Create(CultureInfo.InvariantCulture, $"{shown:0.#} %");
    }

    /// <summary>Three digits in binary units: <c>61 KiB</c>, <c>1.5 MiB</c>.</summary>
    public static string Bytes(long bytes)
    {
        var unit = 0;
        double size = bytes;
        while (size >= 1024 && unit < Units.Length - 1)
        {
            size /= 1024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{Math.Round(size, size < 10 && unit > 0 ? 1 : 0):0.#} {Units[unit]}");
    }
}
