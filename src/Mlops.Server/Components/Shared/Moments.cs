using System.Globalization;

namespace Mlops.Server.Components.Shared;

/// <summary>
/// Instants in words, as the server knows them: in UTC. <c>times.js</c> says the same in the browser's time zone and keeps it current; both
/// follow the same rules.
/// </summary>
internal static class Moments
{
    /// <summary>Distance to now: <c>4 min ago</c>, <c>yesterday</c>, <c>in 14 h</c>, <c>23 Nov</c>.</summary>
    public static string Relative(DateTimeOffset at, DateTimeOffset now)
    {
        var distance = now - at;
        if (distance.Duration() < TimeSpan.FromSeconds(1.5))
        {
            return distance < TimeSpan.Zero ? "now" : "just now";
        }

        var text = Distance(distance.Duration());
        return text is null ? Date(at, now) : distance > TimeSpan.Zero ? $"{text} ago" : $"in {text}";
    }

    /// <summary>Time of day today, else the date with it: <c>09:41:22</c>, <c>22 Nov 18:04</c>, <c>1 Dec 2025 00:00</c>.</summary>
    public static string Clock(DateTimeOffset at, DateTimeOffset now) => at.UtcDateTime.Date == now.UtcDateTime.Date
        ? Format(at, "HH:mm:ss")
        : $"{Date(at, now)} {Format(at, "HH:mm")}";

    /// <summary>Exact: <c>2026-11-23 09:41:22 UTC</c>.</summary>
    public static string Exact(DateTimeOffset at) => $"{Format(at, "yyyy-MM-dd HH:mm:ss")} UTC";

    private static string Date(DateTimeOffset at, DateTimeOffset now) => Format(at, at.UtcDateTime.Year == now.UtcDateTime.Year ? "d MMM" : "d MMM yyyy");

    private static string? Distance(TimeSpan distance) => distance switch
    {
        { TotalSeconds: < 59.5 } => Of(distance.TotalSeconds, "s"),
        { TotalMinutes: < 59.5 } => Of(distance.TotalMinutes, "min"),
        { TotalHours: < 23.5 } => Of(distance.TotalHours, "h"),
        { TotalDays: < 1.5 } => "1 day",
        { TotalDays: < 13.5 } => Of(distance.TotalDays, "days"),
        _ => null,
    };

    private static string Of(double number, string unit) => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(number):0} {unit}");

    private static string Format(DateTimeOffset at, string format) => at.UtcDateTime.ToString(format, CultureInfo.InvariantCulture);
}
