using System.Globalization;

namespace Mlops.Server.Components.Shared.Graph;

/// <summary>Rows and columns of a table in words.</summary>
internal static class TableSize
{
    /// <summary>Such as <c>2,207 rows × 11 columns</c>.</summary>
    public static string Long(long rows, int columns) => string.Create(
        CultureInfo.InvariantCulture, $"{rows:N0} {(rows == 1 ? "row" : "rows")} × {columns:N0} {(columns == 1 ? "column" : "columns")}");

    /// <summary>Such as <c>2,207×11</c>; from a million rows <c>1.23M×11</c>, so that it fits above an edge.</summary>
    public static string Short(long rows, int columns) => rows switch
    {
        >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{rows / 1e9:0.##}G×{columns}"),
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{rows / 1e6:0.##}M×{columns}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{rows:N0}×{columns}"),
    };
}
