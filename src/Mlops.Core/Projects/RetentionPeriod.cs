using System.Globalization;
using Mlops.Core.Yaml;

namespace Mlops.Core.Projects;

/// <summary>
/// <c>variables_retention_period</c> of a project: how long its final runs are kept, with their logs and outputs. <c>90d</c>, also <c>36h</c> and <c>8w</c>;
/// <c>never</c> and <c>0</c> remove nothing.
/// </summary>
internal static class RetentionPeriod
{
    private const string Key = "variables_retention_period";

    /// <summary>Of projects that say nothing.</summary>
    public static readonly TimeSpan Default = TimeSpan.FromDays(90);

    private static readonly TimeSpan Longest = TimeSpan.FromDays(366 * 100);

    /// <summary>The period of a project's metadata; null where nothing is removed, also where it is reported as wrong.</summary>
    /// <param name="map">The file.</param>
    /// <param name="error">Takes what is wrong and where.</param>
    public static TimeSpan? Read(YamlMap map, Action<YamlNode, string> error)
    {
        var node = map.Find(Key);
        if (node is null or YamlScalar { IsNull: true })
        {
            return Default;
        }

        if (node is YamlScalar scalar && TryParse(scalar.Text.Trim(), out var period))
        {
            return period;
        }

        error(node, $"{Key} must be a number of hours, days or weeks such as 36h, 90d or 8w, or never, found {node.Kind}. Nothing is removed until it is mended.");
        return null;
    }

    private static bool TryParse(string text, out TimeSpan? period)
    {
        period = null;
        if (text is "never" or "0")
        {
            return true;
        }

        TimeSpan? unit = text.Length < 2 ? null : text[^1] switch
        {
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            'w' => TimeSpan.FromDays(7),
            _ => null,
        };
        if (unit is not { } one || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count > Longest / one)
        {
            return false;
        }

        // Who writes 0d means to switch it off more often than to lose every run as it ends.
        period = count == 0 ? null : one * count;
        return true;
    }
}
