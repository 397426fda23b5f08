using System.Globalization;
using Mlops.Core.Projects.Products;
using Mlops.Server.Components.Shared;

namespace Mlops.Server.Components.Pages.Products;

/// <summary>Global data products in words.</summary>
internal static class ProductTexts
{
    /// <summary>When it becomes outdated: <c>After 1 day, not before Monday, 06:00 UTC</c>, <c>Never, made once</c>.</summary>
    public static string Outdated(ProductSettings settings) => settings switch
    {
        { OutdatedAfter: null } => "Never, made once",
        { OutdatedStartingAt: { } starting } => $"After {After(settings.OutdatedAfter)}, not before {StartingAt(starting)} UTC",
        _ => $"After {After(settings.OutdatedAfter)}",
    };

    /// <summary>What it gives: <c>rank_channels</c>, <c>build of the last 3 runs, load of all runs</c>.</summary>
    public static string Gives(ProductSettings settings) => settings.Blocks is not { } blocks
        ? "Gives the last blocks"
        : "Gives " + string.Join(", ", blocks.Select(block => block.Partitions switch
        {
            1 => block.Uuid,
            0 => $"{block.Uuid} of all runs",
            var many => $"{block.Uuid} of the last {Numbers.Text(many)} runs",
        }));

    private static string After(OutdatedAfter after) => string.Join(" ", new[]
    {
        Part(after.Years, "year"), Part(after.Months, "month"), Part(after.Weeks, "week"), after.Seconds > 0 ? Durations.Text(TimeSpan.FromSeconds(after.Seconds)) : null,
    }.OfType<string>());

    private static string? Part(int count, string unit) => count == 0 ? null : Numbers.Count(count, unit);

    /// <summary>The coarsest part first.</summary>
    private static string StartingAt(OutdatedStartingAt starting) => string.Join(", ", OutdatedStartingAt.Words.Reverse()
        .Where(starting.Parts.ContainsKey).Select(word => Part(word, starting.Parts[word])));

    private static string Part(string word, int value) => word switch
    {
        "hour_of_day" => string.Create(CultureInfo.InvariantCulture, $"{value:00}:00"),
        "day_of_week" when value < 7 => CultureInfo.InvariantCulture.DateTimeFormat.DayNames[value],
        "month_of_year" when value is > 0 and < 13 => CultureInfo.InvariantCulture.DateTimeFormat.MonthNames[value - 1],
        _ => string.Create(CultureInfo.InvariantCulture, $"{word[..word.IndexOf('_', StringComparison.Ordinal)]} {value} of the {word[(word.LastIndexOf('_') + 1)..]}"),
    };
}
